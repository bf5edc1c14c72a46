package phc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// stage is a machine whose interfaces and clocks are scripted.
type stage struct {
	all    []net.Interface
	clocks map[string]*script // those that stamp
	why    map[string]error   // why the others do not
	off    bool               // someone has switched stamps off
	links  map[string]*port
}

// port is the link of an interface.
type port struct{ speed, changes, asked, tag int }

func (s *stage) port(name string) *port {
	if s.links[name] == nil {
		return &port{}
	}
	return s.links[name]
}

func (s *stage) changes(name string) string { return fmt.Sprint(s.port(name).changes) }

func (s *stage) tag(name string) int { return s.port(name).tag }

func (s *stage) speed(name string) int {
	s.port(name).asked++
	return s.port(name).speed
}

func (s *stage) enabled(string) bool { return !s.off }

func (s *stage) interfaces() ([]net.Interface, error) { return s.all, nil }

func (s *stage) enable(name string) (clock, error) {
	if c := s.clocks[name]; c != nil {
		return c, nil
	}
	return nil, s.why[name]
}

// watched is a Watch on a stage, and the states that it told of.
func watched(s *stage) (w *Watch, told *[]string) {
	told = new([]string)
	w = &Watch{system: s, NICs: new(atomic.Pointer[[]hw.NIC])}
	w.Changed = func(n hw.NIC, _ error) { *told = append(*told, n.Name+" "+string(n.State)) }
	return w, told
}

func (w *Watch) nic(t *testing.T, name string) hw.NIC {
	t.Helper()
	for _, n := range *w.NICs.Load() {
		if n.Name == name {
			return n
		}
	}
	t.Fatalf("no %s", name)
	return hw.NIC{}
}

func TestEachInterfaceHasAStateAndItsClockIsFollowed(t *testing.T) {
	good := newScript()
	s := &stage{
		all:    []net.Interface{{Index: 1, Name: "lo", Flags: net.FlagLoopback}, {Index: 2, Name: "eth0"}, {Index: 3, Name: "eth1"}, {Index: 4, Name: "wlan0"}},
		clocks: map[string]*script{"eth0": good},
		why:    map[string]error{"eth1": &failure{hw.StampsDenied, unix.EPERM}, "wlan0": &failure{state: hw.StampsUnsupported}},
	}
	w, told := watched(s)
	w.look()
	for range 2 * enough {
		good.now += often
		w.compare()
	}
	if n := w.nic(t, "eth0"); n.State != hw.StampsUsable || n.Index != 2 {
		t.Errorf("%+v", n)
	}
	p, want := good.truth()
	n := w.nic(t, "eth0")
	if got, ok := n.KernelTime(p); !ok || got.Sub(want).Abs() > 1000 {
		t.Errorf("off by %v, %v", got.Sub(want), ok)
	}
	if n := w.nic(t, "eth1"); n.State != hw.StampsDenied || n.PTP != 0 {
		t.Errorf("%+v", n)
	}
	if n := w.nic(t, "wlan0"); n.State != hw.StampsUnsupported || len(*w.NICs.Load()) != 3 {
		t.Errorf("%+v", n)
	}
	slices.Sort(*told)
	if want := []string{"eth0 ok", "eth0 testing", "eth1 denied", "wlan0 unsupported"}; !slices.Equal(*told, want) {
		t.Errorf("told %v", *told)
	}
}

func TestAClockThatFailsIsTriedAgainAndAnInterfaceThatGoesIsForgotten(t *testing.T) {
	c := newScript()
	s := &stage{all: []net.Interface{{Index: 2, Name: "eth0"}}, clocks: map[string]*script{"eth0": c}}
	w, _ := watched(s)
	follow := func(n int) {
		for range n {
			c.now += often
			w.compare()
		}
	}
	w.look()
	follow(2 * enough)
	c.err = unix.ENODEV
	follow(1)
	if n := w.nic(t, "eth0"); n.State != hw.StampsFailed || !c.ended || w.clocks() != 0 {
		t.Errorf("%+v", n)
	}
	c.err = nil
	w.look()
	follow(2 * enough)
	if n := w.nic(t, "eth0"); n.State != hw.StampsUsable {
		t.Errorf("%+v", n)
	}
	c.ended, s.all = false, nil
	w.look()
	follow(1)
	if left := *w.NICs.Load(); len(left) != 0 || !c.ended {
		t.Errorf("%v left", left)
	}
}

func TestStampsThatWereSwitchedOffAreSwitchedOnAgain(t *testing.T) {
	c := newScript()
	s := &stage{all: []net.Interface{{Index: 2, Name: "eth0"}}, clocks: map[string]*script{"eth0": c}}
	w, told := watched(s)
	w.look()
	s.off = true
	w.look()
	if !c.ended || w.clocks() != 1 || len(*told) != 1 {
		t.Errorf("closed: %v, %d clocks, told %v", c.ended, w.clocks(), *told)
	}
}

func TestTheSpeedOfALinkIsAskedForSeldomAndWhenTheLinkChanges(t *testing.T) {
	c, eth0 := newScript(), &port{speed: 1000, changes: 1}
	s := &stage{
		all:    []net.Interface{{Index: 2, Name: "eth0"}, {Index: 3, Name: "eth0.10"}},
		clocks: map[string]*script{"eth0": c}, why: map[string]error{"eth0.10": &failure{state: hw.StampsUnsupported}},
		links: map[string]*port{"eth0": eth0, "eth0.10": {speed: 1000, tag: 4}},
	}
	w, _ := watched(s)
	compare := func(want int) {
		t.Helper()
		c.now += often
		w.compare()
		if n := w.nic(t, "eth0"); n.Speed != want || n.Tag != 0 {
			t.Errorf("%+v, want %d Mb/s", n, want)
		}
	}
	w.look()
	for range 2 * enough {
		compare(1000)
	}
	if eth0.asked != 1 {
		t.Errorf("asked %d times", eth0.asked)
	}
	eth0.speed, eth0.changes = 0, 2 // unplugged
	compare(0)
	eth0.speed, eth0.changes = 100, 3
	compare(100)
	eth0.speed = 10 // which the link does not tell of
	w.look()
	compare(10)
	if vlan := w.nic(t, "eth0.10"); vlan.Tag != 4 || vlan.Speed != 0 || s.port("eth0.10").asked != 0 { // whose stamps are eth0's
		t.Errorf("%+v", vlan)
	}
}

func TestWhatTheKernelTellsOfALink(t *testing.T) {
	k := kernel{t.TempDir()}
	for name, files := range map[string]map[string]string{
		"eth0":    {"speed": "1000\n", "carrier_changes": "3\n", "uevent": "INTERFACE=eth0\nIFINDEX=2\n"},
		"eth0.10": {"speed": "-1\n", "carrier_changes": "2\n", "uevent": "DEVTYPE=vlan\nINTERFACE=eth0.10\nIFINDEX=3\n"},
		"vlan":    {"uevent": "DEVTYPE=wlan\nINTERFACE=vlan\nIFINDEX=4\n"},
	} {
		if err := os.Mkdir(filepath.Join(k.folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
		for file, text := range files {
			if err := os.WriteFile(filepath.Join(k.folder, name, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, want := range map[string]port{
		"eth0": {speed: 1000, changes: 3}, "eth0.10": {changes: 2, tag: 4}, "vlan": {}, "gone": {},
	} {
		changes, _ := strconv.Atoi(k.changes(name))
		if got := (port{speed: k.speed(name), changes: changes, tag: k.tag(name)}); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if linux.changes("lo") == "" {
		t.Error("this kernel does not count the changes of loopback")
	}
}

func TestOneInterfaceIsEnoughWhereOneIsNamed(t *testing.T) {
	s := &stage{all: []net.Interface{{Index: 2, Name: "eth0"}, {Index: 3, Name: "eth1"}}, why: map[string]error{}}
	s.why["eth0"], s.why["eth1"] = errors.New("x"), errors.New("x")
	w, told := watched(s)
	w.Interface = "eth1"
	w.look()
	if want := []string{"eth1 failed"}; !slices.Equal(*told, want) {
		t.Errorf("%v", *told)
	}
}

func TestAWatchEndsWithItsContextAndClosesItsClocks(t *testing.T) {
	c := newScript()
	w, _ := watched(&stage{all: []net.Interface{{Index: 2, Name: "eth0"}}, clocks: map[string]*script{"eth0": c}})
	ctx, end := context.WithCancel(context.Background())
	end()
	if err := w.Run(ctx); err != nil || !c.ended {
		t.Errorf("%v, closed: %v", err, c.ended)
	}
}

func TestTheInterfacesOfThisMachineAreAskedAndLoopbackCannotStamp(t *testing.T) {
	_, err := linux.enable("lo")
	if f := (*failure)(nil); !errors.As(err, &f) || f.state != hw.StampsUnsupported {
		t.Errorf("%v", err)
	}
	if _, err := Open("/dev/null"); err == nil {
		t.Error("/dev/null is a clock")
	}
	_, err = Open(t.TempDir() + "/ptp0")
	if f := (*failure)(nil); !errors.As(err, &f) || f.state != hw.StampsFailed || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestTheFilterIsOneThatLetsNTPThrough(t *testing.T) {
	const can = unix.SOF_TIMESTAMPING_RX_HARDWARE | unix.SOF_TIMESTAMPING_RAW_HARDWARE
	for name, c := range map[string]struct {
		info unix.EthtoolTsInfo
		want int32
	}{
		"a NIC that stamps all":    {unix.EthtoolTsInfo{So_timestamping: can, Rx_filters: 1<<unix.HWTSTAMP_FILTER_NONE | 1<<unix.HWTSTAMP_FILTER_ALL}, unix.HWTSTAMP_FILTER_ALL},
		"one that knows NTP":       {unix.EthtoolTsInfo{So_timestamping: can, Rx_filters: 1<<unix.HWTSTAMP_FILTER_NTP_ALL | 1<<unix.HWTSTAMP_FILTER_ALL}, unix.HWTSTAMP_FILTER_NTP_ALL},
		"one that knows PTP alone": {unix.EthtoolTsInfo{So_timestamping: can, Rx_filters: 1 << unix.HWTSTAMP_FILTER_PTP_V2_EVENT}, unix.HWTSTAMP_FILTER_NONE},
		"one without a clock":      {unix.EthtoolTsInfo{So_timestamping: can, Phc_index: -1, Rx_filters: 1 << unix.HWTSTAMP_FILTER_ALL}, unix.HWTSTAMP_FILTER_NONE},
		"software alone":           {unix.EthtoolTsInfo{So_timestamping: unix.SOF_TIMESTAMPING_SOFTWARE, Rx_filters: 1 << unix.HWTSTAMP_FILTER_ALL}, unix.HWTSTAMP_FILTER_NONE},
	} {
		if got := filterOf(&c.info); got != c.want {
			t.Errorf("%s: filter %d, want %d", name, got, c.want)
		}
	}
	if filterOf(nil) != unix.HWTSTAMP_FILTER_NONE {
		t.Error("a filter of nothing")
	}
}
