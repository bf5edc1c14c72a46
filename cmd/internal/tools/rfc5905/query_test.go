package rfc5905

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve answers one request with what answer makes of it: any number of
// packets.
func serve(t *testing.T, answer func(request []byte) [][]byte) (address string) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-ended })
	go func() {
		defer close(ended)
		b := make([]byte, 100)
		n, from, err := conn.ReadFrom(b)
		if err != nil {
			return
		}
		for _, p := range answer(b[:n]) {
			if _, err := conn.WriteTo(p, from); err != nil {
				return
			}
		}
	}()
	return conn.LocalAddr().String()
}

func TestTheAnswerIsToldFromStrayPackets(t *testing.T) {
	address := serve(t, func(q []byte) [][]byte {
		stray := packet(t, good)
		right := packet(t, good)
		right[0] = 3<<3 | 4
		stray[0] = right[0]
		copy(right[24:32], q[40:48])
		copy(right[32:40], q[40:48]) // a server whose clock is ours, and which needs no time
		copy(right[40:48], q[40:48])
		return [][]byte{stray, right}
	})
	ctx, end := context.WithTimeout(context.Background(), 10*time.Second)
	defer end()
	a, err := Query(ctx, address, 3)
	if err != nil {
		t.Fatal(err)
	}
	if a.T2 != a.T1 || a.Delay() <= 0 || a.Offset() != -a.Delay()/2 {
		t.Errorf("offset %v, delay %v: %+v", a.Offset(), a.Delay(), a)
	}
}

func TestAQueryEndsWithItsContext(t *testing.T) {
	ctx, end := context.WithCancel(context.Background())
	address := serve(t, func([]byte) [][]byte { end(); return nil })
	if _, err := Query(ctx, address, 4); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
