package main

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/simulation"
	"gpsntpd/hw/sim"
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

// steers reports whether said holds what a terminal would obey.
func steers(said string) bool {
	return strings.ContainsFunc(said, func(r rune) bool { return r != '\n' && human.Printable(string(r)) != string(r) })
}

func TestNothingThatAServerOrAReceiverSaysSteersTheTerminal(t *testing.T) {
	for stratum := range uint8(17) {
		r := goodAnswer()
		r.Stratum, r.ReferenceID = stratum, 0x1b5b324a // ESC [ 2 J
		for _, print := range []func(io.Writer, []outcome, screen.Style) error{printQueryTable, printQueryLines} {
			var said strings.Builder
			if err := print(&said, []outcome{{server: "a", best: r, samples: 1}}, screen.Style{}); err != nil || steers(said.String()) {
				t.Errorf("stratum %d: %q, %v", stratum, said.String(), err)
			}
		}
	}
	var sent strings.Builder
	for _, body := range []string{
		"GPRMC,235958.00,A,,,,,,,050407,,,N", "GPRMC," + attack + ",A,,,,,,,050407,,,N", attack + "RMC,235959.00,A,,,,,,,050407,,,N",
		"GPTXT,01,01,02," + attack, "GPGGA,235959.00,,,,," + attack + ",00,,,M,,M,,", "GPGSV,1,1,01," + attack + ",45,090,40",
	} {
		var sum byte
		for i := range len(body) {
			sum ^= body[i]
		}
		fmt.Fprintf(&sent, "$%s*%02X\r\n", body, sum)
	}
	for _, form := range []report{&table{}, jsonLines{}} {
		var said strings.Builder
		if err := decode(strings.NewReader(sent.String()), &said, 0, form); said.Len() == 0 || steers(said.String()) {
			t.Errorf("%q, %v", said.String(), err)
		}
	}
}

func TestNothingThatAProgramOrAScenarioCallsItselfSteersTheTerminal(t *testing.T) {
	tty, link := port(t)
	shell := t.TempDir() + "/\x1b[2J\u202e"
	if err := os.Symlink("/bin/sh", shell); err != nil {
		t.Fatal(err)
	}
	holdBy(t, tty, shell)
	found, err := holders(link)
	if err != nil || len(found) != 1 || steers(holdersText(link, found, screen.Style{})) || steers(string(holdersJSON(found))) {
		t.Errorf("%+v, %v", found, err)
	}
	var s sim.Scenario
	s.About = attack
	var said strings.Builder
	if err := printFigureTables(&said, []measured{{trial{name: "a", Scenario: s}, simulation.Figures{}, 0}}, screen.Style{}); err != nil || steers(said.String()) {
		t.Errorf("%q, %v", said.String(), err)
	}
}
