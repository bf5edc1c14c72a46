package udp

import (
	"fmt"
	"hash/maphash"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/ntp"
)

// Sizes of a worker's tables.
const (
	clients   = 2048
	exchanges = 11 // log2; for the interleaved mode
)

// worker is one bound socket with all that answers there.
type worker struct {
	socket     int
	listen     string
	family     family
	gate       *ntp.Gate
	exchanges  *ntp.Exchanges
	in, out    *batch
	answers    [batchSize]answer // beside out
	pace       pace
	departures departures
	closing    atomic.Bool
	counts
}

// answer is what is known of an answer that is to be sent.
type answer struct {
	verdict  ntp.Verdict
	exchange ntp.Token
	request  int  // its number in the batch
	size     int  // bytes
	told     bool // to which of our addresses the request came
}

func newWorker(socket int, f family, p *atomic.Pointer[ntp.Policy]) *worker {
	w := &worker{
		socket: socket, family: f,
		gate:      ntp.NewGate(p, clients, maphash.MakeSeed()),
		exchanges: ntp.NewExchanges(exchanges, maphash.MakeSeed()),
		in:        newBatch(batchSize), out: newBatch(batchSize),
		departures: departures{queue: newBatch(errorBatch)},
	}
	for i := range w.out.slots {
		copy(w.out.slots[i].control[copy(w.out.slots[i].control[:], f.source):], askStamp())
	}
	return w
}

// serve answers until end or until the socket fails.
func (w *worker) serve(s *Server) error {
	for {
		n, err := w.in.receive(w.socket, unix.MSG_WAITFORONE)
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
			w.serveBatch(s, n)
		}
	}
}

// end makes serve return: whoever waits at the socket is woken up.
func (w *worker) end() {
	w.closing.Store(true)
	_ = unix.Shutdown(w.socket, unix.SHUT_RD) // complains that nobody is connected, and does it
}

// serveBatch answers the count requests that came.
func (w *worker) serveBatch(s *Server, count int) {
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
		return
	}
	sample, prepared := -1, hw.Time(0)
	if w.departures.due(now.Raw) {
		sample, prepared = int(w.departures.next)%n, s.clock.Read().Time
	}
	for i := range n {
		a := &w.answers[i]
		asks := a.exchange != 0 || i == sample
		w.out.address(i, &w.in.headers[a.request], a.size, w.controls(i, a.told, asks))
		if asks {
			w.departures.expect(awaited{exchange: a.exchange, read: now.Time, prepared: prepared, count: count, slot: i})
		}
	}
	w.send(n)
	w.collect(s)
}

// judge decides on request i of the batch of count, and writes the answer, if
// there is one, as number n.
func (w *worker) judge(s *Server, snapshot *discipline.Snapshot, now hw.Reading, i, n, count int) answer {
	packet, control := w.in.received(i)
	stamp, told := w.family.arrival(control, w.out.slots[n].control[:])
	q := ntp.Request{Packet: packet, From: client(&w.in.slots[i].name), Received: now.Time, Exchanges: w.exchanges}
	if stamp != 0 {
		q.Received = s.clock.FromKernel(stamp)
	} else {
		w.unstamped.Add(1)
	}
	a := ntp.Answer{Verdict: w.gate.Admit(q.From, now.Raw)}
	switch {
	case a.Verdict == ntp.RateKissed:
		a = ntp.Kiss(w.out.slots[n].packet[:], packet)
		return answer{a.Verdict, a.Exchange, i, a.Size, told}
	case a.Verdict != ntp.Answered:
		return answer{verdict: a.Verdict}
	case w.in.headers[i].Hdr.Flags&unix.MSG_TRUNC != 0:
		a.Verdict = ntp.Malformed
	default:
		wait := w.pace.after(count, n)
		tx := hw.Reading{Time: now.Time.Add(wait), Raw: now.Raw + hw.Raw(wait)}
		a = s.responder.Respond(w.out.slots[n].packet[:], q, snapshot, tx)
	}
	w.gate.Served(packet, a)
	return answer{a.Verdict, a.Exchange, i, a.Size, told}
}

// controls returns the control messages of answer i, which lie one behind the
// other.
func (w *worker) controls(i int, told, asks bool) []byte {
	from, to := len(w.family.source), len(w.family.source)
	if told {
		from = 0
	}
	if asks {
		to += unix.CmsgSpace(stampRequest)
	}
	return w.out.slots[i].control[from:to]
}

// send sends n answers, and counts what became of them.
func (w *worker) send(n int) {
	for i := 0; i < n; {
		sent, err := w.out.send(w.socket, i, n)
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
		n, err := d.queue.receive(w.socket, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		if err != 0 {
			return
		}
		for i := range n {
			_, control := d.queue.received(i)
			number, stamp := w.family.departure(control)
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
	at := s.clock.FromKernel(stamp)
	if at < a.read { // a number from before the kernel began to count anew
		return
	}
	w.exchanges.Sent(a.exchange, at, s.latest.Load())
	if a.prepared != 0 {
		w.pace.learn(a.count, a.slot, a.prepared.Sub(a.read), at.Sub(a.read))
	}
}
