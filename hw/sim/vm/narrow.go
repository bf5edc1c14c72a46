package main

import (
	"strings"

	"gpsntpd/hw/sim/vm/trace"
)

// narrow is the run of a program with 32 bits on a kernel with 64, as on a
// Raspberry Pi with a 32-bit system. It is told to end while it waits for a pulse
// that does not come.
type narrow struct{ scenario }

// When narrow is told to end, and by when it must have, s: within the two seconds
// that it promises, and one for the guest.
const (
	toldToEnd = 70
	endsBy    = toldToEnd + 3
)

func narrowTest() test {
	return &narrow{scenario{
		name: "32 bits on arm64", arch: "arm64", program: "gpsntpd-armhf", seconds: 140, over: 91,
		machine: machines[1].parameters + halfSecond + ",gpio=1", faults: "set@60s+30s:pps_on=0,restart@70s+21s",
		limits: limits{recovery: 20, steps: 1, mute: 23},
	}}
}

// judge implements test.
func (n *narrow) judge(records []trace.Record) []string {
	failures := n.scenario.judge(records)
	for _, r := range records {
		if r.At <= endsBy && strings.HasPrefix(r.Event, "ended: <nil>") {
			return failures
		}
	}
	return append(failures, "it does not end while it waits for a pulse")
}
