package udp

import "testing"

func TestAfterAnyNumberOfDeparturesEveryPlaceIsSampled(t *testing.T) {
	for _, begin := range []uint32{0, 1<<31 - 2, 1<<32 - 8} {
		d, seen := departures{next: begin}, map[int]bool{}
		for range 4 {
			seen[d.sampleOf(4)] = true
			d.next++
		}
		for place := range 4 {
			if !seen[place] {
				t.Errorf("after %d departures place %d of 4 is never sampled", begin, place)
			}
		}
	}
}
