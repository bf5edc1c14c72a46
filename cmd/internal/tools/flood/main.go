// Command flood sends NTP requests in other hosts' names, as fast as it can,
// until it is told to end: for the test of overload, in a network of its own.
//
//	flood INTERFACE TARGET HARDWARE-ADDRESS PREFIX
//
// TARGET is an IPv4 address and a port, HARDWARE-ADDRESS where it is on the
// link, and PREFIX the addresses that are named as senders, one after the other.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

func main() {
	ctx, end := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer end()
	sent, err := flood(ctx, os.Args[1:])
	fmt.Println(sent, "requests sent")
	if err != nil {
		fmt.Fprintln(os.Stderr, "flood:", err)
		os.Exit(1)
	}
}

// Where the headers of a frame begin, in bytes.
const (
	ipAt   = 14
	udpAt  = ipAt + 20
	ntpAt  = udpAt + 8
	frames = ntpAt + 48
)

func flood(ctx context.Context, args []string) (sent int, err error) {
	if len(args) != 4 {
		return 0, errors.New("want INTERFACE TARGET HARDWARE-ADDRESS PREFIX")
	}
	link, err1 := net.InterfaceByName(args[0])
	target, err2 := netip.ParseAddrPort(args[1])
	hardware, err3 := net.ParseMAC(args[2])
	prefix, err4 := netip.ParsePrefix(args[3])
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return 0, err
	}
	socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("socket: %w", err)
	}
	defer unix.Close(socket)
	to := &unix.SockaddrLinklayer{Ifindex: link.Index}
	f, from := frame(target, hardware), prefix.Masked().Addr()
	for ctx.Err() == nil {
		name(f, from, uint16(1024+sent%60000))
		switch err := unix.Sendto(socket, f, 0, to); err {
		case nil:
			sent++
		case unix.ENOBUFS, unix.EINTR, unix.EAGAIN: // it is faster than the link
		default:
			return sent, fmt.Errorf("sendto: %w", err)
		}
		if from = from.Next(); !prefix.Contains(from) {
			from = prefix.Masked().Addr()
		}
	}
	return sent, nil
}

// frame is a client's request in an Ethernet frame, without a sender.
func frame(target netip.AddrPort, hardware net.HardwareAddr) []byte {
	f := make([]byte, frames)
	copy(f, hardware)
	f[6] = 2 // a sender that no one has: administered locally
	binary.BigEndian.PutUint16(f[12:], unix.ETH_P_IP)
	f[ipAt], f[ipAt+8], f[ipAt+9] = 0x45, 64, unix.IPPROTO_UDP
	binary.BigEndian.PutUint16(f[ipAt+2:], frames-ipAt)
	a := target.Addr().As4()
	copy(f[ipAt+16:], a[:])
	binary.BigEndian.PutUint16(f[udpAt+2:], target.Port())
	binary.BigEndian.PutUint16(f[udpAt+4:], frames-udpAt) // a checksum of 0 is none
	f[ntpAt], f[ntpAt+2] = 4<<3|3, 6
	copy(f[ntpAt+40:], "a stamp!")
	return f
}

// name writes the sender of a frame, and the checksum that goes with it.
func name(f []byte, from netip.Addr, port uint16) {
	a := from.As4()
	copy(f[ipAt+12:], a[:])
	binary.BigEndian.PutUint16(f[udpAt:], port)
	f[ipAt+10], f[ipAt+11] = 0, 0
	sum := uint32(0)
	for i := ipAt; i < udpAt; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(f[i:]))
	}
	sum = sum&0xffff + sum>>16
	binary.BigEndian.PutUint16(f[ipAt+10:], ^uint16(sum+sum>>16))
}
