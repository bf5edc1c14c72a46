package discipline

import (
	"testing"
	"time"

	"gpsntpd/refclock"
)

func TestSentencesAloneHaveTheirOwnReferenceIdentifier(t *testing.T) {
	for source, want := range map[refclock.Source]string{refclock.FromPulse: "PPS", refclock.FromSentence: "NMEA"} {
		c := NewController(Options{PulseRefID: refclock.RefIDOf("PPS")})
		b := newBench(t, 0, 0)
		b.Controller = c
		c.Tick(b.read())
		b.after(time.Second)
		r := b.read()
		b.after(time.Second)
		c.Sample(b.read(), refclock.Sample{At: r.Time, Source: source, Dispersion: 100})
		s := c.Snapshot()
		if got := s.Reference.RefID.Text(s.Reference.Stratum); got != want || s.Reference.Source != source || s.Reference.Time != r.Time || s.Reference.Stratum != 1 {
			t.Errorf("%v: %+v", source, s.Reference)
		}
	}
}
