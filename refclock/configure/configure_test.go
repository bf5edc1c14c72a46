package configure

import (
	"slices"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock/ubx"
)

// device is something on a line: what it says each second, and what it answers.
type device struct {
	says    []string
	answers func(sent []byte) []byte
}

// play lets d be on the line for so long, and returns how many bytes were sent to it.
func play(c *Configurator, d device, length time.Duration) int {
	var framer hw.Framer
	now := hw.Raw(time.Hour)
	c.Opened(now, 9600)
	hear := func(b []byte) {
		for _, f := range framer.Feed(b, hw.Time(now)) {
			c.Frame(now, f)
		}
	}
	for end := now.Add(length); now < end; now = now.Add(250 * time.Millisecond) {
		if time.Duration(now)%time.Second == 0 {
			for _, s := range d.says {
				hear([]byte(s))
			}
		}
		if o := c.Next(now); len(o.Bytes) > 0 && d.answers != nil {
			hear(d.answers(o.Bytes))
		}
	}
	return c.Report().Sent
}

// wind is a sentence of what is no receiver.
var wind = string(sentence("WIMWV,214.8,R,0.1,K,A"))

func TestWhatIsNoReceiverIsSentFewBytes(t *testing.T) {
	const most = 64
	for name, d := range map[string]struct {
		device
		most int
	}{
		"nothing":               {device{}, 0},
		"a modem":               {device{says: []string{"NO CARRIER\r\n"}, answers: func([]byte) []byte { return []byte("ERROR\r\n") }}, 0},
		"an instrument":         {device{says: []string{wind}}, most},
		"one with an echo":      {device{says: []string{wind}, answers: slices.Clone[[]byte]}, most},
		"text without checksum": {device{says: []string{"$GPRMC,1,2,3\r\n"}}, 0},
	} {
		c := Configurator{Options: Options{Mode: Auto}}
		if n := play(&c, d.device, time.Hour); n > d.most {
			t.Errorf("%s: %d bytes", name, n)
		}
		for range 3 { // opened again and again
			c.Closed()
			if n := play(&c, d.device, time.Hour); n > d.most {
				t.Errorf("%s: %d bytes after it was opened again", name, n)
			}
		}
	}
}

func TestAReceiverThatConfirmsEverythingAndTellsNothingIsLeftAlone(t *testing.T) {
	version := make([]byte, 70)
	copy(version, "EXT CORE 3.01")
	copy(version[40:], "PROTVER=18.00")
	d := device{says: []string{string(ubx.Append(nil, ubx.NavPVT, make([]byte, 92)))}, answers: func(sent []byte) []byte {
		if m, _, _ := ubx.Cut(sent); m == ubx.MonVER {
			return ubx.Append(nil, ubx.MonVER, version)
		}
		return ubx.Append(nil, ubx.AckACK, sent[2:4])
	}}
	c := Configurator{Options: Options{Mode: Auto}}
	n := play(&c, d, time.Hour)
	if r := c.Report(); r.Phase != Unanswered || n > 3*200 {
		t.Errorf("%s, %d bytes: %+v", r.Phase, n, r.Settings)
	}
}

func TestMonitorTellsNothing(t *testing.T) {
	c := Configurator{Options: Options{Mode: Monitor}}
	version := string(ubx.Append(nil, ubx.MonVER, append(make([]byte, 40), slices.Concat([]byte("PROTVER=18.00"), make([]byte, 17))...)))
	var told []ubx.Message
	d := device{says: []string{wind, version}, answers: func(sent []byte) []byte {
		m, b, _ := ubx.Cut(sent)
		if len(b) > 2 {
			told = append(told, m)
		}
		if m == ubx.CfgRATE {
			return ubx.Append(nil, m, []byte{200, 0, 1, 0, 1, 0})
		}
		return nil
	}}
	c.Options.Mode = Monitor
	play(&c, d, 10*time.Minute)
	if len(told) > 0 {
		t.Errorf("it was told %v", told)
	}
}

func TestWhatIsSentRawIsASentenceOrHexadecimal(t *testing.T) {
	for text, want := range map[string]string{
		"$PMTK605": "$PMTK605*31\r\n", " $PMTK605*00 ": "$PMTK605*31\r\n", "b5 62 0a04 0000 0e34": "\xb5\x62\x0a\x04\x00\x00\x0e\x34",
		"": "", "$": "", "hello": "", "b": "", "$a\x1bb": "",
	} {
		if got := string(bytesOf(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzConfigurator(f *testing.F) {
	f.Add(uint8(0), []byte("$PMTK705,AXN_2.31,5632,PA6H,1.0*6E\r\n$PMTK001,314\r\n"))
	f.Add(uint8(1), ubx.Append(nil, ubx.MonVER, make([]byte, 70)))
	f.Add(uint8(2), ubx.Append(nil, ubx.CfgVALGET, []byte{1, 0, 0, 0, 1, 0, 0x74, 0x10, 1}))
	f.Add(uint8(3), []byte("$PAIR001,062,0*3F\r\n$GPTXT,01,01,02,SW=URANUS5*1D\r\n"))
	families := []Identity{{Family: MTK, Firmware: "x"}, {Family: UBlox, Firmware: "TIM 1.10", Protocol: "22"}, {Family: UBlox, Firmware: "TIM 2.20", Protocol: "29"}, {Family: Airoha, Firmware: "x"}, {Family: CASIC, Firmware: "x"}, {}}
	f.Fuzz(func(t *testing.T, who uint8, text []byte) {
		c := Configurator{Options: Options{Mode: Auto}}
		c.Opened(1, 9600)
		c.id = families[int(who)%len(families)]
		c.phase = Asking
		var framer hw.Framer
		now, sent := hw.Raw(time.Second), 0
		for len(text) > 0 {
			n := min(len(text), 40)
			for _, frame := range framer.Feed(text[:n], 0) {
				c.Frame(now, frame)
			}
			text = text[n:]
			now = now.Add(100 * time.Millisecond)
			sent += len(c.Next(now).Bytes)
			if d := now.Sub(0); float64(sent) > 512+200*d.Seconds() {
				t.Fatalf("%d bytes in %v", sent, d)
			}
		}
	})
}
