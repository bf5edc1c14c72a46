package xdp

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// attachment is the program on an interface.
type attachment struct {
	link   int // the file that holds it there
	state  State
	reason string // why it is not native
}

// port is an interface with its addresses.
type port struct {
	net.Interface
	addresses []netip.Addr
}

// ports lists the interfaces that the program can be on: loopback has no driver,
// and a tunnel no addresses to turn round.
func ports(only string) (all []port, own []netip.Addr, err error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, nil, err
	}
	for _, i := range interfaces {
		addresses, err := i.Addrs()
		if err != nil {
			return nil, nil, err
		}
		p := port{Interface: i}
		for _, a := range addresses {
			if at, err := netip.ParsePrefix(a.String()); err == nil {
				p.addresses = append(p.addresses, at.Addr())
			}
		}
		own = append(own, p.addresses...)
		if (only == "" || only == i.Name) && i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 && len(i.HardwareAddr) == 6 {
			all = append(all, p)
		}
	}
	return all, own, nil
}

// places lists where on p the daemon hears at listen.
func places(p port, listen []netip.AddrPort) map[place]hearer {
	all := map[place]hearer{}
	for _, a := range p.addresses {
		for _, port := range portsOf(listen) {
			n := slices.IndexFunc(listen, func(l netip.AddrPort) bool {
				return l.Port() == port && l.Addr().WithZone("") == a && (l.Addr().Zone() == "" || l.Addr().Zone() == p.Name)
			})
			if n < 0 { // the socket on all addresses hears what no other does
				n = slices.IndexFunc(listen, func(l netip.AddrPort) bool {
					return l.Port() == port && l.Addr().IsUnspecified() && l.Addr().Is4() == a.Is4()
				})
			}
			if n >= 0 {
				all[place{Address: a.As16(), Interface: uint32(p.Index), Port: wirePort(port)}] = hearer{[6]byte(p.HardwareAddr), uint16(n)}
			}
		}
	}
	return all
}

func portsOf(listen []netip.AddrPort) (all []uint16) {
	for _, l := range listen {
		all = append(all, l.Port())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// look follows what has become of the interfaces.
func (s *Server) look() {
	found, own, err := ports(s.Interface)
	if err != nil {
		s.become(Condition{Failed, err.Error()})
		return
	}
	s.mu.Lock()
	slices.SortFunc(own, netip.Addr.Compare)
	if !slices.Equal(own, s.own) { // the access list has them
		s.pause()
		s.own = own
	}
	s.mu.Unlock()
	wanted := map[place]hearer{}
	var failures []string
	attached := map[int]attachment{}
	for _, p := range found {
		at := places(p, s.Listen)
		if len(at) == 0 {
			continue
		}
		a, ok := s.attached[p.Index]
		if !ok {
			if a, err = attach(s.kernel.file, p.Interface); err != nil {
				failures = append(failures, p.Name+": "+err.Error())
				continue
			}
		}
		attached[p.Index] = a
		maps.Copy(wanted, at)
		if a.reason != "" {
			failures = append(failures, p.Name+": "+a.reason)
		}
	}
	for i, a := range s.attached {
		if _, stays := attached[i]; !stays {
			unix.Close(a.link) // if the interface has gone, the program has, too
		}
	}
	s.attached = attached
	if err := s.hear(wanted); err != nil {
		failures = append(failures, err.Error())
	}
	s.become(condition(attached, failures))
}

// condition says in one what the attachments are.
func condition(attached map[int]attachment, failures []string) Condition {
	c := Condition{State: Native, Reason: strings.Join(failures, "; ")}
	for _, a := range attached {
		if a.state == Generic {
			c.State = Generic
		}
	}
	if len(attached) == 0 {
		c.State = Failed
		if c.Reason == "" {
			c.Reason = "no Ethernet interface has an address that NTP is served on"
		}
	}
	return c
}

// hear tells the program where the daemon hears.
func (s *Server) hear(wanted map[place]hearer) error {
	var failures []error
	for at := range s.placed {
		if _, stays := wanted[at]; !stays {
			failures = append(failures, s.kernel.places.remove(at))
		}
	}
	for at, h := range wanted {
		if s.placed[at] != h {
			failures = append(failures, s.kernel.places.put(at, h))
		}
	}
	s.placed = wanted
	return errors.Join(failures...)
}

// attach puts the program on an interface, as near to the wire as can be. The
// kernel takes it off when this process ends, however it ends.
func attach(program int, i net.Interface) (attachment, error) {
	native := nativeHere(i.Name)
	if native == nil {
		var l int
		if l, native = hang(program, i.Index, unix.XDP_FLAGS_DRV_MODE); native == nil {
			return attachment{l, Native, ""}, nil
		}
	}
	l, err := hang(program, i.Index, unix.XDP_FLAGS_SKB_MODE)
	if err != nil {
		return attachment{}, fmt.Errorf("native: %w; generic: %w", native, err)
	}
	return attachment{l, Generic, native.Error()}, nil
}

var errVeth = errors.New("a veth loses what a program sends unless there is one at its other end, too")

// nativeHere tells why an interface's driver is not to be trusted with the
// program.
func nativeHere(name string) error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	d, err := unix.IoctlGetEthtoolDrvinfo(socket, name)
	if err == nil && unix.ByteSliceToString(d.Driver[:]) == "veth" {
		return errVeth
	}
	return nil
}
