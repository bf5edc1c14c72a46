package nmea

import (
	"testing"

	"gpsntpd/refclock"
)

func TestAnswersToCommandsAreRead(t *testing.T) {
	for body, want := range map[string]refclock.Reply{
		"PMTK001,314,3":          {Command: "PMTK314", Result: refclock.Accepted},
		"PMTK001,220,0":          {Command: "PMTK220", Result: refclock.Refused},
		"PMTK001,353,1":          {Command: "PMTK353", Result: refclock.Unsupported},
		"PMTK001,220,3,1000":     {Command: "PMTK220", Result: refclock.Accepted},
		"PAIR001,072,0":          {Command: "PAIR072", Result: refclock.Accepted},
		"PAIR001,752,1":          {Command: "PAIR752", Result: refclock.Pending},
		"PAIR001,864,9":          {Command: "PAIR864", Result: refclock.Failed},
		"PQTMCFGPPS,OK":          {Command: "PQTMCFGPPS", Result: refclock.Accepted},
		"PQTMCFGMSGRATE,ERROR,1": {Command: "PQTMCFGMSGRATE", Result: refclock.Refused},
		"PMTK011,MTKGPS":         {},
		"PQTM":                   {},
		"GPRMC,1":                {},
	} {
		if got := NewDecoder(pivot).Frame(line(body)).Reply; got != want {
			t.Errorf("%s: %+v, want %+v", body, got, want)
		}
	}
	d := NewDecoder(pivot)
	d.Frame(line("PMTK705,AXN_2.31_3339_13101700,5632,PA6H,1.0"))
	if m := d.Receiver().Model; m.Name != "PA6H" || m.Firmware != "AXN_2.31_3339_13101700" {
		t.Errorf("%+v", m)
	}
	damaged := line("PMTK001,314,3")
	damaged.Bytes[9] = '4'
	if r := d.Frame(damaged); r.Reply.Command != "" || r.Verdict == refclock.FrameOK {
		t.Errorf("%+v", r)
	}
}
