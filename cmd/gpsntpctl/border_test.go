package main

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/human"
)

// attack clears a screen, sets its title, and turns the direction of its text.
const attack = "\x1b[2J\x1b]0;owned\a\u009b31m\u202e\r\n"

// infect has every string in v be the attack, and every list and pointer hold one.
func infect(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(attack)
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				infect(v.Field(i))
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		infect(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		infect(v.Index(0))
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.Interface {
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(reflect.ValueOf(attack), reflect.ValueOf(any(attack)))
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(attack))
	}
}

func TestNothingThatADaemonSaysSteersTheTerminal(t *testing.T) {
	var k known
	for _, v := range []any{&k.status, &k.counters, &k.leap, &k.clients, &k.settings, &k.sky, &k.scatter, &k.log, &k.exchange, &k.why, &k.alarms} {
		infect(reflect.ValueOf(v).Elem())
	}
	k.past = control.History{Span: "1h"}
	socket := serve(t, k)
	for _, words := range []string{
		"status", "status --wide", "why", "why --lang zh", "alarms --all", "log", "clients", "satellites", "pulse", "leap",
		"sources", "servers", "tracking", "counters", "config", "nts show", "budget", "health", "version", "watch --count 1",
	} {
		for _, form := range []string{"", " --json"} {
			said, err := verb(socket, strings.Fields(words+form)...)
			if err != nil {
				said += err.Error()
			}
			for line := range strings.Lines(said) {
				if line = strings.TrimSuffix(line, "\n"); human.Printable(line) != line {
					t.Errorf("%s%s: %q", words, form, line)
				}
			}
		}
	}
}
