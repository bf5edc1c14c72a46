package xdp

import (
	"fmt"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"gpsntpd/server/ntp"
)

// Verdicts of the program, in the order of its counts.
const (
	answered = iota
	rateKissed
	rateLimited
	verdicts
)

// Sizes of the program's maps, as in answer.c.
const (
	slots        = 64
	mostPlaces   = 4096
	mostPrefixes = 65536
	meters       = 8192
	networks     = 1024 // the program takes this many bits of a hash
)

// address is a client's, IPv4 mapped into IPv6.
type address [16]byte

// program is what is in the kernel.
type program struct {
	file     int // of the program
	entries  table[uint32, entry]
	newest   table[uint32, uint32]
	places   table[place, hearer]
	allowed  table[prefix, uint32]
	meters   table[address, uint64]
	networks table[uint32, uint64]
	counts   table[uint32, uint64]

	listed     map[prefix]uint32 // what is in allowed; nil: there is no program
	processors int               // that there can be
}

// load puts the program into the kernel, for this many listeners.
func (p *program) load(listeners int) (err error) {
	if p.processors, err = possible(); err != nil {
		return err
	}
	files := map[string]int{}
	create := func(name string, file *int, create func(kind, entries, flags uint32) error, kind, entries, flags uint32) {
		if err != nil {
			return
		}
		if err = create(kind, entries, flags); err == nil {
			files[name] = *file
		}
	}
	create("entries", &p.entries.file, p.entries.create, unix.BPF_MAP_TYPE_ARRAY, slots, 0)
	create("newest", &p.newest.file, p.newest.create, unix.BPF_MAP_TYPE_ARRAY, 1, 0)
	create("places", &p.places.file, p.places.create, unix.BPF_MAP_TYPE_HASH, mostPlaces, unix.BPF_F_NO_PREALLOC)
	create("allowed", &p.allowed.file, p.allowed.create, unix.BPF_MAP_TYPE_LPM_TRIE, mostPrefixes, unix.BPF_F_NO_PREALLOC)
	create("meters", &p.meters.file, p.meters.create, unix.BPF_MAP_TYPE_LRU_HASH, meters, 0)
	create("networks", &p.networks.file, p.networks.create, unix.BPF_MAP_TYPE_ARRAY, networks, 0)
	create("counts", &p.counts.file, p.counts.create, unix.BPF_MAP_TYPE_PERCPU_ARRAY, uint32(max(listeners, 1)*verdicts), 0)
	var instructions []instruction
	if err == nil {
		instructions, err = instructionsOf(object, "xdp", files)
	}
	if err == nil {
		p.file, err = verified("answer", instructions)
	}
	if err != nil {
		for _, file := range files {
			unix.Close(file)
		}
		*p = program{}
		return fmt.Errorf("the kernel does not take the program: %w", err)
	}
	p.listed = map[prefix]uint32{}
	return nil
}

// possible is how many processors there can be.
func possible() (int, error) {
	const path = "/sys/devices/system/cpu/possible"
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	n, ok := processorsIn(strings.TrimSpace(string(text)))
	if !ok {
		return 0, fmt.Errorf("%s: %q", path, text)
	}
	return n, nil
}

// processorsIn reads a list such as "0-3" or "0": how many processors there are
// up to its last.
func processorsIn(list string) (int, bool) {
	last := list[strings.LastIndexAny(list, "-,")+1:]
	n := 0
	if _, err := fmt.Sscanf(last+"\n", "%d\n", &n); err != nil || n < 0 || n >= 1<<16 {
		return 0, false
	}
	return n + 1, true
}

func (p *program) loaded() bool { return p.listed != nil }

func (p *program) close() {
	if !p.loaded() {
		return
	}
	for _, file := range []int{
		p.file, p.entries.file, p.newest.file, p.places.file, p.allowed.file, p.meters.file, p.networks.file, p.counts.file,
	} {
		unix.Close(file)
	}
	*p = program{}
}

// admit writes the access list anew, while no one reads it. own are addresses
// of this host, in whose name no one asks from outside: what does goes on to
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
	for old := range p.listed {
		if _, stays := wanted[old]; stays {
			continue
		}
		if err := p.allowed.remove(old); err != nil {
			return err
		}
		delete(p.listed, old)
	}
	for k, v := range wanted {
		if err := p.allowed.put(k, v); err != nil {
			return err
		}
		p.listed[k] = v
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
	each := make([]uint64, s.kernel.processors)
	for i := range all {
		for number, v := range [verdicts]ntp.Verdict{ntp.Answered, ntp.RateKissed, ntp.RateLimited} {
			if s.kernel.counts.each(uint32(i*verdicts+number), each) != nil {
				continue // never: there is a place for each
			}
			for _, n := range each {
				all[i][v] += n
			}
		}
	}
	return all
}
