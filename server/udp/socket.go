package udp

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/server/mmsg"
)

// openGroup opens the sockets that share an address, one for each worker, and
// returns the workers of those that are open also beside an error. The first
// is bound before it begins to share: an address that another program has is
// found out.
func openGroup(at netip.AddrPort, o Options) ([]*worker, error) {
	count := cmp.Or(o.Workers, runtime.NumCPU())
	f := mmsg.FamilyOf(at.Addr())
	var workers []*worker
	for len(workers) < count {
		socket, err := open(f, o)
		if err == nil {
			var w *worker
			w, err = newWorker(socket, f, o)
			workers = append(workers, w)
		}
		if err == nil && len(workers) > 1 {
			err = share(socket)
		}
		if err == nil {
			err = bind(f, socket, at)
		}
		if err == nil {
			at, err = boundTo(socket) // whose port is no longer 0
		}
		if err == nil && len(workers) == 1 && count > 1 {
			err = share(socket)
		}
		if err != nil {
			return workers, fmt.Errorf("listen udp %s: %w", at, err)
		}
		workers[len(workers)-1].listen = at.String()
	}
	if err := o.apart(workers); err != nil {
		workers = alone(workers, err)
	}
	return workers, nil
}

// receiveBuffer is what may wait for a worker, in bytes as the kernel counts
// them: some hundred requests, which it allows without privileges, to a
// thousand.
const receiveBuffer = 1 << 20

// open opens a socket that is not yet bound. An IPv6 socket takes no IPv4
// packets, so that each family has its own.
func open(f *mmsg.Family, o Options) (int, error) {
	socket, err := unix.Socket(f.Domain, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, os.NewSyscallError("socket", err)
	}
	if f.Domain == unix.AF_INET6 {
		err = os.NewSyscallError("IPV6_V6ONLY", unix.SetsockoptInt(socket, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1))
	}
	if err = cmp.Or(err, adjust(f, socket, o)); err != nil {
		unix.Close(socket)
	}
	return socket, err
}

// adjust sets what any socket of ours has.
func adjust(f *mmsg.Family, socket int, o Options) error {
	// Kernels before 5.1 do not know it: their requests count as unstamped.
	stamps := hw.KernelStamps
	if o.NICs != nil {
		stamps = hw.NICStamps
	}
	_ = unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, stamps)
	enlarge(socket)
	if f.Domain == unix.AF_INET {
		// An answer is as short as its request, and need not be taken apart on its
		// way. So it has no number for that, which costs time to find and tells
		// strangers how many answers there are (RFC 6864).
		_ = unix.SetsockoptInt(socket, unix.IPPROTO_IP, unix.IP_MTU_DISCOVER, unix.IP_PMTUDISC_PROBE)
	}
	const besideDSCP = 2 // bits of the byte: those of ECN
	if err := unix.SetsockoptInt(socket, f.Level, f.ServiceClass, o.DSCP<<besideDSCP); err != nil {
		return os.NewSyscallError("set DSCP", err)
	}
	if o.Interface != "" {
		return os.NewSyscallError("SO_BINDTODEVICE "+o.Interface, unix.BindToDevice(socket, o.Interface))
	}
	return nil
}

// enlarge gives a socket its receive buffer, unless someone with more privileges
// has given it one. The kernel counts twice what it is asked for.
func enlarge(socket int) {
	if has, err := unix.GetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_RCVBUF); err == nil && has >= 2*receiveBuffer {
		return
	}
	if unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, receiveBuffer) != nil {
		_ = unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer) // the kernel gives what it allows
	}
}

func share(socket int) error {
	return os.NewSyscallError("SO_REUSEPORT", unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1))
}

// bind gives the socket its address. One that hears on all of the machine's
// asks to which each request came.
func bind(f *mmsg.Family, socket int, at netip.AddrPort) error {
	if at.Addr().IsUnspecified() {
		if err := askDestination(f, socket); err != nil {
			return err
		}
	}
	to, err := socketAddress(at)
	if err != nil {
		return err
	}
	return os.NewSyscallError("bind", unix.Bind(socket, to))
}

// socketAddress is an address as the kernel takes it.
func socketAddress(a netip.AddrPort) (unix.Sockaddr, error) {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}, nil
	}
	to := &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
	if zone := a.Addr().Zone(); zone != "" {
		i, err := net.InterfaceByName(zone)
		if err != nil {
			return nil, err
		}
		to.ZoneId = uint32(i.Index)
	}
	return to, nil
}

func askDestination(f *mmsg.Family, socket int) error {
	return os.NewSyscallError("ask for destinations", unix.SetsockoptInt(socket, f.Level, f.AskDestination, 1))
}

// boundTo returns the address that a socket has.
func boundTo(socket int) (netip.AddrPort, error) {
	a, err := unix.Getsockname(socket)
	switch a := a.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)), nil
	case *unix.SockaddrInet6:
		ip := netip.AddrFrom16(a.Addr)
		if i, err := net.InterfaceByIndex(int(a.ZoneId)); err == nil {
			ip = ip.WithZone(i.Name)
		}
		return netip.AddrPortFrom(ip, uint16(a.Port)), nil
	}
	return netip.AddrPort{}, cmp.Or(os.NewSyscallError("getsockname", err), errors.New("not a socket for NTP"))
}
