package netsim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gpsntpd/discipline"
	"gpsntpd/discipline/witness"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// watched is a receiver with witnesses of a wide network.
type watched struct {
	seed     uint64
	servers  []Server
	seconds  int
	receiver func(at float64) float64 // what it says too much, s
	ramp     func(at float64) float64 // of the crystal
}

// play has each second judged; every is how often.
func (w watched) play(every int, see func(at float64, off float64, v witness.Verdict)) {
	rng := rand.New(rand.NewPCG(w.seed, 29))
	p := discipline.Panel{}
	next := make([]float64, len(w.servers))
	for i, s := range w.servers {
		next[i] = rng.Float64() * s.Poll
	}
	now, rate := 0.0, -10e-6
	for k := range w.seconds {
		length := 1 / (1 + rate)
		if w.ramp != nil {
			length = 1 / (1 + rate + w.ramp(now))
		}
		for i, s := range w.servers {
			for next[i] < float64(k+1) {
				raw := next[i]
				next[i] += s.Poll * (0.95 + 0.1*rng.Float64())
				at := now + (raw-float64(k))*length
				x := exchange(s, raw, at, 1/length, rng)
				p.Hear(refclock.Exchange{
					Server: i, Sent: hw.Raw(x.T1), Received: refclock.UTC(x.T2), Answered: refclock.UTC(x.T3), Came: hw.Raw(x.T4),
				})
			}
		}
		now += length
		rate += 1e-9 * rng.NormFloat64()
		if k%every == 0 {
			off := 0.0
			if w.receiver != nil {
				off = w.receiver(now)
			}
			v := p.Receiver(hw.Raw(k+1)*1e9, refclock.UTC(math.Round((now+off+0.5e-6*rng.NormFloat64())*1e9)))
			see(now, off, v)
		}
	}
}

// witnesses are n servers of a wide network, asked every 64 s.
func witnesses(n int) (all []Server) {
	for range n {
		all = append(all, far(64))
	}
	return all
}

const attack = 7200.0

func TestAWrongReceiverIsFoundOut(t *testing.T) {
	for _, c := range []struct {
		name string
		n    int
		off  func(at float64) float64
		by   float64 // that the receiver is off at most when it is told
		in   float64 // s
	}{
		{"+1 s, one", 1, func(float64) float64 { return 1 }, 1, 15},
		{"+1 s, three", 3, func(float64) float64 { return 1 }, 1, 15},
		{"1e-7, three", 3, func(at float64) float64 { return 1e-7 * at }, 0.5e-3, 5000},
		{"1e-6, three", 3, func(at float64) float64 { return 1e-6 * at }, 0.5e-3, 500},
		{"1e-5, three", 3, func(at float64) float64 { return 1e-5 * at }, 0.2e-3, 20},
	} {
		for seed := range uint64(2) {
			told := math.NaN()
			watched{seed: seed, servers: witnesses(c.n), seconds: attack + 6000, receiver: func(at float64) float64 {
				if at < attack {
					return 0
				}
				return c.off(at - attack)
			}}.play(1, func(at, off float64, v witness.Verdict) {
				if !v.Hold || !math.IsNaN(told) {
					return
				}
				told = at - attack
				if told < 0 || told > c.in || math.Abs(off) > c.by {
					t.Errorf("%s: %v at %.0f s, the receiver off by %.3g s", c.name, v.Word, told, off)
				}
			})
			if math.IsNaN(told) {
				t.Errorf("%s: never told", c.name)
			}
			if testing.Verbose() {
				fmt.Printf("%s: told after %.0f s, off by %.3g s\n", c.name, told, c.off(told))
			}
		}
	}
}

func TestLyingWitnessesDoNotMoveTheReceiver(t *testing.T) {
	for n := 1; n <= 3; n++ {
		servers := witnesses(3)
		for i := range n {
			servers[i].Off = func(at float64) float64 {
				if at > attack {
					return 1
				}
				return 0
			}
		}
		last := witness.Verdict{}
		watched{seed: 1, servers: servers, seconds: attack + 7200}.play(1, func(at, _ float64, v witness.Verdict) {
			if v.Hold {
				t.Fatalf("%d lie: held at %.0f s: %+v", n, at-attack, v)
			}
			last = v
		})
		if want := map[bool]witness.Word{true: witness.Confirmed, false: witness.Alone}[n < 3]; last.Word != want || last.Liar < 0 {
			t.Errorf("%d lie: %+v", n, last)
		}
	}
}

func TestAReceiverThatIsRightIsNotDoubted(t *testing.T) {
	seconds := 10_000_000
	if testing.Short() {
		seconds = 300_000
	}
	servers := witnesses(3)
	servers[0].There.Wait = Bursts(servers[0].There.Wait)
	route := func(s Server) Server {
		wait := s.There.Wait
		s.There.Wait = func(r *rand.Rand, at float64) float64 {
			w := wait(r, at)
			if math.Mod(at, 200_000) > 100_000 {
				w += 2e-3
			}
			return w
		}
		return s
	}
	servers[1] = route(servers[1])
	held := 0
	watched{
		seed: 1, servers: servers, seconds: seconds,
		ramp: func(at float64) float64 { return 0.5e-6 / 2 * math.Sin(at/1800) }, // 0.5 ppm an hour at most
	}.play(2, func(at, _ float64, v witness.Verdict) {
		if v.Hold {
			if held++; held < 4 {
				t.Errorf("second %.0f: %+v", at, v)
			}
		}
	})
}
