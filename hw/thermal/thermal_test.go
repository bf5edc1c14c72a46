package thermal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sysfs is a tree such as the kernel shows, in a folder of the test's.
type sysfs struct {
	*testing.T
	root string
}

func newSysfs(t *testing.T) sysfs { return sysfs{t, t.TempDir()} }

func (s sysfs) write(path, text string) {
	path = filepath.Join(s.root, "class", path)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text+"\n"), 0o644)); err != nil {
		s.Fatal(err)
	}
}

// zone makes thermal_zone<number>.
func (s sysfs) zone(number, kind, milli string) {
	folder := "thermal/thermal_zone" + number
	s.write(folder+"/type", kind)
	s.write(folder+"/temp", milli)
}

// channel gives hwmon<number>, the chip so called, temp<channel>.
func (s sysfs) channel(number, chip, channel, label, milli string) {
	folder := "hwmon/hwmon" + number
	s.write(folder+"/name", chip)
	s.write(folder+"/temp"+channel+"_input", milli)
	if label != "" {
		s.write(folder+"/temp"+channel+"_label", label)
	}
}

func (s sysfs) remove(path string) {
	if err := os.RemoveAll(filepath.Join(s.root, "class", path)); err != nil {
		s.Fatal(err)
	}
}

// running is a sensor that runs in a bubble.
type running struct {
	temperatures chan hw.Temperature
	devices      chan hw.Device
}

// in runs what do asks of the sensor called name, on the bubble's time.
func (s sysfs) in(name string, do func(r running)) {
	synctest.Test(s.T, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		r := running{make(chan hw.Temperature, 100), make(chan hw.Device, 100)}
		ended := make(chan error, 1)
		go func() { ended <- (&Sensor{Name: name, sys: s.root}).Run(ctx, r.temperatures, r.devices) }()
		do(r)
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// after lets d pass, and returns the readings that came.
func (r running) after(d time.Duration) (all []hw.Temperature) {
	<-time.After(d)
	synctest.Wait()
	for len(r.temperatures) > 0 {
		all = append(all, <-r.temperatures)
	}
	return all
}

// is reports whether the conditions reported since are these, of this device.
func (r running) is(t *testing.T, path string, states ...hw.State) {
	t.Helper()
	for _, want := range states {
		d := <-r.devices
		if d.State != want || d.Path != path || (d.Err == nil) != (want == hw.Open) {
			t.Errorf("%+v, want %s %s", d, path, want)
		}
	}
	if len(r.devices) != 0 {
		t.Errorf("also reported: %+v", <-r.devices)
	}
}

const half = time.Second / 2 // between two readings

func TestOneReadingASecondIsDeliveredFromTheFirstMomentOn(t *testing.T) {
	s := newSysfs(t)
	s.zone("0", "cpu-thermal", "51234")
	s.in("cpu-thermal", func(r running) {
		if got := r.after(3*time.Second + half); !slices.Equal(got, []hw.Temperature{51.234, 51.234, 51.234, 51.234}) {
			t.Errorf("%v", got)
		}
		r.is(t, "cpu-thermal", hw.Open)
	})
}

func TestASensorIsFoundByEachOfItsNamesWhateverItsNumber(t *testing.T) {
	s := newSysfs(t)
	s.zone("0", "acpitz", "27800")
	s.zone("7", "x86_pkg_temp", "48000")
	s.channel("2", "coretemp", "1", "Package id 0", "48500")
	s.channel("2", "coretemp", "3", "Core 1", "47000")
	s.channel("4", "w1_slave_temp", "1", "", "21437")
	for name, want := range map[string]hw.Temperature{
		"acpitz": 27.8, "x86_pkg_temp": 48,
		"coretemp": 48.5, "coretemp/Package id 0": 48.5, "coretemp/temp1": 48.5, "coretemp/Core 1": 47, "coretemp/temp3": 47,
		"w1_slave_temp": 21.437, "coretemp/Core*": 47,
	} {
		found, err := find(s.root, name)
		if got, failed := found.read(); err != nil || failed != nil || got != want {
			t.Errorf("%s: %v, %v, %v, want %v", name, got, err, failed, want)
		}
	}
	for _, name := range []string{"", "coretemp/", "thermal_zone0", "[", "cpu-thermal"} {
		if _, err := find(s.root, name); !errors.Is(err, unix.ENODEV) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAutoTakesWhatIsNearestToTheOscillator(t *testing.T) {
	s := newSysfs(t)
	take := func(want string) {
		t.Helper()
		found, err := find(s.root, Auto)
		if want == "" && !errors.Is(err, unix.ENODEV) || want != "" && (err != nil || found.names[0] != want) {
			t.Errorf("took %v, %v, want %q", found.names, err, want)
		}
	}
	take("")
	s.channel("0", "nvme", "1", "Composite", "38850")
	s.channel("1", "drivetemp", "1", "", "33000")
	s.zone("0", "iwlwifi_1", "41000")
	s.channel("2", "iwlwifi_1", "1", "", "41000")
	s.zone("1", "battery-thermal", "30000")
	s.channel("3", "nct6798", "2", "CPUTIN", "30000")
	take("") // none of these is
	s.zone("2", "acpitz", "27800")
	take("acpitz")
	s.channel("5", "k10temp", "1", "Tctl", "61000")
	take("k10temp/Tctl")
	s.channel("4", "coretemp", "1", "Package id 0", "48000")
	take("coretemp/Package id 0")
	s.zone("3", "x86_pkg_temp", "48000")
	take("x86_pkg_temp")
	s.channel("3", "nct6798", "1", "SYSTIN", "31000")
	take("nct6798/SYSTIN")
	s.zone("4", "pch_cannonlake", "47000")
	take("pch_cannonlake")
	s.channel("9", "cpu_thermal", "1", "", "50000")
	take("cpu_thermal/temp1")
	s.zone("9", "cpu-thermal", "50000") // the same, but a zone
	take("cpu-thermal")
	s.zone("9", "cpu-thermal", "-274000") // the kernel's "not yet"
	take("cpu_thermal/temp1")
}

func TestASensorMayComeGoAndComeBackUnderAnotherNumber(t *testing.T) {
	s := newSysfs(t)
	s.zone("0", "acpitz", "27800")
	s.in("cpu-thermal", func(r running) {
		if got := r.after(10 * time.Second); got != nil {
			t.Errorf("%v", got)
		}
		r.is(t, "cpu-thermal", hw.Missing)
		s.zone("1", "cpu-thermal", "50000")
		if got := r.after(3 * time.Second); len(got) == 0 || got[0] != 50 {
			t.Errorf("%v", got)
		}
		r.is(t, "cpu-thermal", hw.Open)
		s.remove("thermal/thermal_zone1")
		if got := r.after(20 * time.Second); got != nil {
			t.Errorf("%v", got)
		}
		r.is(t, "cpu-thermal", hw.Failed, hw.Missing)
		s.zone("5", "cpu-thermal", "40000")
		if got := r.after(3 * time.Second); len(got) == 0 || got[0] != 40 {
			t.Errorf("%v", got)
		}
		r.is(t, "cpu-thermal", hw.Open)
	})
}

func TestAutoKeepsToTheSensorThatItTookFirst(t *testing.T) {
	s := newSysfs(t)
	s.in(Auto, func(r running) {
		r.after(half)
		r.is(t, "", hw.Missing)
		s.zone("0", "cpu-thermal", "50000")
		r.after(3 * time.Second)
		r.is(t, "cpu-thermal", hw.Open)
		s.remove("thermal/thermal_zone0")
		s.zone("1", "acpitz", "27800")
		r.after(half) // a reading that was under way
		if got := r.after(20 * time.Second); got != nil {
			t.Errorf("%v", got)
		}
		r.is(t, "cpu-thermal", hw.Failed, hw.Missing)
	})
}

func TestASensorThatLiesNowAndThenStaysInUseWithoutItsLies(t *testing.T) {
	s := newSysfs(t)
	s.zone("0", "cpu-thermal", "50000")
	s.in("cpu-thermal", func(r running) {
		r.after(half)
		for range 3 {
			s.zone("0", "cpu-thermal", "-127000")
			if got := r.after((tolerated - 1) * every); got != nil {
				t.Errorf("%v", got)
			}
			s.zone("0", "cpu-thermal", "50000")
			if got := r.after(every); !slices.Equal(got, []hw.Temperature{50}) {
				t.Errorf("%v", got)
			}
		}
		r.is(t, "cpu-thermal", hw.Open)
		s.zone("0", "cpu-thermal", "-127000")
		if got := r.after(20 * time.Second); got != nil {
			t.Errorf("%v", got)
		}
		r.is(t, "cpu-thermal", hw.Failed)
		s.zone("0", "cpu-thermal", "52000")
		r.after(3 * time.Second)
		r.is(t, "cpu-thermal", hw.Open)
	})
}

func TestAReadingThatHangsDoesNotKeepRunFromEnding(t *testing.T) {
	s := newSysfs(t)
	s.zone("0", "cpu-thermal", "")
	pipe := filepath.Join(s.root, "class/thermal/thermal_zone0/temp")
	if err := errors.Join(os.Remove(pipe), unix.Mkfifo(pipe, 0o600)); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- (&Sensor{Name: "cpu-thermal", sys: s.root}).Run(ctx, make(chan hw.Temperature), make(chan hw.Device))
	}()
	sensor, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits for the reader
	if err != nil {
		t.Fatal(err)
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := sensor.Close(); err != nil { // it answers at last
		t.Error(err)
	}
}

func TestAReadingIsWhatTheKernelPrintsInThousandthsWithinReason(t *testing.T) {
	for text, want := range map[string]hw.Temperature{
		"0\n": 0, "51234\n": 51.234, "-55000\n": -55, "150000\n": 150, "85000\n": 85, "-62": -0.062, " 40000 ": 40,
	} {
		if got, err := parse(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "\n", "N/A\n", "51.2\n", "0x10\n", "1e4\n", "NaN\n", "99999999999999999999\n", "50000\n50000\n",
		"-55001\n", "150001\n", "-127000\n", "-273150\n", "-274000\n", "255000\n",
	} {
		if got, err := parse(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func Test85DegreesAreALieOfTheOneSensorThatBeginsWithThem(t *testing.T) {
	s := newSysfs(t)
	s.channel("0", "w1_slave_temp", "1", "", "85000")
	s.channel("1", "k10temp", "1", "Tctl", "85000")
	if _, err := find(s.root, "w1_slave_temp"); !errors.Is(err, ErrNonsense) {
		t.Error(err)
	}
	if _, err := find(s.root, "k10temp"); err != nil {
		t.Error(err)
	}
}

func TestWhatIsWrongWithASensorIsSaidWithItsName(t *testing.T) {
	s := newSysfs(t)
	s.zone("0", "cpu-thermal", "hot")
	s.write("thermal/thermal_zone1/type", "gpu-thermal")
	if err := os.Mkdir(filepath.Join(s.root, "class/thermal/thermal_zone1/temp"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"cpu-thermal": "cpu-thermal: read: the sensor shows what is no temperature",
		"gpu-thermal": "gpu-thermal: read: ",
		"soc-thermal": "soc-thermal: find: no such device",
	} {
		if _, err := find(s.root, name); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("51234\n")
	f.Add("-127000\n")
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := parse(text); (got < coldest || got > hottest) || err != nil && got != 0 {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	})
}
