package main

import (
	"strings"
	"testing"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// answering is a server of which all is known.
func answering() *control.Source {
	return &control.Source{
		Source: control.SourceNetwork, Device: "ntp1.lan poll=16s", State: hw.OK, Reach: 0o377, LastRxAgeSeconds: new(3.2),
		OffsetSeconds: new(-12e-6), DispersionSeconds: new(310e-6),
		Network: &control.NetworkServer{
			Address: new("192.0.2.1:123"), Role: "watched", Sibling: true, Proof: "nts", Stratum: new(1), RefID: new("GPS"), PollSeconds: 16,
			DelaySeconds: new(420e-6), RootDistanceSeconds: new(98e-6), LeastDelaySeconds: new(402e-6), DeviationSeconds: new(7e-6),
			AsymmetrySeconds: new(21e-6), AsymmetryRMSSeconds: new(4e-6), Agrees: new(true), Jumps: 2,
			Requests: 200, Exchanges: 190, Interleaved: 180, Stamped: 190, KeyExchanges: 1,
			Reasons: map[string]uint64{"unanswered": 7, "replayed": 0, "origin": 3},
		},
	}
}

func TestOneServerIsToldOfInFull(t *testing.T) {
	const want = `Server    name         ntp1.lan
          state        ok
          address      192.0.2.1:123
          role         watched, a sibling
          proof        nts
          stratum      1
          reference    GPS

Answer    age          3.2 s
          offset       −12 µs ± 0.31 ms
          round trip   0.42 ms
          distance     98 µs

Estimate  least trip   0.40 ms
          known to     7.0 µs
          asymmetry    +21 µs ± 4.0 µs
          with others  agrees, has jumped 2 times

Questions interval     16 s
          reach        377
          asked        200
          good answers 190 (95 %)
          interleaved  180 (95 %)
          stamped      190 (100 %)
          exchanges    1
          not used     origin 3, unanswered 7
`
	if got := serverText(answering(), screen.Style{}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	chinese := serverText(answering(), screen.Style{Language: why.Chinese})
	for _, word := range []string{"服务器", "旁证", "同类设备", "不对称", "一致，跳变过 2 次", "未采用"} {
		if !strings.Contains(chinese, word) {
			t.Errorf("%s is missing:\n%s", word, chinese)
		}
	}
}

func TestOfASilentServerLittleIsKnown(t *testing.T) {
	s := &control.Source{Device: "192.0.2.7", State: refclock.PeerUnreachable, Network: &control.NetworkServer{Role: "watched", Proof: "none", PollSeconds: 64, Requests: 9}}
	got := serverText(s, screen.Style{})
	for _, line := range []string{"address      -\n", "asymmetry    nothing is learnt of it\n", "with others  -\n", "good answers 0 (0 %)\n", "not used     -\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("%q is missing:\n%s", line, got)
		}
	}
}
