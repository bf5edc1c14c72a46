package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
)

// kernels are statuses of the kernel's clock, by the name of their files.
func kernels() map[string]clock.KernelStatus {
	at := hw.Time(time.Date(2026, 11, 22, 8, 0, 0, 123456789, time.UTC).UnixNano())
	fresh := clock.KernelStatus{
		State: unix.TIME_ERROR, Status: unix.STA_UNSYNC, Realtime: at, TAI: at,
		MaxError: 16 * time.Second, EstError: 16 * time.Second, Constant: 2, Precision: time.Microsecond,
		Tolerance: 500 * hw.PPM, Tick: 10 * time.Millisecond,
		PPS: clock.KernelPPS{Interval: time.Second},
	}
	steered := fresh
	steered.State, steered.Status = unix.TIME_INS, unix.STA_INS|unix.STA_NANO
	steered.TAI, steered.TAIOffset = at.Add(37*time.Second), 37
	steered.Offset, steered.Frequency = -1234, -11.804*hw.PPM
	steered.MaxError, steered.EstError, steered.Precision = 4*time.Microsecond, time.Microsecond, 1
	everything := steered
	everything.Status = 1<<16 - 1
	everything.PPS = clock.KernelPPS{
		Frequency: 12.5 * hw.PPM, Jitter: 1789, Interval: 256 * time.Second, Stability: 0.008 * hw.PPM,
		JitterExceeded: 12, Calibrations: 345, CalibrationErrors: 6, StabilityExceeded: 7,
	}
	return map[string]clock.KernelStatus{"fresh": fresh, "steered": steered, "everything": everything}
}

func TestKernelReadsLikeItsGoldenFileIn80Columns(t *testing.T) {
	for name, s := range kernels() {
		text := kernelText(&s, screen.Style{})
		golden(t, "testdata/kernel/"+name+".golden", text)
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(line) - 1; n > screen.Columns {
				t.Errorf("%s: %d columns: %s", name, n, line)
			}
		}
		line, err := kernelJSON(&s)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "testdata/kernel/"+name+".json", string(line))
	}
}

func TestKernelAsksTheKernelOfThisHost(t *testing.T) {
	text, err := verb("", "kernel")
	if err != nil || !strings.Contains(text, "TIME_") {
		t.Errorf("%v, printed %s", err, text)
	}
	line, err := verb("", "kernel", "--json")
	var l kernelLine
	if err == nil {
		err = json.Unmarshal([]byte(line), &l)
	}
	if err != nil || l.Time.IsZero() || !strings.HasPrefix(l.State, "TIME_") {
		t.Errorf("%v, printed %s", err, line)
	}
}
