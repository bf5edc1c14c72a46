package rfc5905

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// Query sends one client request of that version to address, host:port, and
// waits for the answer until ctx ends. An answer that is not usable is no
// error. Packets that answer something else are passed over, as a stranger
// could send them.
func Query(ctx context.Context, address string, version uint8) (Answer, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "udp", address)
	if err != nil {
		return Answer{}, err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	conn := c.(*net.UDPConn)
	if err := stampArrivals(conn); err != nil {
		return Answer{}, err
	}
	var request [48]byte
	request[0] = version<<3 | 3
	t1 := timestampOf(time.Now())
	binary.BigEndian.PutUint64(request[40:], uint64(t1))
	if _, err := conn.Write(request[:]); err != nil {
		return Answer{}, err
	}
	for {
		packet, t4, err := receive(conn)
		if err != nil {
			return Answer{}, errors.Join(ctx.Err(), err)
		}
		a, err := parse(packet, version, t1, t4)
		if !errors.Is(err, ErrBogus) {
			return a, err
		}
	}
}

// stampArrivals asks the kernel to tell when packets come. That is also what a
// good server does, so that the ways there and back are alike and the offset
// is finer than a process takes to wake up.
func stampArrivals(conn *net.UDPConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	err = raw.Control(func(fd uintptr) {
		refused = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS_NEW, 1)
	})
	return errors.Join(err, refused)
}

func receive(conn *net.UDPConn) (packet []byte, at Timestamp, err error) {
	packet = make([]byte, 2048)
	control := make([]byte, 128)
	n, controls, _, _, err := conn.ReadMsgUDP(packet, control)
	if err != nil {
		return nil, 0, err
	}
	messages, err := unix.ParseSocketControlMessage(control[:controls])
	if err != nil {
		return nil, 0, err
	}
	for _, m := range messages {
		if m.Header.Type == unix.SO_TIMESTAMPNS_NEW && len(m.Data) == 16 {
			seconds, ns := binary.NativeEndian.Uint64(m.Data), binary.NativeEndian.Uint64(m.Data[8:])
			return packet[:n], timestampOf(time.Unix(int64(seconds), int64(ns))), nil
		}
	}
	return nil, 0, errors.New("the kernel did not tell when the packet came")
}
