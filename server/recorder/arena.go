package recorder

import (
	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// arena holds compressed blocks one behind another, and begins again at its
// beginning: the newest take the place of the oldest. It is memory of its own, not of
// the garbage collector, which would keep more of the same size free.
type arena struct {
	memory []byte
	places []place // oldest first
	number uint64  // of the oldest, counted since the start
	end    int     // where the next one goes
}

// place is where a block is.
type place struct {
	start    hw.Reading
	at, size int
}

func newArena(size int) arena {
	memory, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		memory = make([]byte, size)
	}
	return arena{memory: memory}
}

// put adds a block. One that is greater than all is passed over.
func (a *arena) put(start hw.Reading, text []byte) {
	if len(text) > len(a.memory) {
		return
	}
	if a.end+len(text) > len(a.memory) {
		for len(a.places) > 0 && a.places[0].at >= a.end {
			a.drop()
		}
		a.end = 0
	}
	for len(a.places) > 0 && a.places[0].at >= a.end && a.places[0].at < a.end+len(text) {
		a.drop()
	}
	copy(a.memory[a.end:], text)
	a.places = append(a.places, place{start, a.end, len(text)})
	a.end += len(text)
}

// drop forgets the oldest.
func (a *arena) drop() {
	copy(a.places, a.places[1:])
	a.places = a.places[:len(a.places)-1]
	a.number++
}

// get appends the text of a block to b; false when it is there no more.
func (a *arena) get(number uint64, b []byte) (block, bool) {
	if number < a.number || number-a.number >= uint64(len(a.places)) {
		return block{}, false
	}
	p := a.places[number-a.number]
	return block{p.start, append(b, a.memory[p.at:p.at+p.size]...)}, true
}
