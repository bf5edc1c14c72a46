package xdp

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"net/netip"

	"github.com/cilium/ebpf"

	"gpsntpd/server/ntp"
)

// object is answer.c, compiled.
//
//go:embed answer.o
var object []byte

// Verdicts of the program, in the order of its counts.
const (
	answered = iota
	rateKissed
	rateLimited
	verdicts
)

// program is what is in the kernel.
type program struct {
	Answer   *ebpf.Program `ebpf:"answer"`
	Entries  *ebpf.Map     `ebpf:"entries"`
	Newest   *ebpf.Map     `ebpf:"newest"`
	Places   *ebpf.Map     `ebpf:"places"`
	Allowed  *ebpf.Map     `ebpf:"allowed"`
	Meters   *ebpf.Map     `ebpf:"meters"`
	Networks *ebpf.Map     `ebpf:"networks"`
	Counts   *ebpf.Map     `ebpf:"counts"`
}

// load puts the program into the kernel, for so many listeners.
func (p *program) load(listeners, dscp int) error {
	spec, err := ebpf.LoadCollectionSpecFromReader(bytes.NewReader(object))
	if err != nil {
		return err
	}
	var secret [16]byte
	rand.Read(secret[:])
	const besideDSCP = 2 // bits of the byte: those of ECN
	if err := errors.Join(
		spec.Variables["secret"].Set(secret[:]),
		spec.Variables["service"].Set(uint8(dscp<<besideDSCP)),
	); err != nil {
		return err
	}
	spec.Maps["counts"].MaxEntries = uint32(max(listeners, 1) * verdicts)
	if err := spec.LoadAndAssign(p, nil); err != nil {
		*p = program{}
		return fmt.Errorf("the kernel does not take the program: %w", err)
	}
	return nil
}

func (p *program) loaded() bool { return p.Answer != nil }

func (p *program) close() {
	if !p.loaded() {
		return
	}
	p.Answer.Close()
	for _, m := range []*ebpf.Map{p.Entries, p.Newest, p.Places, p.Allowed, p.Meters, p.Networks, p.Counts} {
		m.Close()
	}
	*p = program{}
}

// admit writes the access list anew, while nobody reads it. own are addresses
// of this host, in whose name nobody asks from outside: what does goes on to
// where the kernel judges it.
func (p *program) admit(l *ntp.Access, own []netip.Addr) error {
	wanted := map[prefix]uint32{}
	for a := range l.Prefixes() {
		wanted[prefixOf(a)] = 1
	}
	for _, a := range own {
		wanted[prefixOf(netip.PrefixFrom(a, a.BitLen()))] = 0
	}
	for _, a := range ntp.Loopbacks() {
		wanted[prefixOf(a)] = 0
	}
	var (
		old, stale prefix
		value      uint32
		gone       []prefix
	)
	for all := p.Allowed.Iterate(); all.Next(&old, &value); {
		if _, stays := wanted[old]; !stays {
			gone = append(gone, old)
		}
	}
	for _, stale = range gone {
		if err := p.Allowed.Delete(stale); err != nil {
			return err
		}
	}
	for k, v := range wanted {
		if err := p.Allowed.Put(k, v); err != nil {
			return err
		}
	}
	return nil
}

// Counters returns what the program counted, for each address in
// Options.Listen and by ntp.Verdict.
func (s *Server) Counters() [][ntp.Verdicts]uint64 {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.kernel.loaded() {
		return nil
	}
	all := make([][ntp.Verdicts]uint64, len(s.Listen))
	for i := range all {
		for number, v := range [verdicts]ntp.Verdict{ntp.Answered, ntp.RateKissed, ntp.RateLimited} {
			var each []uint64 // of the processors
			if s.kernel.Counts.Lookup(uint32(i*verdicts+number), &each) != nil {
				continue // never: there is a place for each
			}
			for _, n := range each {
				all[i][v] += n
			}
		}
	}
	return all
}
