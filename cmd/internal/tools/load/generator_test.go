package main

import (
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

// Two servers that are asked in the same time: were the one always asked as long after
// the other, they would not find the processor as cold.
func TestEachServerIsAskedAtTimesOfItsOwn(t *testing.T) {
	var firsts [2]float64
	for i := range firsts {
		g, err := newGenerator(netip.MustParseAddrPort("127.0.0.1:9"))
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(g.socket)
		firsts[i] = g.random.Float64()
	}
	if firsts[0] == firsts[1] {
		t.Errorf("both at %v of their first stretch", firsts[0])
	}
}
