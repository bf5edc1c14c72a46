package trace

import "testing"

const rollup = `00400000-7ffffffff000 ---p 00000000 00:00 0                              [rollup]
Rss:               10064 kB
Pss_Anon:           4752 kB
Shared_Clean:          4 kB
Private_Dirty:     10060 kB
Anonymous:          4752 kB
AnonHugePages:         0 kB
Swap:                 48 kB
SwapPss:              48 kB
`

func TestMemoryIsWhatNoFileHas(t *testing.T) {
	if private, resident := Memory(rollup); private != 4800<<10 || resident != 10064<<10 {
		t.Errorf("%d and %d bytes, want 4800 and 10064 kB", private, resident)
	}
}
