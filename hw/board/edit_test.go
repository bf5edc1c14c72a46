package board

import (
	"slices"
	"strings"
	"testing"
)

func TestEachModelAndEachHATHasOneNameAndASource(t *testing.T) {
	names := map[string]bool{}
	for _, m := range Models() {
		if names[m.Name] || names[m.Compatible] || len(m.Filters) == 0 || m.UART == "" {
			t.Errorf("%+v", m)
		}
		names[m.Name], names[m.Compatible] = true, true
	}
	for _, h := range HATs() {
		if names[h.Name] || h.Source == "" || h.Pin < NoPin || h.Pin > 27 || h.Pin == 14 || h.Pin == 15 {
			t.Errorf("%+v", h)
		}
		names[h.Name] = true
	}
}

func TestASectionHoldsForTheBoardsThatItNames(t *testing.T) {
	const serial = 0x10000000abcdef01
	for _, test := range []struct{ model, text, want string }{
		{"pi4", "a=1\n[pi4]\nb=1\n[pi5]\nc=1\n[all]\nd=1\n", "a b d"},
		{"cm4", "[pi4]\na=1\n[cm4]\nb=1\n[pi400]\nc=1\n", "a b"},
		{"zero-2w", "[pi0]\na=1\n[pi0w]\nb=1\n[pi02]\nc=1\n", "a b c"},
		{"pi5", "[none]\na=1\n[all]\nb=1\n[none]\n[pi5]\nc=1\n", "b c?"},
		{"pi5", "[board-type=0x17]\na=1\n[board-type=0x18]\nb=1\n", "a"},
		{"pi3b+", "[pi3+]\na=1\n[pi3]\nb=1\n[cm3]\nc=1\n", "a b"},
		{"pi4", "[EDID=DEL-U2422H]\na=1\n[pi4]\nb=1\n[all]\nc=1\n[gpio4=1]\nd=1\n[HDMI:0]\ne=1\n", "a? b? c d? e?"},
		{"pi4", "[0x10000000abcdef01]\na=1\n[0x1]\nb=1\n", "a"},
		{"pi4", "include more.txt\nz=1\n[pi5]\ninclude more.txt\n", "m z"},
		{"pi4", "include gone.txt\na=1\r\n  b=1 \r\n#c=1\nnothing\n", "a b"},
	} {
		m, _ := Named(test.model)
		settings, _, err := m.Settings(map[string][]byte{"config.txt": []byte(test.text), "more.txt": []byte("m=1")}, serial)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range settings {
			got = append(got, s.Key+strings.Repeat("?", len("?")*map[bool]int{true: 1}[s.Perhaps]))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %q: %q, want %q", test.model, test.text, got, test.want)
		}
	}
	m, _ := Named("pi4")
	for _, text := range []string{"include config.txt\n", "a=\x00\n"} {
		if _, _, err := m.Settings(map[string][]byte{"config.txt": []byte(text)}, 0); err == nil {
			t.Errorf("%q: taken", text)
		}
	}
}

const root = "console=serial0,115200 console=tty1 root=PARTUUID=abc-02 rootwait\n"

// ours is what is put at the end.
func ours(lines ...string) string { return "\n" + comment + "\n" + strings.Join(lines, "\n") + "\n" }

func TestOnlyWhatIsNotSoAlreadyIsEdited(t *testing.T) {
	for _, test := range []struct {
		name, model, config, want string
		pin                       int
	}{
		{"nothing", "pi4", "", ours("enable_uart=1", "dtoverlay=disable-bt", "dtoverlay=pps-gpio,gpiopin=18"), 18},
		{"no end of the last line", "pi4", "a=1", "a=1\n" + ours("enable_uart=1", "dtoverlay=disable-bt", "dtoverlay=pps-gpio,gpiopin=4"), 4},
		{"ends of Windows", "zero", "a=1\r\nb=1", "a=1\r\nb=1\r\n\r\n" + comment + "\r\ndtoverlay=pps-gpio,gpiopin=4\r\n", 4},
		{"a section at the end", "pi5", "[pi4]\na=1\n", "[pi4]\na=1\n" + ours("[all]", "dtparam=uart0=on", "dtoverlay=pps-gpio,gpiopin=18"), 18},
		{"all is so", "pi5", "dtparam=i2c_arm=on,uart0\ndtoverlay=pps-gpio\n", "dtparam=i2c_arm=on,uart0\ndtoverlay=pps-gpio\n", 18},
		{"off", "pi5", "dtparam=spi=on,uart0=off\r\ndtoverlay=pps-gpio\r\n", "dtparam=spi=on,uart0=on\r\ndtoverlay=pps-gpio\r\n", 18},
		{"off, of the others", "pi2", "enable_uart=0\ndtoverlay=pps-gpio\n", "enable_uart=1\ndtoverlay=pps-gpio\n", 18},
		{"on, then off", "pi2", "enable_uart=1\n[pi2]\nenable_uart=0\n[all]\ndtoverlay=pps-gpio\n", "enable_uart=1\n[pi2]\nenable_uart=1\n[all]\ndtoverlay=pps-gpio\n", 18},
		{"another pin", "zero", "dtoverlay=pps-gpio,capture_clear,gpiopin=4\n", "dtoverlay=pps-gpio,capture_clear,gpiopin=18\n", 18},
		{"no pin", "zero", "dtoverlay=pps-gpio\n", "dtoverlay=pps-gpio,gpiopin=4\n", 4},
		{"a pin of its own line", "zero", "dtoverlay=pps-gpio\ndtparam=gpiopin=17\n", "dtoverlay=pps-gpio\ndtparam=gpiopin=4\n", 4},
		{"a pin with a comment", "zero", "dtoverlay=pps-gpio,gpiopin=4 # GPS, PPS\n", "dtoverlay=pps-gpio,gpiopin=4\n", 4},
		{"the older spelling", "zero", "device_tree_overlay=pps-gpio:gpiopin=17\n", "device_tree_overlay=pps-gpio:gpiopin=4\n", 4},
		{"of two others none", "zero", "dtoverlay=pps-gpio,gpiopin=5\ndtoverlay=pps-gpio,gpiopin=6\n", "dtoverlay=pps-gpio,gpiopin=5\ndtoverlay=pps-gpio,gpiopin=6\n" + ours("dtoverlay=pps-gpio,gpiopin=4"), 4},
		{"a comment is no setting", "zero", "#dtoverlay=pps-gpio\n", "#dtoverlay=pps-gpio\n" + ours("dtoverlay=pps-gpio,gpiopin=18"), 18},
		{"Bluetooth moved by its older name", "pi3", "enable_uart=1\ndtoverlay=pi3-miniuart-bt\ndtoverlay=pps-gpio\n", "enable_uart=1\ndtoverlay=pi3-miniuart-bt\ndtoverlay=pps-gpio\n", 18},
		{"of another board", "pi4", "[pi3]\ndtoverlay=disable-bt\n[all]\nenable_uart=1\ndtoverlay=pps-gpio\n", "[pi3]\ndtoverlay=disable-bt\n[all]\nenable_uart=1\ndtoverlay=pps-gpio\n" + ours("dtoverlay=disable-bt"), 18},
	} {
		m, _ := Named(test.model)
		files := map[string][]byte{"config.txt": []byte(test.config), "cmdline.txt": []byte(root)}
		for range 2 { // the second time nothing is left to do
			b, err := m.Open(files, 0)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.For(Want{test.pin, true}); err != nil {
				t.Fatal(test.name, err)
			}
			if got := string(b.Files["config.txt"]); got != test.want {
				t.Errorf("%s: %q, want %q", test.name, got, test.want)
			}
			if !slices.Contains(b.Pins, test.pin) {
				t.Errorf("%s: pulses at %v", test.name, b.Pins)
			}
			files = b.Files
		}
	}
}

func TestTheConsoleLeavesTheHeaderAndNothingElseOfItsLine(t *testing.T) {
	for _, test := range []struct{ model, config, was, want string }{
		{"pi4", "", root, "console=tty1 root=PARTUUID=abc-02 rootwait\n"},
		{"pi4", "", "root=/dev/mmcblk0p2  console=ttyAMA0,115200 kgdboc=ttyAMA0,115200 quiet", "root=/dev/mmcblk0p2  quiet"},
		{"pi4", "", "root=a\vconsole=ttyAMA0\u00a0kgdboc=ttyAMA0\n", "root=a\n"},
		{"pi4", "", "root=LABEL=w console=ttyS0\r\n\r\n", "root=LABEL=w\r\n\r\n"},
		{"pi4", "", "console=tty1 root=LABEL=w console=ttyUSB0,9600\n", "console=tty1 root=LABEL=w console=ttyUSB0,9600\n"},
		{"pi5", "", root, root},
		{"pi5", "dtparam=uart0_console=on\n", root, "console=tty1 root=PARTUUID=abc-02 rootwait\n"},
		{"pi5", "", "console=ttyAMA0,115200 console=ttyAMA10,115200 root=a", "console=ttyAMA10,115200 root=a"},
		{"pi4", "", "", ""}, {"pi4", "", "console=serial0\n", ""}, {"pi4", "", "root=a\nquiet\n", ""}, {"pi4", "", "root=a\x00\x00", ""}, {"pi4", "", "root=\xff\xfe", ""},
	} {
		m, _ := Named(test.model)
		b, err := m.Open(map[string][]byte{"config.txt": []byte(test.config), "cmdline.txt": []byte(test.was)}, 0)
		if err != nil {
			t.Fatal(err)
		}
		err = b.For(Want{18, true})
		if bad := test.want == ""; bad != (err != nil) {
			t.Errorf("%q: %v", test.was, err)
		} else if got := string(b.Files["cmdline.txt"]); !bad && got != test.want {
			t.Errorf("%q: %q, want %q", test.was, got, test.want)
		}
	}
}

func TestWhatUsesThePinBesideIsSaid(t *testing.T) {
	for _, test := range []struct {
		config string
		pin    int
		want   Part
	}{
		{"dtparam=i2s=on\n", 18, PartClash}, {"dtparam=i2s=on\ndtparam=i2s=off\n", 18, ""}, {"dtparam=i2s=on\n", 4, ""},
		{"dtoverlay=w1-gpio\n", 4, PartClash}, {"dtoverlay=w1-gpio,gpiopin=17\n", 4, ""}, {"dtoverlay=w1-gpio,gpiopin=18\n", 18, PartClash},
		{"dtoverlay=pps-gpio,gpiopin=18,assert_falling_edge\n", 18, PartEdge},
		{"dtoverlay=pps-gpio,gpiopin=18\ndtoverlay=pps-gpio,gpiopin=4\n", 18, PartOther},
	} {
		m, _ := Named("pi4")
		b, err := m.Open(map[string][]byte{"config.txt": []byte(test.config), "cmdline.txt": []byte(root)}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.For(Want{test.pin, true}); err != nil {
			t.Fatal(err)
		}
		var got Part
		for _, e := range b.Edits {
			if e.Part == PartClash || e.Part == PartEdge || e.Part == PartOther {
				got = e.Part
			}
		}
		if got != test.want {
			t.Errorf("%q: %q, want %q", test.config, got, test.want)
		}
	}
}

func FuzzEdit(f *testing.F) {
	f.Add("[pi4]\ndtoverlay=pps-gpio,gpiopin=4 # x\ninclude config.txt\n", "console=serial0 root=a", 4)
	f.Add("dtoverlay=pps-gpio\ndtparam=gpiopin=17,uart0=off\r\nenable_uart=0", "root=a console=ttyS0", 18)
	f.Fuzz(func(t *testing.T, config, cmdline string, pin int) {
		for _, m := range Models() {
			files := map[string][]byte{"config.txt": []byte(config), "cmdline.txt": []byte(cmdline)}
			b, err := m.Open(files, 0)
			if err != nil || b.For(Want{pin & 31, true}) != nil {
				continue
			}
			again, err := m.Open(b.Files, 0)
			if err != nil || again.For(Want{pin & 31, true}) != nil {
				t.Fatalf("%s: %q %q: what was edited cannot be: %v", m.Name, config, cmdline, err)
			}
			for name, text := range b.Files {
				if string(again.Files[name]) != string(text) {
					t.Fatalf("%s: %q: %q, then %q", m.Name, config, text, again.Files[name])
				}
			}
		}
	})
}
