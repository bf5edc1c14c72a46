package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/cmd/internal/loop"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/hw/serial"
	"gpsntpd/refclock"
)

var learnt = loop.Kept{FrequencyPPM: -11.776946, LatencySeconds: 0.12, Date: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}

var believed = time.Date(2046, 11, 22, 0, 0, 0, 0, time.UTC)

// keeper is a state file in a folder of its own, and what it logs.
func keeper(t *testing.T) (stateFile, *bytes.Buffer) {
	var logged bytes.Buffer
	return stateIn(t.TempDir()+":/elsewhere", zerolog.New(&logged)), &logged
}

func TestWhatWasKeptComesBack(t *testing.T) {
	f, logged := keeper(t)
	if got := f.load(believed); got != (loop.Kept{}) || logged.Len() != 0 {
		t.Errorf("without a file: %+v, %s", got, logged)
	}
	f.save(learnt)
	f.save(loop.Kept{}) // nothing learnt does not replace what was
	if got := f.load(believed); got != learnt || logged.Len() != 0 {
		t.Errorf("got %+v, %s", got, logged)
	}
}

func TestATornOrForeignFileIsRefusedWithAReason(t *testing.T) {
	f, logged := keeper(t)
	f.save(learnt)
	whole, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	impossible, late := `{"frequency_ppm":5000}`, `{"frequency_ppm":5,"date":"2199-01-01T00:00:00Z"}`
	for _, text := range []string{
		"", "{}", string(whole[:20]), string(whole[:len(whole)-1]), strings.Replace(string(whole), "11.7", "12.7", 1),
		string(whole) + "x", impossible + "\n" + checksum([]byte(impossible)), late + "\n" + checksum([]byte(late)), "nonsense\n" + checksum([]byte("nonsense")),
	} {
		logged.Reset()
		if err := os.WriteFile(f.path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := f.load(believed); got != (loop.Kept{}) || !strings.Contains(logged.String(), "starting cold") {
			t.Errorf("%q: %+v, %s", text, got, logged)
		}
	}
}

func TestAFolderThatCannotBeWrittenIsLoggedAndNoMore(t *testing.T) {
	f, logged := keeper(t)
	f.path = filepath.Join(f.path, "not", "there")
	f.save(learnt)
	if !strings.Contains(logged.String(), "state not saved") {
		t.Errorf("logged %q", logged)
	}
}

func TestWithoutAFolderNothingIsKept(t *testing.T) {
	f := stateIn("", zerolog.Nop())
	f.save(learnt)
	if got := f.load(believed); got != (loop.Kept{}) {
		t.Errorf("got %+v", got)
	}
}

func TestTheDateThatWasKeptStepsNoClock(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("STATE_DIRECTORY", folder)
	kept := learnt
	kept.Date = time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC)
	stateIn(folder, zerolog.Nop()).save(kept)
	floor := refclock.UTC(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).UnixNano())
	for name, c := range map[string]struct{ shows, want time.Time }{
		"1970": {time.Unix(100, 0), floor.Std()},
		"2027": {time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		clock := clock.NewSoftware(func(time.Duration) hw.Raw { return 5e9 }, func() hw.Time { return hw.Time(c.shows.UnixNano()) }, hw.Time(c.shows.UnixNano()))
		a := &appliance{config: config.Default(), log: zerolog.Nop(), machine: machine{clock: clock, port: new(serial.Port), floor: floor, notBefore: floor}}
		a.nts = newNTSService(a.config.NTS, "", &a.latest, clock, a.log)
		if err := a.remember(); err != nil {
			t.Fatal(err)
		}
		if got := clock.Read().Time.Std(); !got.Equal(c.want) {
			t.Errorf("%s: set to %v, not %v", name, got, c.want)
		}
	}
}

func TestAPipeOrADeviceAsAFileOfStateOrKeysHoldsUpNothing(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"state", "nts-keys", "history", "passwords", "keys"} {
		if err := unix.Mkfifo(filepath.Join(folder, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var logged bytes.Buffer
	log := zerolog.New(&logged)
	if got := stateIn(folder, log).load(believed); got != (loop.Kept{}) {
		t.Errorf("%+v", got)
	}
	historyIn(folder, log).load()
	if p := newNTSService(config.NTS{Certificate: "/dev/zero"}, folder, nil, nil, log); p.rings.Load() != nil {
		t.Error("keys of a pipe")
	} else {
		p.loadCertificate()
	}
	if p := openPage(config.Web{Listen: "127.0.0.1:0", Passwords: folder + "/passwords"}, log); p.listener != nil {
		t.Error("passwords of a pipe")
		p.close()
	}
	if _, err := symmetricKeys(folder + "/keys"); err == nil {
		t.Error("symmetric keys of a pipe")
	}
	if n := strings.Count(logged.String(), "no regular file"); n != 5 {
		t.Errorf("said %d times: %s", n, &logged)
	}
}
