// Command hear prints the broadcasts of NTP servers that come to an interface, a
// JSON line each: a receiver of mode 5 as RFC 5905 has it that sets no clock.
package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/refclock"
)

// heard is one broadcast.
type heard struct {
	Version uint8  `json:"version"`
	Mode    uint8  `json:"mode"`
	Leap    uint8  `json:"leap"`
	Stratum uint8  `json:"stratum"`
	Poll    int8   `json:"poll"`
	Key     uint32 `json:"key"` // 0: not signed
	DSCP    byte   `json:"dscp"`
	// LateSeconds is from the transmit timestamp to when the kernel had the packet.
	LateSeconds float64 `json:"late_seconds"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "hear:", err)
		os.Exit(1)
	}
}

// run hears COUNT broadcasts to ADDRESS:PORT at INTERFACE.
func run(args []string) error {
	if len(args) != 3 {
		return errors.New("usage: hear INTERFACE ADDRESS:PORT COUNT")
	}
	link, err := net.InterfaceByName(args[0])
	if err != nil {
		return err
	}
	at, err := netip.ParseAddrPort(args[1])
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	socket, err := open(at, link)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "hearing")
	lines := json.NewEncoder(os.Stdout)
	packet, control := make([]byte, 200), make([]byte, 200)
	for range count {
		n, controls, _, _, err := unix.Recvmsg(socket, packet, control, 0)
		if err != nil {
			return err
		}
		if n < 48 {
			return fmt.Errorf("%d bytes", n)
		}
		if err := lines.Encode(read(packet[:n], control[:controls])); err != nil {
			return err
		}
	}
	return nil
}

// open opens a socket that hears what is sent to at, and to no one else.
func open(at netip.AddrPort, link *net.Interface) (int, error) {
	a, v6 := at.Addr(), at.Addr().Is6()
	domain, level, class := unix.AF_INET, unix.IPPROTO_IP, unix.IP_RECVTOS
	if v6 {
		domain, level, class = unix.AF_INET6, unix.IPPROTO_IPV6, unix.IPV6_RECVTCLASS
	}
	socket, err := unix.Socket(domain, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	var name unix.Sockaddr
	if v6 {
		name = &unix.SockaddrInet6{Port: int(at.Port()), Addr: a.As16(), ZoneId: uint32(link.Index)}
		err = unix.SetsockoptIPv6Mreq(socket, level, unix.IPV6_JOIN_GROUP, &unix.IPv6Mreq{Multiaddr: a.As16(), Interface: uint32(link.Index)})
	} else {
		name = &unix.SockaddrInet4{Port: int(at.Port()), Addr: a.As4()}
		if a.IsMulticast() {
			err = unix.SetsockoptIPMreqn(socket, level, unix.IP_ADD_MEMBERSHIP, &unix.IPMreqn{Multiaddr: a.As4(), Ifindex: int32(link.Index)})
		}
	}
	return socket, errors.Join(err,
		unix.SetsockoptInt(socket, level, class, 1),
		unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS_NEW, 1),
		unix.Bind(socket, name))
}

// read makes sense of a packet and its control messages.
func read(packet, control []byte) heard {
	p, _ := refclock.ParsePacket(packet) // only whole ones are given to it
	h := heard{Version: p.Version, Mode: p.Mode, Leap: uint8(p.Leap), Stratum: p.Stratum, Poll: p.Poll}
	if len(packet) > refclock.PacketSize {
		h.Key = binary.BigEndian.Uint32(packet[refclock.PacketSize:])
	}
	messages, _ := unix.ParseSocketControlMessage(control) // what is broken is not there
	for _, m := range messages {
		switch {
		case m.Header.Level == unix.SOL_SOCKET && len(m.Data) >= 16:
			came := time.Unix(int64(binary.NativeEndian.Uint64(m.Data)), int64(binary.NativeEndian.Uint64(m.Data[8:])))
			at := refclock.UTC(came.UnixNano())
			h.LateSeconds = at.Sub(p.Transmit.UTC(at)).Seconds()
		case m.Header.Level != unix.SOL_SOCKET && len(m.Data) > 0: // a byte, or an int of which it is the lowest
			h.DSCP = m.Data[0] >> 2
			if len(m.Data) >= 4 {
				h.DSCP = byte(binary.NativeEndian.Uint32(m.Data) >> 2)
			}
		}
	}
	return h
}
