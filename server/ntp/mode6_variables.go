package ntp

import (
	"bytes"
	"fmt"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// variable is one thing that can be asked for, with a name and text that ntpq
// knows. What is not listed is told to whoever names it.
type variable struct {
	name     string
	unlisted bool
	text     func(v *view) string
}

var systemVariables = []variable{
	{"version", false, func(v *view) string { return quoted(v.responder.Ntpq.Version) }},
	{"processor", false, func(v *view) string { return quoted(v.responder.Ntpq.Processor) }},
	{"system", false, func(v *view) string { return quoted(v.responder.Ntpq.System) }},
	{"leap", false, func(v *view) string { return whole(int(v.leap())) }},
	{"stratum", false, func(v *view) string { return whole(v.stratum()) }},
	{"precision", false, precision},
	{"rootdelay", false, func(v *view) string { return ms(v.Reference.Delay) }},
	{"rootdisp", false, func(v *view) string { return ms(v.DispersionAt(v.now)) }},
	{"refid", false, (*view).refID},
	{"reftime", false, reference},
	{"clock", false, func(v *view) string { return stamp(transmitStamp(v.Snapshot, v.now)) }},
	{"peer", false, func(*view) string { return whole(receiver) }},
	{"tc", false, zero}, // the clock is corrected every second, 2⁰ s
	{"mintc", false, zero},
	{"offset", false, offset},
	{"frequency", false, frequency},
	{"sys_jitter", false, jitter},
	{"clk_jitter", false, jitter},
	{"clk_wander", false, func(v *view) string { return ppm(hw.Frequency(v.Estimates.Wander)) }}, // per √s
	{"tai", false, func(v *view) string { return whole(v.TAIOffset) }},

	// What adjtimex(2) says; the kernel's own loops are not used.
	{"koffset", true, nothing},
	{"kfreq", true, frequency},
	{"kmaxerr", true, func(v *view) string { return ms(v.BoundAt(v.now)) }},
	{"kesterr", true, jitter},
	{"kstflags", true, (*view).kernelFlags},
	{"ktimeconst", true, zero},
	{"kprecis", true, func(*view) string { return ms(time.Nanosecond) }},
	{"kfreqtol", true, func(*view) string { return whole(500) }}, // ppm
}

var peerVariables = []variable{
	{"srcadr", false, func(*view) string { return "127.127.20.0" }}, // where ntpd has receivers that speak NMEA
	{"srcport", false, func(*view) string { return "123" }},
	{"srchost", false, func(v *view) string { return quoted(v.name() + "(0)") }},
	{"dstadr", false, func(*view) string { return "127.0.0.1" }},
	{"dstport", false, func(*view) string { return "123" }},
	{"leap", false, func(v *view) string { return whole(int(v.leap())) }},
	{"stratum", false, zero},
	{"precision", false, precision},
	{"rootdelay", false, nothing},
	{"rootdisp", false, nothing},
	{"refid", false, (*view).name},
	{"reftime", false, reference},
	{"rec", false, reference},
	{"reach", false, (*view).reach},
	{"unreach", false, func(v *view) string { return whole(int(v.silence() / time.Second)) }},
	{"hmode", false, func(*view) string { return whole(refclock.ClientMode) }},
	{"pmode", false, func(*view) string { return whole(refclock.ServerMode) }},
	{"hpoll", false, zero},
	{"ppoll", false, zero},
	{"flash", false, zero},
	{"offset", false, offset},
	{"delay", false, nothing},
	{"dispersion", false, func(v *view) string { return ms(v.BoundAt(v.now)) }},
	{"jitter", false, jitter},
}

var clockVariables = []variable{
	{"name", false, func(v *view) string { return quoted(v.name()) }},
	{"device", false, func(*view) string { return quoted("GNSS receiver") }},
	{"stratum", false, zero},
	{"refid", false, (*view).name},
	{"flags", false, zero},
	{"timecode", false, (*view).timecode},
}

func zero(*view) string                 { return "0" }
func nothing(*view) string              { return ms(0) }
func precision(v *view) string          { return whole(int(v.responder.Precision)) }
func reference(v *view) string          { return stamp(v.reference()) }
func offset(v *view) string             { return ms(v.OffsetAt(v.now)) }
func frequency(v *view) string          { return ppm(v.Estimates.Frequency) }
func jitter(v *view) string             { return ms(v.Estimates.Jitter) }
func whole(n int) string                { return fmt.Sprint(n) }
func quoted(s string) string            { return fmt.Sprintf("%q", s) }
func ms(d time.Duration) string         { return fmt.Sprintf("%.6f", d.Seconds()*1e3) }
func ppm(f hw.Frequency) string         { return fmt.Sprintf("%.6f", f.PPM()) }
func stamp(t refclock.Timestamp) string { return fmt.Sprintf("0x%08x.%08x", uint32(t>>32), uint32(t)) }

// list appends those of variables that are asked for, those that are listed
// when names is empty: as many as fit.
func (v *view) list(b []byte, variables []variable, names []byte) []byte {
	const separator, end = ", ", "\r\n"
	begin := len(b)
	for _, x := range variables {
		if len(names) == 0 && x.unlisted || len(names) > 0 && !named(names, x.name) {
			continue
		}
		text := x.name + "=" + x.text(v)
		if len(b)+len(separator+end)+len(text) > controlMost {
			break
		}
		if len(b) > begin {
			b = append(b, separator...)
		}
		b = append(b, text...)
	}
	if len(b) > begin {
		b = append(b, end...)
	}
	return b
}

// named reports whether name is in a list such as "leap, stratum".
func named(names []byte, name string) bool {
	for word := range bytes.SplitSeq(names, []byte(",")) {
		if string(bytes.TrimSpace(word)) == name {
			return true
		}
	}
	return false
}
