package nmea

import (
	"strings"

	"gpsntpd/refclock"
)

// What the third field of "$PMTK001,314,3" and "$PAIR001,062,0" means.
var (
	mtkResults    = [...]refclock.Result{refclock.Refused, refclock.Unsupported, refclock.Failed, refclock.Accepted}
	airohaResults = [...]refclock.Result{refclock.Accepted, refclock.Pending, refclock.Failed, refclock.Unsupported, refclock.Refused, refclock.Failed}
)

// proprietary reads what receivers of MediaTek, Airoha and Quectel answer, and what they say
// of themselves. It reports whether text, whose checksum is right, is such a sentence.
func (d *Decoder) proprietary(text string) (r refclock.Reply, ok bool) {
	if !strings.HasPrefix(text, "$PMTK") && !strings.HasPrefix(text, "$PAIR") && !strings.HasPrefix(text, "$PQTM") {
		return r, false
	}
	body := text[1 : len(text)-3]
	kind, rest, _ := strings.Cut(body, ",")
	first, rest, _ := strings.Cut(rest, ",")
	switch kind {
	case "PMTK001":
		second, _, _ := strings.Cut(rest, ",")
		return refclock.Reply{Command: "PMTK" + first, Result: result(mtkResults[:], second)}, true
	case "PAIR001":
		return refclock.Reply{Command: "PAIR" + first, Result: result(airohaResults[:], rest)}, true
	case "PMTK705": // release, build, product
		d.self.Firmware = first
		if parts := strings.Split(rest, ","); len(parts) > 1 {
			d.self.Name = parts[1]
		}
		return r, true
	case "PQTMVERNO":
		d.self.Firmware = first
		return r, true
	}
	switch {
	case !strings.HasPrefix(kind, "PQTM"):
	case first == "OK":
		r = refclock.Reply{Command: kind, Result: refclock.Accepted}
	case first == "ERROR":
		r = refclock.Reply{Command: kind, Result: refclock.Refused}
	}
	return r, true
}

// result is the one of a digit; what is not known is a failure.
func result(all []refclock.Result, digit string) refclock.Result {
	if n := number(digit); n >= 0 && n < len(all) {
		return all[n]
	}
	return refclock.Failed
}
