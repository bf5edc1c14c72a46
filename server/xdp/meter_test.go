//go:build xdp

package xdp

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
)

// often asks n times from address, and tells how many were answered, told to
// slow down, dropped and sent on.
func (b *bench) often(n int, from netip.AddrPort) (answers, kisses, drops, on int) {
	in := asked(from, plainRequest()).bytes()
	for range n {
		b.Renew()
		switch action, out := b.run(in); {
		case action == dropped:
			drops++
		case action == passed:
			on++
		case out[len(out)-refclock.PacketSize+1] == 0:
			kisses++
			want := make([]byte, refclock.PacketSize)
			ntp.Kiss(want, plainRequest())
			if got := out[len(out)-refclock.PacketSize:]; !bytes.Equal(got, want) {
				b.t.Fatalf("kiss\n%x, want\n%x", got, want)
			}
		default:
			answers++
		}
	}
	return answers, kisses, drops, on
}

func (b *bench) limited(l ntp.Limit) {
	b.rules.Store(policyOf(l))
	b.follow()
	for b.current == nil {
		b.follow()
	}
}

func TestWhoAsksTooOftenIsMostlyDropped(t *testing.T) {
	b := newBench(t)
	b.limited(ntp.Limit{Rate: 1, Burst: 100})
	const n = 20000
	for i, from := range []netip.AddrPort{client4, client6} {
		began := time.Now()
		answers, kisses, drops, on := b.often(n, from)
		if most := 100 + int(time.Since(began).Seconds()) + 1; answers < 90 || answers > most {
			t.Errorf("%v: %d answers, at most %d are due", from, answers, most)
		}
		over := n - answers
		if near := func(got, want int) bool { return got > want*3/4 && got < want*5/4 }; !near(on, over/4) || !near(kisses, over*3/4/64) || !near(drops, over*3/4*63/64) {
			t.Errorf("%v: of %d too many, %d went on, %d were kissed and %d dropped", from, over, on, kisses, drops)
		}
		c := b.Counters()[i]
		if c[ntp.Answered] != uint64(answers) || c[ntp.RateKissed] != uint64(kisses) || c[ntp.RateLimited] != uint64(drops) {
			t.Errorf("%v: counted %v", from, c)
		}
	}
}

func TestANetworkSharesTheLimitOfSixteenClients(t *testing.T) {
	b := newBench(t)
	b.limited(ntp.Limit{Rate: 1, Burst: 10})
	answers := 0
	for i := range byte(100) { // ten each would be a thousand
		a, _, _, _ := b.often(10, netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 100 + i}), 123))
		answers += a
	}
	if answers < 150 || answers > 200 { // one that is interrupted goes on, and counts
		t.Errorf("%d answers to a network, 160 are due", answers)
	}
	if a, _, _, _ := b.often(10, client6); a != 10 {
		t.Errorf("%d answers to another network", a)
	}
}

func TestAMeterRunsEmptyAtTheLimitsPace(t *testing.T) {
	b := newBench(t)
	const rate = 500
	b.limited(ntp.Limit{Rate: rate, Burst: 1})
	began, answers := time.Now(), 0
	for answers < 20 && time.Since(began) < time.Minute {
		a, _, _, _ := b.often(1, client4)
		answers += a
	}
	if most := 1 + int(time.Since(began).Seconds()*rate); answers < 20 || answers > most {
		t.Errorf("%d answers in %v, at most %d are due", answers, time.Since(began), most)
	}
}

func BenchmarkAnswer(b *testing.B) {
	for name, from := range map[string]netip.AddrPort{"IPv4": client4, "IPv6": client6} {
		b.Run(name, func(b *testing.B) {
			s := newBench(b)
			s.limited(ntp.Limit{Rate: 1_000_000, Burst: 1_000_000})
			in := asked(from, plainRequest()).bytes()
			// An answer is no request: when the kernel runs the program on what it
			// returned, it goes on. So each run begins with a request.
			var total time.Duration
			for b.Loop() {
				s.Renew()
				_, d, err := s.answer.Benchmark(in, 1, nil)
				if err != nil {
					b.Fatal(err)
				}
				total += d
			}
			b.ReportMetric(float64(total.Nanoseconds())/float64(b.N), "ns/answer")
		})
	}
}

func BenchmarkRenew(b *testing.B) {
	s := newBench(b)
	for b.Loop() {
		s.Renew()
	}
}
