package serial

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

// written is a port that notes what is sent and which speeds are set.
type written struct {
	*sim.UART
	mu    *sync.Mutex
	sent  *[]string
	bauds *[]int
}

func (w written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*w.sent = append(*w.sent, string(b))
	return len(b), nil
}

func (w written) SetBaud(baud int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	*w.bauds = append(*w.bauds, baud)
	return w.UART.SetBaud(baud)
}

func TestWhatIsGivenIsSentOnceThePortIsUnderstoodAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var sent []string
		var bauds []int
		var mu sync.Mutex
		wire, outputs := make(chan sim.Sent), make(chan hw.Output)
		frames, devices := make(chan hw.Frame, 100), make(chan hw.Device, 100)
		p := Port{Paths: []string{"/dev/fake"}, Clock: fixed(42), Outputs: outputs, Open: func(_ string, baud int) (UART, error) {
			return written{&sim.UART{Wire: wire, Baud: baud}, &mu, &sent, &bauds}, nil
		}}
		done := make(chan error)
		go func() { done <- p.Run(ctx, frames, devices) }()
		outputs <- hw.Output{Bytes: []byte("too soon")}
		wire <- sim.Sent{Text: []byte(epoch), Baud: 9600}
		outputs <- hw.Output{Bytes: []byte("hello")}
		outputs <- hw.Output{Bytes: []byte("faster"), Baud: 115200}
		<-time.After(time.Second)
		wire <- sim.Sent{Text: []byte(epoch), Baud: 115200}
		outputs <- hw.Output{Baud: 9600}
		<-time.After(time.Second)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if want := []string{"hello", "faster"}; !slices.Equal(sent, want) {
			t.Errorf("sent %q, want %q", sent, want)
		}
		if want := []int{115200, 9600}; !slices.Equal(bauds, want) {
			t.Errorf("at %d, want %d", bauds, want)
		}
	})
}
