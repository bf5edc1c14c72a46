package main

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/internal/simulation"
	"gpsntpd/server/control"
)

// printed is what each verb prints in JSON; those of lines have one of them.
var printed = map[string]any{
	"alarms": control.Alarm{}, "alarms test": control.Test{}, "budget": share{}, "clients": control.ClientEntry{}, "config show": control.Setting{},
	"config check": checked{}, "counters": control.Counters{}, "decode": epochJSON{}, "doctor": foundLine{}, "edges": control.Path{}, "health": health{}, "holders": holder{},
	"holdover": endurance{}, "kernel": kernelLine{}, "keygen": symmetricKey{}, "leap": control.Leap{},
	"log": control.LogEntry{}, "nts init": certified{}, "nts show": control.KeyExchange{}, "pulse": control.Scatter{},
	"query": queryLine{}, "receiver": control.ReceiverSetup{}, "receiver save": nil, "receiver reset": nil, "receiver survey": nil, "receiver send": nil, "record": saved{}, "replay": eventJSON{}, "report": reported{}, "satellites": control.Satellites{}, "servers": service{}, "set": setLine{}, "setup": setupLine{}, "simulate": simulation.Figures{},
	"sources": control.Source{}, "status": control.Status{}, "trace": queryLine{}, "verify": verifyLine{}, "tracking": trackingLine{},
	"version": versions{}, "wait": nil, "watch": nil, "why": control.Why{},
}

// fields are the keys of JSON that a type has.
func fields(of reflect.Type) (keys []string) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice:
		return fields(of.Elem())
	case reflect.Struct:
		for i := range of.NumField() {
			f := of.Field(i)
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if key != "" && key != "-" {
				keys = append(keys, key)
			}
			if f.Type != reflect.TypeFor[control.Time]() && (key != "" || f.Anonymous) {
				keys = append(keys, fields(f.Type)...)
			}
		}
	}
	return keys
}

// chapters are the parts of a document by their headings.
func chapters(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, c := range strings.Split(string(text), "\n## ")[1:] {
		title, body, _ := strings.Cut(c, "\n")
		all[strings.Trim(title, "`")] = body
	}
	return all
}

func TestEveryVerbAndEveryKeyOfItsJSONIsReadAloudInBothLanguages(t *testing.T) {
	snake := regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	for _, path := range []string{"../../docs/operate.md", "../../docs/operate.zh-CN.md"} {
		all := chapters(t, path)
		everyVerb(func(c *cobra.Command) {
			name := strings.TrimPrefix(c.CommandPath(), "gpsntpctl ")
			if c.HasSubCommands() && printed[name] == nil {
				return
			}
			text, explained := all[name]
			if !explained {
				t.Errorf("%s has no chapter on %s", path, name)
			}
			example, json := printed[name]
			if json == strings.Contains(strings.Join(strings.Fields(c.Long), " "), "no JSON") {
				t.Errorf("%s: it has JSON, or its help says why not", name)
			}
			if example == nil {
				return
			}
			for _, key := range fields(reflect.TypeOf(example)) {
				if !strings.Contains(text, "`"+key+"`") {
					t.Errorf("%s: %s does not explain %s", path, name, key)
				}
				if !snake.MatchString(key) {
					t.Errorf("%s: %s is no snake_case", name, key)
				}
			}
		})
	}
}
