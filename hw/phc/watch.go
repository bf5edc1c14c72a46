package phc

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"gpsntpd/hw"
)

// failure is why an interface has no usable stamps.
type failure struct {
	state hw.StampState
	err   error // may be nil
}

func (f *failure) Error() string {
	if f.err == nil {
		return string(f.state)
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// clock is a PTP hardware clock.
type clock interface {
	Compare() (Comparison, error)
	Close() error
}

// system is where interfaces and their clocks come from.
type system interface {
	interfaces() ([]net.Interface, error)
	enable(name string) (clock, error)
	enabled(name string) bool
	speed(name string) int      // of the link, Mb/s; 0: unknown
	changes(name string) string // another one after each change of the link
	tag(name string) int        // of a VLAN, bytes
}

// How often clocks are compared and new interfaces looked for. The kernel's clock
// changes its rate once a second.
const (
	often  = 250 * time.Millisecond
	seldom = 30 * time.Second
)

// Watch keeps what is known of the stamps of network interfaces up to date.
type Watch struct {
	Interface string                    // the only one; "": all but loopback
	NICs      *atomic.Pointer[[]hw.NIC] // for those who read stamps; never changed once stored
	Changed   func(n hw.NIC, err error) // is told of each change of an interface's state

	system system // nil: the kernel
	links  map[int]*link
}

// link is an interface that is watched.
type link struct {
	nic      hw.NIC
	changes  string
	clock    clock // nil: none
	relation Relation
}

// Run watches until ctx ends, then returns nil.
func (w *Watch) Run(ctx context.Context) error {
	defer w.close()
	look := time.NewTicker(seldom)
	defer look.Stop()
	compare := time.NewTicker(often)
	defer compare.Stop()
	w.look()
	for {
		w.compare()
		if w.clocks() == 0 { // nothing to do until another interface is there
			compare.Stop()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-compare.C:
		case <-look.C:
			w.look()
			compare.Reset(often)
		}
	}
}

// close forgets all clocks. What interfaces stamp is left on, since others may use
// it by now.
func (w *Watch) close() {
	for _, l := range w.links {
		l.drop()
	}
}

func (l *link) drop() {
	if l.clock != nil {
		l.clock.Close()
	}
	l.clock, l.relation = nil, Relation{}
}

// clocks is how many are compared.
func (w *Watch) clocks() (n int) {
	for _, l := range w.links {
		if l.clock != nil {
			n++
		}
	}
	return n
}

// look finds interfaces that are new or have gone, and tries again those that
// could not be used.
func (w *Watch) look() {
	if w.system == nil {
		w.system = linux
	}
	all, err := w.system.interfaces()
	if err != nil {
		return // next time
	}
	there := map[int]*link{}
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 || w.Interface != "" && i.Name != w.Interface {
			continue
		}
		l := w.links[i.Index]
		if l == nil {
			l = &link{nic: hw.NIC{Index: i.Index, Tag: w.system.tag(i.Name)}}
		}
		l.nic.Name = i.Name
		there[i.Index] = l
		if l.clock != nil && !w.system.enabled(i.Name) { // the driver began anew, or someone has switched it off
			l.drop()
		}
		if l.clock == nil {
			l.clock, err = w.system.enable(i.Name)
			w.becomes(l, hw.StampsTesting, err)
		}
		if l.clock != nil {
			w.measure(l)
		}
	}
	for index, l := range w.links {
		if there[index] == nil {
			l.drop()
		}
	}
	w.links = there
}

// measure asks for the speed of an interface's link; first for the changes, so that
// one in between is found by the next comparison.
func (w *Watch) measure(l *link) {
	l.changes = w.system.changes(l.nic.Name)
	l.nic.Speed = w.system.speed(l.nic.Name)
}

// becomes sets the state of an interface: what err says, or state.
func (w *Watch) becomes(l *link, state hw.StampState, err error) {
	if f := (*failure)(nil); errors.As(err, &f) {
		state = f.state
	} else if err != nil {
		state = hw.StampsFailed
	}
	if state != hw.StampsUsable {
		l.nic.Relation = hw.Relation{}
	}
	if before := l.nic.State; before != state {
		l.nic.State = state
		w.Changed(l.nic, err)
	}
}

// compare compares all clocks, and publishes what came of it.
func (w *Watch) compare() {
	nics := make([]hw.NIC, 0, len(w.links))
	for _, l := range w.links {
		if l.clock != nil {
			if l.changes != w.system.changes(l.nic.Name) {
				w.measure(l)
			}
			w.follow(l)
		}
		nics = append(nics, l.nic)
	}
	w.NICs.Store(&nics)
}

// follow compares the clock of one interface.
func (w *Watch) follow(l *link) {
	c, err := l.clock.Compare()
	if err != nil {
		l.drop()
		w.becomes(l, hw.StampsFailed, err)
		return
	}
	state := l.relation.Take(c)
	if state == hw.StampsTesting && l.nic.State == hw.StampsUnstable {
		state = hw.StampsUnstable // until it has passed the test
	}
	if w.becomes(l, state, nil); state == hw.StampsUsable {
		l.nic.Relation = l.relation.Line()
	}
}
