package udp

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"hash/maphash"
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

	yieldAfter = hw.Raw(5 * time.Millisecond)
	chances    = 1024 // bytes: what NTS takes for some thirty answers
)

// worker is one bound socket with all that answers there.
type worker struct {
	socket     int
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
	departures departures
	stamps     stamps
	gather     gather
	yielded    hw.Raw
	closing    atomic.Bool
	single     atomic.Int64 // ns; pace's delay of an answer that is alone, for others to read
	counts
}

// answer is what is known of an answer that is to be sent.
type answer struct {
	verdict  ntp.Verdict
	exchange ntp.Token
	request  int // its number in the batch
	size     int // bytes
	parts    mmsg.Parts
}

func newWorker(socket int, f *mmsg.Family, o Options) *worker {
	w := &worker{
		socket: socket, family: f,
		gate:      ntp.NewGate(o.Policy, clients, maphash.MakeSeed()),
		exchanges: ntp.NewExchanges(exchanges, maphash.MakeSeed()),
		in:        mmsg.NewBatch(batchSize, f), out: mmsg.NewBatch(batchSize, f),
		pace:       newPace(),
		departures: departures{queue: mmsg.NewBatch(errorBatch, f)},
	}
	w.stamps.nics = o.NICs
	w.single.Store(int64(w.pace.after(1, 0)))
	if o.Rings != nil {
		w.nts = nts.NewServer(o.Rings, bufio.NewReaderSize(rand.Reader, chances))
	}
	return w
}

// serve answers until end or until the socket fails. It keeps its thread: to be
// carried on by another one after a wait costs more than an answer.
func (w *worker) serve(s *Server) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		n, err := w.in.Receive(w.socket, unix.MSG_WAITFORONE)
		switch {
		case w.closing.Load():
			return nil
		case err == unix.EINTR:
		case err == unix.EBADF || err == unix.ENOTSOCK || err == unix.EINVAL || err == unix.EFAULT:
			return fmt.Errorf("%s: recvmmsg: %w", w.listen, err)
		case err != 0: // an interface that is down, memory that is short: it passes
			w.failures.Add(1)
			time.Sleep(time.Millisecond)
		default:
			now := w.serveBatch(s, n)
			w.yield(now)
			if wait := w.gather.took(n, now); wait > 0 {
				t := unix.NsecToTimespec(wait.Nanoseconds())
				_ = unix.Nanosleep(&t, nil) // a signal may end it
			}
		}
	}
}

// yield keeps the runtime from taking this goroutine for one that waits in the
// kernel for long: after 10 ms without a word it would hand its place to another
// thread at every wait, at the cost of an answer.
func (w *worker) yield(now hw.Raw) {
	if now >= w.yielded+yieldAfter {
		w.yielded = now
		runtime.Gosched()
	}
}

// end makes serve return: whoever waits at the socket is woken up.
func (w *worker) end() {
	w.closing.Store(true)
	_ = unix.Shutdown(w.socket, unix.SHUT_RD) // complains that nobody is connected, and does it
}

// serveBatch answers the count requests that came, and returns what the raw
// clock showed.
func (w *worker) serveBatch(s *Server, count int) hw.Raw {
	w.collect(s)
	// The snapshot is younger than the requests, and the reading younger still.
	snapshot, now := s.latest.Load(), s.clock.Read()
	n := 0
	for i := range count {
		a := w.judge(s, snapshot, now, i, n, count)
		if a.size == 0 {
			w.verdicts[a.verdict].Add(1)
			continue
		}
		w.answers[n] = a
		n++
	}
	if n == 0 {
		return now.Raw
	}
	sample := -1
	if w.departures.due(now.Raw) {
		sample = w.departures.sampleOf(n)
	}
	for i := range n {
		a := &w.answers[i]
		if a.exchange != 0 || i == sample {
			a.parts |= mmsg.Stamp
			w.departures.expect(awaited{exchange: a.exchange, read: now.Time, count: count, slot: i})
		}
		w.out.Reply(i, a.size, w.in, a.request, w.family, a.parts)
	}
	w.send(n)
	w.collect(s)
	return now.Raw
}

// judge decides on request i of the batch of count, and writes the answer, if
// there is one, as number n.
func (w *worker) judge(s *Server, snapshot *discipline.Snapshot, now hw.Reading, i, n, count int) answer {
	packet, room := w.in.Packet(i), w.out.Room(n)
	stamp, parts, shared := w.in.Arrival(i, w.out, n, w.family)
	q := ntp.Request{Packet: packet, From: w.in.From(i), Received: now.Time, Exchanges: w.exchanges, NTS: w.nts}
	if stamp != 0 {
		q.Received = w.dated.fromKernel(s.clock, w.stamps.best(stamp, w.in, i))
	} else {
		w.unstamped.Add(1)
	}
	if shared { // or one datagram would have an answer from every server on the link
		return answer{verdict: ntp.BadDestination}
	}
	a := ntp.Answer{Verdict: w.gate.Admit(q.From, now.Raw)}
	switch {
	case a.Verdict == ntp.RateKissed:
		a = ntp.Kiss(room, packet)
		return answer{a.Verdict, a.Exchange, i, a.Size, parts}
	case a.Verdict != ntp.Answered:
		return answer{verdict: a.Verdict}
	case w.in.Truncated(i):
		a.Verdict = ntp.Malformed
	default:
		wait := w.pace.after(count, n)
		tx := now.After(wait)
		a = s.responder.Respond(room, q, snapshot, tx)
	}
	w.gate.Served(packet, a)
	return answer{a.Verdict, a.Exchange, i, a.Size, parts}
}

// send sends n answers, and counts what became of them.
func (w *worker) send(n int) {
	for i := 0; i < n; {
		sent, err := w.out.Send(w.socket, i, n)
		if err == unix.EINTR {
			continue
		}
		if err != 0 {
			w.answers[i].verdict, sent = ntp.SendFailed, 1
			w.departures.lost(w.socket)
		}
		i += sent
	}
	for i := range n {
		w.verdicts[w.answers[i].verdict].Add(1)
	}
}

// collect reads from the error queue when answers left, as long as there is
// one of which it is still to come. It does not wait.
func (w *worker) collect(s *Server) {
	d := &w.departures
	for d.waiting > 0 {
		n, err := d.queue.Receive(w.socket, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		if err != 0 {
			return
		}
		for i := range n {
			number, stamp := d.queue.Departure(i, w.family)
			w.departed(s, number, stamp)
		}
	}
}

// departed takes that an answer left.
func (w *worker) departed(s *Server, number uint32, stamp hw.Time) {
	a, found := w.departures.take(number)
	if !found || stamp == 0 {
		return
	}
	at := w.dated.fromKernel(s.clock, stamp)
	if at < a.read { // a number from before the kernel began to count anew
		return
	}
	w.exchanges.Sent(a.exchange, at, s.latest.Load())
	w.pace.learn(a.count, a.slot, at.Sub(a.read))
	w.single.Store(int64(w.pace.after(1, 0)))
}
