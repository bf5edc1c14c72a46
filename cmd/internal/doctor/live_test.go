package doctor

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const sentence = "$GPRMC,120000.00,A,4807.038,N,01131.000,E,0.0,0.0,221126,,,A*5B\r\n"

func TestASentenceOnAPortIsHeardAndNothingIsSent(t *testing.T) {
	device, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	defer tty.Close()
	speaking, stop := context.WithCancel(t.Context())
	spoken := make(chan struct{})
	go func() {
		defer close(spoken)
		again := time.NewTicker(100 * time.Millisecond)
		defer again.Stop()
		for speaking.Err() == nil {
			device.Write([]byte(strings.Repeat(sentence, 3))) // a port that is gone hears nothing
			select {
			case <-speaking.Done():
			case <-again.C:
			}
		}
	}()
	heard := listen(t.Context(), []string{tty.Name()})[tty.Name()]
	stop()
	<-spoken
	if heard.Sound == 0 || heard.Baud == 0 || heard.Error != nil {
		t.Errorf("%+v", heard)
	}
}

func TestAPortThatCannotBeOpenedSaysWhy(t *testing.T) {
	if heard := hear(t.Context(), "/nonexistent/tty"); heard.Error == nil {
		t.Errorf("%+v", heard)
	}
}

func TestAServerThatIsNotThereGivesNoAnswer(t *testing.T) {
	const silent = "127.0.0.1:1"
	if said := ask(t.Context(), []string{silent}); len(said) != 1 || said[silent].Answered {
		t.Errorf("%+v", said)
	}
}

func TestThisMachineHasAnAddress(t *testing.T) {
	for _, a := range addresses() {
		if a == netip.MustParseAddr("127.0.0.1") {
			return
		}
	}
	t.Error("no loopback in", addresses())
}
