package hotplug

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

func TestOpeningFailuresAreSortedByWhatTheOperatorCanDo(t *testing.T) {
	for err, want := range map[error]hw.State{
		fs.ErrNotExist: hw.Missing,
		unix.ENXIO:     hw.Missing,
		unix.ENODEV:    hw.Missing,
		unix.EACCES:    hw.Denied,
		unix.EPERM:     hw.Denied,
		unix.EBUSY:     hw.Busy,
		unix.EAGAIN:    hw.Busy,
		unix.EIO:       hw.Failed,
	} {
		if got := stateOf(fmt.Errorf("/dev/x: open: %w", err)); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
}

func TestAMissingDeviceIsReportedOnceAndTriedEverMoreRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		devices := make(chan hw.Device, 10)
		began := time.Now()
		var at []time.Duration
		err := Run(ctx, hw.Device{Path: "/dev/x"}, devices, func(context.Context, func(hw.Device)) error {
			if at = append(at, time.Since(began)); len(at) == 8 {
				cancel()
			}
			return &Error{"/dev/y", "open", unix.ENOENT}
		})
		if err != nil {
			t.Errorf("Run returned %v", err)
		}
		want := []time.Duration{0, 100, 300, 700, 1500, 3100, 5100, 7100} // ms
		for i := range want {
			if at[i] != want[i]*time.Millisecond {
				t.Errorf("attempt %d after %v, want %d ms", i, at[i], want[i])
			}
		}
		if d := <-devices; d.Path != "/dev/y" || d.State != hw.Missing || d.Err.Error() != "/dev/y: open: no such file or directory" {
			t.Errorf("reported %+v", d)
		}
		if len(devices) != 0 {
			t.Errorf("reported again: %+v", <-devices)
		}
	})
}

func TestADeviceThatWorkedIsTriedAgainSoonAndOneThatFailsAtOnceIsNot(t *testing.T) {
	for _, c := range []struct{ works, nextAfter time.Duration }{
		{works: time.Hour, nextAfter: shortest},
		{works: 0, nextAfter: longest},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			devices := make(chan hw.Device, 100)
			tries := 0
			var failed time.Time
			Run(ctx, hw.Device{Path: "/dev/x"}, devices, func(_ context.Context, report func(hw.Device)) error {
				if tries++; tries == 10 {
					if got := time.Since(failed); got != c.nextAfter {
						t.Errorf("works %v: tried again after %v, want %v", c.works, got, c.nextAfter)
					}
					cancel()
				}
				report(hw.Device{Path: "/dev/x1", State: hw.Open})
				<-time.After(c.works) // of the bubble
				failed = time.Now()
				return unix.EIO
			})
			open, gone := <-devices, <-devices
			if open != (hw.Device{Path: "/dev/x1", State: hw.Open}) || gone.State != hw.Failed || gone.Path != "/dev/x1" {
				t.Errorf("reported %+v, then %+v", open, gone)
			}
		})
	}
}

func TestEachReportSaysWhichPathOfThePulseItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		devices := make(chan hw.Device, 100)
		tries := 0
		Run(ctx, hw.Device{Via: hw.PathPHC, Path: "phc:eth0"}, devices, func(_ context.Context, report func(hw.Device)) error {
			switch tries++; tries {
			case 1:
				return &Error{"/dev/ptp0", "open", unix.ENOENT}
			case 2:
				report(hw.Device{Via: hw.PathPHC, Path: "phc:eth0", State: hw.Open})
			case 3:
				cancel()
			}
			return unix.ENODEV
		})
		close(devices)
		var states []hw.State
		for d := range devices {
			if states = append(states, d.State); d.Via != hw.PathPHC {
				t.Errorf("%+v", d)
			}
		}
		if !slices.Equal(states, []hw.State{hw.Missing, hw.Open, hw.Failed}) {
			t.Error(states)
		}
	})
}

func TestNobodyListeningDoesNotKeepAPumpFromEnding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() {
			done <- Run(ctx, hw.Device{Path: "/dev/x"}, make(chan hw.Device), func(context.Context, func(hw.Device)) error { return unix.ENOENT })
		}()
		synctest.Wait() // it is blocked on the report
		cancel()
		<-done
	})
}
