package rules

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// rules by the sentence that must stay true.
var rules = map[string]func(*tree) []finding{
	"imports follow the data path":                direction,
	"still packages compute and do nothing else":  stillness,
	"package-level variables do not change":       mutation,
	"only hw/clock touches the host's clock":      steering,
	"every file is as gofmt writes it":            formatting,
	"files and functions are short":               length,
	"source lies in the folders of the data path": layout,
	"names say what they name":                    naming,
	"words are those of the field and of today":   wording,
	"tests neither sleep nor skip":                honesty,
}

func TestTheModuleKeepsItsRules(t *testing.T) {
	tree, err := read(os.DirFS("../../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.sources) < 20 {
		t.Fatalf("only %d files were read", len(tree.sources))
	}
	for sentence, rule := range rules {
		for _, f := range rule(tree) {
			t.Errorf("%s: %s", sentence, f)
		}
	}
}

// example is a small tree: "-- path --" begins a file, and a line that ends
// with a comment "// !" is one that breaks the rule.
type example struct {
	rule string
	text string
}

var examples = []example{
	{"imports follow the data path", `
-- hw/hw.go --
package hw
import "gpsntpd/refclock" // !
-- hw/pps/pps.go --
package pps
import (
	"time"
	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
	"gpsntpd/server" // !
)
-- refclock/nmea/nmea.go --
package nmea
import (
	"gpsntpd/hw"
	"gpsntpd/hw/sim" // !
	"gpsntpd/refclock"
)
-- refclock/nmea/nmea_test.go --
package nmea
import (
	"gpsntpd/hw/sim"
	"gpsntpd/hw/serial" // !
)
-- discipline/discipline.go --
package discipline
import (
	"gpsntpd/discipline/servo"
	"gpsntpd/refclock"
)
-- discipline/servo/servo.go --
package servo
import (
	"math"
	"gpsntpd/discipline" // !
	"gpsntpd/hw" // !
)
-- server/udp/udp.go --
package udp
import (
	"gpsntpd/discipline"
	"gpsntpd/discipline/servo" // !
	"gpsntpd/server/ntp"
	"gpsntpd/cmd/internal/config" // !
)
-- cmd/gpsntpd/main.go --
package main
import (
	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw/pps"
	"gpsntpd/server/udp"
)
`},
	{"still packages compute and do nothing else", `
-- refclock/nmea/a.go --
package nmea
import (
	"errors"
	"net" // !
	"net/netip"
	"os" // !
	"sync/atomic"
	"time"
	clock "time"
)
var ErrOne = errors.New("one")
var (
	errTwo = &Reason{"two"}
	words = [...]string{"a"}
	table = map[string]int{"a": 1}
	count int // !
	total atomic.Int64 // !
	totals = [2]atomic.Int64{} // !
	began = time.Unix(0, 0) // !
	_ = words
)
func a() {
	go a() // !
	time.Now() // !
	clock.After(0) // !
	time.Unix(0, 0)
	b := stopwatch{}
	b.Now()
}
-- refclock/nmea/a_test.go --
package nmea
import "os"
var golden = os.Args
-- server/udp/a.go --
package udp
import "net"
var count int
-- server/ntp/a.go --
package ntp
import "github.com/rs/zerolog" // !
`},
	{"package-level variables do not change", `
-- hw/a.go --
package hw
var a, b, c, d, e, f = 1, []int{1}, map[int]int{}, point{}, 1, 1
type point struct{ x []int }
-- hw/b.go --
package hw
func set() {
	a = 2 // !
	a++ // !
	b[0] = 1 // !
	delete(c, 1) // !
	copy(b[1:], b) // !
	(d.x)[0] += 1 // !
	give(&e) // !
	for f = range b { // !
	}
	a := a
	a = 3
	b := b[0]
	b++
}
func (p *point) set() { p.x = nil }
-- hw/b_test.go --
package hw
func reset() { a = 1 }
`},
	{"only hw/clock touches the host's clock", `
-- hw/clock/kernel.go --
package clock
import "golang.org/x/sys/unix"
func OpenKernel() { unix.Adjtimex(&unix.Timex{Modes: unix.ADJ_SETOFFSET}) }
-- hw/sim/vm/guest/fault.go --
package main
import "golang.org/x/sys/unix"
func step() { unix.ClockSettime(0, nil) }
-- hw/sim/vm/a.go --
package main
import "golang.org/x/sys/unix"
func step() { unix.ClockSettime(0, nil) } // !
-- hw/pps/a.go --
package pps
import (
	"syscall"
	"golang.org/x/sys/unix"
)
func a() {
	unix.ClockGettime(0, nil)
	unix.ClockSettime(0, nil) // !
	syscall.Settimeofday(nil) // !
	unix.Syscall(unix.SYS_ADJTIMEX, 0, 0, 0) // !
	_ = unix.ADJ_OFFSET // !
}
-- cmd/gpsntpd/a.go --
package main
import "gpsntpd/hw/clock"
func a() { clock.OpenKernel() }
-- cmd/gpsntpd/a_test.go --
package main
import "gpsntpd/hw/clock"
func b() { clock.OpenKernel() } // !
-- cmd/gpsntpctl/a.go --
package main
import "gpsntpd/hw/clock"
var open = clock.OpenKernel // !
`},
	{"every file is as gofmt writes it", `
-- hw/a.go --
package  hw // !
-- hw/b.go --
package hw
`},
	{"source lies in the folders of the data path", `
-- main.go --
package main // !
-- hw/a.go --
package hw
-- bin/a.go --
package bin
-- .ci/a.go --
package ci
-- util/a.go --
package util // !
-- web/page.js --
// !
-- docs/page.md --
-- README.md --
`},
	{"names say what they name", `
-- hw/base/a.go --
package base // !
-- hw/io_helpers.go --
package hw // !
-- hw/a.go --
package hw
type BuildInfo struct{} // !
type infos struct{}
type (
	base64 int
	pulseManager int // !
)
func requestHandler() {} // !
func (infos) Data() {} // !
const common = 1 // !
func database() { info := 1 }
`},
	{"words are those of the field and of today", `
-- hw/a.go --
package hw
const patience = 1 // !
func cleanUp() {}
func leanOver() {} // !
`},
	{"tests neither sleep nor skip", `
-- hw/a.go --
package hw
import "time"
func a() { time.Sleep(1) }
-- hw/a_test.go --
package hw
import (
	"testing"
	"time"
)
func TestA(t *testing.T) {
	time.Sleep(1) // !
	t.Skip("x") // !
	t.SkipNow() // !
	list.Skip(3)
}
`},
	{"files and functions are short", `
-- hw/a.go --
package hw
func short() {` + strings.Repeat("\n", 59) + `}
func long() { // !` + strings.Repeat("\n", 60) + `}
-- hw/b.go --
package hw` + strings.Repeat("\n", 500) + `var tooFar int // !
-- hw/a_test.go --
package hw
func TestTable() {` + strings.Repeat("\n", 80) + `}
`},
}

// split returns the files of an example and the places that it marks.
func (e example) split() (files fstest.MapFS, marked []string) {
	files = fstest.MapFS{}
	for _, part := range strings.Split(e.text, "\n-- ")[1:] {
		name, text, _ := strings.Cut(part, " --\n")
		files[name] = &fstest.MapFile{Data: []byte(strings.TrimSuffix(text, "\n") + "\n")}
		for i, line := range strings.Split(text, "\n") {
			if strings.Contains(line, "// !") {
				marked = append(marked, fmt.Sprintf("%s:%d", name, i+1))
			}
		}
	}
	return files, marked
}

func TestEachRuleFindsWhatBreaksItAndNothingElse(t *testing.T) {
	shown := map[string]bool{}
	for _, e := range examples {
		shown[e.rule] = true
		files, want := e.split()
		tree, err := read(files)
		if err != nil {
			t.Fatalf("%s: %v", e.rule, err)
		}
		var got []string
		for _, f := range rules[e.rule](tree) {
			got = append(got, fmt.Sprintf("%s:%d", f.path, f.line))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", e.rule, got, want)
		}
	}
	for rule := range rules {
		if !shown[rule] {
			t.Errorf("no example breaks the rule that %s", rule)
		}
	}
}

func TestTheRulesAreInTheDocument(t *testing.T) {
	text, err := os.ReadFile("../../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for rule := range rules {
		if !strings.Contains(string(text), "\n- "+rule) {
			t.Errorf("docs/architecture.md does not say that %s", rule)
		}
	}
}
