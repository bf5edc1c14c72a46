package main

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw"
	"gpsntpd/hw/serial"
	"gpsntpd/server/alarm"
	"gpsntpd/server/recorder"
)

func TestAnAlarmReachesThoseWhoWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := archiveIn("", config.Config{}, new(logRing), zerolog.Nop())
		a := alarm.Alarm{Code: "no_pulse", Raised: time.Unix(1_790_000_000, 0)}
		k.alarm(a) // no one watches
		events, err := k.watchers.Watch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		k.alarm(a)
		if e := <-events; e.Name != "alarm" || !strings.Contains(string(e.JSON), `"code":"no_pulse"`) {
			t.Errorf("%s %s", e.Name, e.JSON)
		}
	})
}

func TestTheRecorderHearsThePortOnlyWhenThereIsOne(t *testing.T) {
	for size, want := range map[int]error{0: errNoRecorder, 2e6: nil} {
		k := archiveIn("", config.Config{Recorder: config.Recorder{Size: size}}, new(logRing), zerolog.Nop())
		port := new(serial.Port)
		k.listen(port)
		if (k.recorder != nil) != (want == nil) || (port.Received != nil) != (want == nil) {
			t.Errorf("size %d: %v, %v", size, k.recorder != nil, port.Received != nil)
		}
		if port.Received != nil {
			port.Received([]byte("$GPZDA"), hw.Reading{Time: 1, Raw: 1})
		}
		written, err := daemon{archive: k}.Record(t.Context())
		if !errors.Is(err, want) {
			t.Errorf("size %d: %v", size, err)
		}
		if err != nil {
			continue
		}
		var text strings.Builder
		if _, err := written.WriteTo(&text); err != nil {
			t.Fatal(err)
		}
		said := ""
		if _, err := recorder.Read(strings.NewReader(text.String()), func(e recorder.Event) error { said += string(e.Bytes); return nil }); err != nil || said != "$GPZDA" {
			t.Errorf("%q, %v", said, err)
		}
	}
}
