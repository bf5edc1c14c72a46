// Package thermal reads a temperature sensor near the oscillator that the
// kernel's clock runs on: a thermal zone or a hwmon channel, from sysfs.
package thermal

import (
	"cmp"
	"context"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
)

// Auto is the name for whichever sensor is nearest to the oscillator.
const Auto = "auto"

const (
	every       = time.Second            // a crystal takes longer than that to follow
	often       = 30                     // tries, about a minute, in which a missing sensor is searched for at each …
	seldom      = 15                     // … and after which at every this many: most that are missing do not exist
	tolerated   = 5                      // readings in a row that may fail: on some buses single ones do
	readTimeout = 500 * time.Millisecond // for a reading under way when the context ends
)

// Sensor is a temperature sensor of the kernel's. It implements hw.Thermometer.
type Sensor struct {
	// Name is Auto, the type of a thermal zone ("cpu-thermal"), a hwmon chip
	// ("coretemp"), its channel ("coretemp/Core 0", "coretemp/temp2"), or a
	// pattern of such, as of path.Match.
	Name string

	sys string // where sysfs is mounted; "" for the usual place
}

// Run reads temperatures until ctx ends. The kernel may hold on to whoever reads
// a sensor on a slow bus, for ever if the bus hangs: such a reading is left to
// end when it will.
func (s *Sensor) Run(ctx context.Context, temperatures chan<- hw.Temperature, devices chan<- hw.Device) error {
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx, temperatures, devices) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(readTimeout):
		return nil
	}
}

// run keeps a sensor in use. The one that was chosen first stays the choice:
// what is learnt of the oscillator with one sensor is wrong with another.
func (s *Sensor) run(ctx context.Context, temperatures chan<- hw.Temperature, devices chan<- hw.Device) error {
	sys, name := cmp.Or(s.sys, "/sys"), s.Name
	missed, in, err := 0, source{}, error(nil)
	return hotplug.Run(ctx, hw.Device{}, devices, func(ctx context.Context, report func(hw.Device)) error {
		if missed < often || missed%seldom == 0 {
			in, err = find(sys, name)
		}
		if err != nil {
			missed++
			return err
		}
		missed, name = 0, in.names[0]
		report(hw.Device{Path: name, State: hw.Open})
		return in.deliver(ctx, temperatures)
	})
}

// deliver passes on readings until ctx ends or too many have failed.
func (s source) deliver(ctx context.Context, temperatures chan<- hw.Temperature) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for failed := 0; ; {
		if t, err := s.read(); err == nil {
			failed = 0
			select {
			case temperatures <- t:
			case <-ctx.Done():
			}
		} else if failed++; failed == tolerated {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
