package loop

import (
	"strings"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/refclock/configure"
)

// alteredFor is how long after the receiver was told something its sentences may
// not name another second than the clock does.
const alteredFor = time.Minute

// setUp goes on with what the receiver is asked and told.
func (l *Loop) setUp() {
	if l.Send == nil {
		return
	}
	before := l.setup.Changed()
	if o := l.setup.Next(l.now.Raw); o.Baud != 0 || len(o.Bytes) > 0 {
		l.Send(o)
	}
	if l.setup.Changed() != before {
		l.Pairer.Altered()
	}
	if p, ok := l.setup.Surveyed(); ok && l.Surveyed != nil {
		l.Log.Info().Float64("accuracy_m", float64(p.Accuracy)/1000).Msg("position surveyed")
		l.Surveyed(p)
	}
	if p := l.setup.Phase(); p != l.phase {
		l.phase = p
		l.logSetup()
	}
}

// altered reports whether the receiver was told something just now.
func (l *Loop) altered() bool {
	c := l.setup.Changed()
	return c != 0 && l.now.Raw.Sub(c) < alteredFor
}

// logSetup logs what has come of it when it is over.
func (l *Loop) logSetup() {
	r := l.setup.Report()
	if r.Phase != configure.Done && r.Phase != configure.Unanswered && r.Phase != configure.NotKnown {
		return
	}
	e := l.Log.Info().Str("phase", string(r.Phase)).Str("family", string(r.Identity.Family)).
		Str("model", r.Identity.Model).Str("firmware", r.Identity.Firmware).Int("sent_bytes", r.Sent)
	for _, s := range r.Settings {
		if s.State != configure.Right {
			e = e.Str(s.Name, string(s.State))
		}
	}
	e.Msg("receiver set up")
}

// portChanged tells the setup what became of the port. One that someone else uses as
// well is heard only: two masters would fight.
func (l *Loop) portChanged(d hw.Device) {
	if d.State == hw.Open && d.Beside == "" {
		l.setup.USB = strings.Contains(d.Path, "ttyACM")
		l.setup.Opened(l.now.Raw, d.Baud)
	} else {
		l.setup.Closed()
	}
}

// Setup is what there is to say of the receiver and its settings.
func (l *Loop) Setup() configure.Report { return l.setup.Report() }

// overflowFor is for how long the line counts as full after the receiver has said so.
const overflowFor = 5 * time.Second

// lineFull has nothing named while what comes may have waited for the line.
func (l *Loop) lineFull() bool {
	if said := l.decoder.Receiver().Overflow; !l.setup.Full() && (said == 0 || l.now.Time.Sub(said).Abs() > overflowFor) {
		return false
	}
	l.usable(refclock.ErrLineFull, &l.fixReason)
	if !l.Pairer.Named() {
		l.Pairer.Forget()
	}
	return true
}
