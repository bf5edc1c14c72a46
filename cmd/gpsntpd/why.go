package main

import (
	"context"

	"gpsntpd/cmd/gpsntpd/loop"
	"gpsntpd/server/alarm"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// spoken is the language that a question asks for.
func spoken(language string) why.Language {
	if why.Language(language) == why.Chinese {
		return why.Chinese
	}
	return why.English
}

// Why implements control.Daemon.
func (d daemon) Why(ctx context.Context, language string) (control.Why, error) {
	l := spoken(language)
	return ask(ctx, d.commands, func() control.Why { return explained(d.loop, l) })
}

func explained(l *loop.Loop, language why.Language) control.Why {
	state, e := l.Why(language)
	w := control.Why{State: state, Language: string(language), Sentence: e.Sentence, Remedy: e.Remedy}
	for _, t := range e.Links {
		w.Links = append(w.Links, control.Link{
			Part: string(t.Part), Code: string(t.Code), Condition: string(t.Condition), Text: t.Text, Remedy: t.Remedy,
		})
	}
	return w
}

// Alarms implements control.Daemon.
func (d daemon) Alarms(ctx context.Context, language string) (control.Alarms, error) {
	all, err := ask(ctx, d.commands, d.loop.Alarms)
	return raised(all, spoken(language)), err
}

func raised(all []alarm.Alarm, language why.Language) control.Alarms {
	answer := control.Alarms{}
	for _, a := range all {
		said := a.In(language)
		c := control.Alarm{
			Code: string(a.Code), Severity: string(a.Severity), Raised: control.Time{Time: a.Raised},
			Text: said.Text, Remedy: said.Remedy,
		}
		if !a.Cleared.IsZero() {
			c.Cleared = &control.Time{Time: a.Cleared}
		}
		answer = append(answer, c)
	}
	return answer
}
