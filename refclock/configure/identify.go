package configure

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"gpsntpd/hw"
	"gpsntpd/refclock/ubx"
)

// probes are the questions to whoever is there, in the order that hurts least:
// 50 bytes in all. They are asked once, or three times of something that navigates.
var probes = [...]struct {
	family Family
	text   []byte
}{
	{UBlox, ubx.Append(nil, ubx.MonVER, nil)},
	{MTK, sentence("PMTK605")},
	{CASIC, sentence("PCAS06,0")},
	{Airoha, sentence("PQTMVERNO")},
}

// sentence is what stands between $ and *, with both and its checksum.
func sentence(text string) []byte {
	const hex = "0123456789ABCDEF"
	var sum byte
	for i := range len(text) {
		sum ^= text[i]
	}
	return append([]byte("$"+text), '*', hex[sum>>4], hex[sum&15], '\r', '\n')
}

// question asks who is there: those of its family only, if that is known.
func (c *Configurator) question(now hw.Raw) hw.Output {
	if c.id.Firmware != "" {
		c.begin(now)
		return hw.Output{}
	}
	if now < c.due {
		return hw.Output{}
	}
	c.due = now.Add(c.wait(probeEvery))
	if c.id.Family != Unknown {
		if c.probe++; c.probe > tries {
			c.end(now, Unanswered)
			return hw.Output{}
		}
		for _, p := range probes {
			if p.family == c.id.Family {
				return hw.Output{Bytes: p.text}
			}
		}
	}
	if c.probe == len(probes) {
		if c.rounds++; c.rounds < tries && c.heard.navigates(now) {
			c.probe = 0
			return hw.Output{}
		}
		c.strange = true
		c.end(now, NotKnown)
		return hw.Output{}
	}
	c.probe++
	return hw.Output{Bytes: probes[c.probe-1].text}
}

// identify learns who f is from. It reports whether f is what a receiver says
// when its power comes.
func (c *Configurator) identify(f hw.Frame) (booted bool) {
	if f.Protocol == hw.UBX {
		c.version(f)
		return false
	}
	if f.Protocol != hw.NMEA || len(f.Bytes) < 8 || len(f.Bytes) > 128 {
		return false
	}
	text := string(f.Bytes[1 : len(f.Bytes)-3])
	switch w := strings.Split(text, ","); {
	case w[0] == "PMTK705" && len(w) > 3:
		c.id = Identity{Family: MTK, Firmware: clean(w[1]), Model: clean(w[3])}
	case w[0] == "PMTK010", w[0] == "PMTK011":
		c.id.Family = MTK
		return true
	case w[0] == "PQTMVERNO" && len(w) > 1:
		c.id = Identity{Family: Airoha, Firmware: clean(w[1]), Model: clean(strings.TrimRight(w[1], "0123456789"))}
	case w[0] == "PAIR001" && len(w) == 3 && w[1] == "0", w[0] == "PQTMVER":
		c.id.Family = Airoha
		return true
	case strings.HasSuffix(w[0], "TXT") && len(w) > 4:
		return c.remark(strings.Join(w[4:], ","))
	}
	return false
}

// remark takes a text of the receiver.
func (c *Configurator) remark(text string) (booted bool) {
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(text, "SW=URANUS"):
		c.id = Identity{Family: CASIC, Firmware: clean(strings.TrimPrefix(text, "SW=")), Model: "AT6558"}
		return c.phase != Asking
	case strings.HasPrefix(text, "IC=AT"):
		c.id.Family = CASIC
	case strings.HasPrefix(lower, "u-blox"), strings.HasPrefix(text, "HW UBX"):
		c.id.Family = UBlox
		return true
	}
	return false
}

// version takes MON-VER. Any message of UBX's is a sign of the family.
func (c *Configurator) version(f hw.Frame) {
	m, b, ok := ubx.Cut(f.Bytes)
	switch {
	case !ok || m == ubx.MonVER && len(b) < 40:
		return // an echo of ours
	case m != ubx.MonVER:
		if m>>8 == 1 && c.id.Family == Unknown {
			c.id.Family = UBlox
		}
		return
	}
	c.id = Identity{Family: UBlox, Firmware: terminated(b[:30]), Protocol: "12"}
	for b = b[40:]; len(b) >= 30; b = b[30:] {
		key, v, _ := strings.Cut(terminated(b[:30]), "=")
		switch key {
		case "FWVER":
			c.id.Firmware = v
		case "PROTVER":
			c.id.Protocol = v
		case "MOD":
			c.id.Model = v
		}
	}
	if c.id.Firmware == "" {
		c.id.Firmware = "unknown"
	}
}

// terminated is the text in front of the first NUL.
func terminated(b []byte) string {
	text, _, _ := bytes.Cut(b, []byte{0})
	return clean(string(text))
}

// clean is text as far as it may be shown.
func clean(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, strings.TrimSpace(text))
}

// protocol is the version of UBX's protocol.
func (i Identity) protocol() float64 {
	v, _ := strconv.ParseFloat(i.Protocol, 64)
	return v
}

// timing reports whether the receiver can survey its position.
func (i Identity) timing() bool { return strings.HasPrefix(i.Firmware, "TIM") }

// steps are what is to be set.
func (c *Configurator) steps() []step {
	switch {
	case c.id.Family == UBlox && c.id.protocol() >= valuesFrom:
		return c.values()
	case c.id.Family == UBlox:
		return c.blocks()
	case c.id.Family == MTK:
		return append(c.mtk(), c.unable()...)
	case c.id.Family == Airoha:
		return append(c.airoha(), c.unable()...)
	case c.id.Family == CASIC:
		return append(c.casic(), c.unable()...)
	}
	return nil
}

// unable are the settings that were chosen and that receivers of text are not told.
func (c *Configurator) unable() (all []step) {
	never := func(name, wanted string) {
		all = append(all, step{name: name, wanted: wanted, look: func(hw.Raw) reading { return reading{state: Unable} }})
	}
	if c.ElevationMask != nil {
		never("elevation mask", degrees(*c.ElevationMask))
	}
	if c.CableDelay != nil {
		never("cable delay", nanoseconds(int(c.CableDelay.Nanoseconds())))
	}
	if len(c.Constellations) > 0 {
		never("constellations", systemsText(c.Constellations))
	}
	return all
}

// verdict is what f says of a command.
func (c *Configurator) verdict(command []byte, f hw.Frame) verdict {
	m, b, ok := ubx.Cut(f.Bytes)
	of, _, ours := ubx.Cut(command)
	switch {
	case !ours:
		return textVerdict(command, f)
	case !ok || len(b) != 2 || ubx.Message(b[0])<<8|ubx.Message(b[1]) != of:
		return nothing
	case m == ubx.AckACK:
		return confirmed
	case m == ubx.AckNAK:
		return refused
	}
	return nothing
}

// retry begins anew after a rest, some times: answers may have been lost.
func (c *Configurator) retry(now hw.Raw) bool {
	if c.retries >= tries-1 || now.Sub(c.ended) < restEvery<<c.retries {
		return false
	}
	c.retries++
	c.restart(now)
	return true
}

// watch looks after a receiver that is set: one that does not say any more what
// it was told has forgotten it.
func (c *Configurator) watch(now hw.Raw) {
	if slices.ContainsFunc(c.settings, func(s Setting) bool { return s.State == NoAnswer }) && c.retry(now) {
		return
	}
	if c.load.full() && c.heard.any > c.ended.Add(restEvery) {
		c.restart(now)
		return
	}
	const missing = 5 // seconds
	if c.id.Family != UBlox && now.Sub(c.ended) > missing*1e9 && c.babbles(now) {
		c.restart(now)
		return
	}
	if c.heard.pvt != 0 && now.Sub(c.heard.any) < missing*1e9/2 && now.Sub(c.heard.pvt) > missing*1e9 {
		c.heard.pvt = 0
		c.restart(now)
	}
}

// babbles reports whether sentences came of late that the receiver was told not to say.
func (c *Configurator) babbles(now hw.Raw) bool {
	said := c.heard.said(now)
	for i, r := range c.wantedRates() {
		if r == 0 && said[i] != 0 {
			return slices.ContainsFunc(c.settings, func(s Setting) bool { return (s.Name == "sentences" || s.Name == kinds[i]) && s.State == Right })
		}
	}
	return false
}
