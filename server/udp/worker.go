package udp

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"hash/maphash"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/mmsg"
	"gpsntpd/server/ntp"
	"gpsntpd/server/nts"
)

// Sizes of what a worker has.
const (
	batchSize = 16 // requests that are taken at once
	clients   = 2048
	exchanges = 13 // log2; for the interleaved mode

	yieldAfter = hw.Raw(200 * time.Microsecond)
	chances    = 1024 // bytes: what NTS takes for some thirty answers
)

// worker is one bound socket with all that answers there.
type worker struct {
	socket     int
	arrivals   arrivals
	listen     string
	family     *mmsg.Family
	unspread   error // of the first at an address: see Unspread
	gate       *ntp.Gate
	exchanges  *ntp.Exchanges
	nts        *nts.Server
	in, out    *mmsg.Batch
	answers    [batchSize]answer // beside out
	pace       pace
	dated      dated
	watch      watch
	departures departures
	stamps     stamps
	stamped    hw.Time // what the kernel's clock showed when answers were stamped last
	full       int     // batches that came so without a wait, up to the last one
	yielded    hw.Raw  // or began to be saturated
	closing    atomic.Bool
	single     atomic.Int64 // ns; pace's least, for others to read
	counts
}

// answer is one that is to be sent.
type answer struct {
	ntp.Draft
	request int // its number in the batch
	parts   mmsg.Parts
}

// newWorker returns the worker of a socket, also beside an error.
func newWorker(socket int, f *mmsg.Family, o Options) (*worker, error) {
	w := &worker{
		socket: socket, family: f,
		gate:      ntp.NewGate(o.Policy, clients, maphash.MakeSeed()),
		exchanges: ntp.NewExchanges(exchanges, maphash.MakeSeed()),
		in:        mmsg.NewBatch(batchSize, f), out: mmsg.NewBatch(batchSize, f),
		departures: departures{queue: mmsg.NewBatch(errorBatch, f)},
	}
	w.stamps.nics = o.NICs
	if o.Rings != nil {
		w.nts = nts.NewServer(o.Rings, bufio.NewReaderSize(rand.Reader, chances))
	}
	var err error
	w.arrivals, err = newArrivals(socket)
	return w, err
}

func (w *worker) close() {
	w.arrivals.Close() // nothing, if there are none
	unix.Close(w.socket)
}

// serve answers until end or until the socket fails. It waits by the runtime's
// poller: a thread that waits in the kernel by itself for more than 10 ms has, when it
// is woken up, the runtime look after it some sixty times, which takes a millisecond
// of processor time and goes on while the answer is sent.
func (w *worker) serve(s *Server) error {
	conn, err := w.arrivals.SyscallConn()
	if err != nil {
		return fmt.Errorf("%s: %w", w.listen, err)
	}
	var failed error
	err = conn.Read(func(uintptr) (done bool) {
		failed = w.drain(s)
		return failed != nil
	})
	switch {
	case w.closing.Load():
		return nil
	case err != nil:
		return fmt.Errorf("%s: wait: %w", w.listen, err)
	}
	return fmt.Errorf("%s: %w", w.listen, failed)
}

// end makes serve return.
func (w *worker) end() {
	w.closing.Store(true)
	_ = w.arrivals.SetReadDeadline(time.Now()) // never fails: it is open
}

// drain answers all that has come.
func (w *worker) drain(s *Server) error {
	w.full = 0
	for !w.closing.Load() {
		n, err := w.in.Receive(w.socket, unix.MSG_DONTWAIT)
		switch err {
		case 0:
			w.yield(w.serveBatch(s, n))
			if n < batchSize {
				return w.arrivals.await()
			}
			if w.full++; w.full == saturated {
				if err := w.arrivals.ignore(); err != nil {
					return err
				}
			}
		case unix.EAGAIN:
			return w.arrivals.await()
		case unix.EINTR:
		case unix.EBADF, unix.ENOTSOCK, unix.EINVAL, unix.EFAULT:
			return os.NewSyscallError("recvmmsg", err)
		default: // an interface that is down, memory that is short: it passes
			w.failures.Add(1)
			time.Sleep(time.Millisecond)
		}
	}
	return nil
}

// yield lets others run while there are always requests: where the workers have all
// processors of the runtime, it looks who is ready only when one of them waits.
func (w *worker) yield(now hw.Raw) {
	switch {
	case w.full == 0:
		w.yielded = now
	case now >= w.yielded+yieldAfter:
		w.yielded = now
		runtime.Gosched()
	}
}

// serveBatch answers the count requests that came, and returns what the raw
// clock showed.
func (w *worker) serveBatch(s *Server, count int) hw.Raw {
	w.collect(s)
	// The snapshot is younger than the requests, and the reading younger still.
	snapshot, now := s.latest.Load(), w.watch.read(s.clock, &w.dated)
	n := 0
	for i := range count {
		a := &w.answers[n]
		w.judge(a, s, snapshot, now, i, n)
		if a.Size == 0 {
			w.verdicts[a.Verdict].Add(1)
			continue
		}
		n++
	}
	if n == 0 {
		return now.Raw
	}
	sample := -1
	if w.departures.due(now.Raw) {
		sample = w.departures.sampleOf(n)
	}
	w.dispatch(s, snapshot, n, sample)
	w.collect(s)
	return now.Raw
}

// judge decides on request i of the batch, and drafts the answer, if there is one,
// as number n.
func (w *worker) judge(a *answer, s *Server, snapshot *discipline.Snapshot, now hw.Reading, i, n int) {
	packet, room := w.in.Packet(i), w.out.Room(n)
	stamp, parts, shared := w.in.Arrival(i, w.out, n, w.family)
	q := ntp.Request{Packet: packet, From: w.in.From(i), Received: now.Time, Exchanges: w.exchanges, NTS: w.nts}
	if stamp != 0 {
		q.Received = w.dated.fromKernel(s.clock, w.stamps.best(stamp, w.in, i))
	} else {
		w.unstamped.Add(1)
	}
	a.request, a.parts = i, parts
	if shared { // or one datagram would have an answer from every server on the link
		a.Draft = ntp.Draft{Answer: ntp.Answer{Verdict: ntp.BadDestination}}
		return
	}
	v, prove := w.gate.Admit(q.From, len(packet), now.Raw)
	switch {
	case v == ntp.RateKissed:
		a.Draft = ntp.Draft{Answer: ntp.Kiss(room, packet)}
		return
	case v != ntp.Answered:
		a.Draft = ntp.Draft{Answer: ntp.Answer{Verdict: v}}
		return
	case w.in.Truncated(i):
		a.Draft = ntp.Draft{Answer: ntp.Answer{Verdict: ntp.Malformed}}
	default:
		s.responder.Draft(&a.Draft, room, q, snapshot, now)
		if prove && a.Proof == ntp.Unproved {
			if v := w.gate.Unproven(); v != ntp.Answered {
				a.Draft = ntp.Draft{Answer: ntp.Answer{Verdict: ntp.RateLimited}}
			}
		}
	}
	w.gate.Served(packet, a.Answer)
}
