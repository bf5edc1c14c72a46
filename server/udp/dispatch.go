package udp

import (
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/mmsg"
	"gpsntpd/server/ntp"
)

// While there are always requests, after this many full batches without a wait, rowSize
// answers are sent at once, which spares system calls. Else each is sent by itself, with
// a reading of the clock of its own: when the last one of a row leaves is known less
// well, and not at all before some have been seen.
const (
	rowSize   = 8
	saturated = 4
)

// dispatch sends the first n answers. It asks for the transmit time of those that
// someone wants to know, and perhaps of number sample.
func (w *worker) dispatch(s *Server, snapshot *discipline.Snapshot, n, sample int) {
	size := 1
	if w.full >= saturated {
		size = rowSize
	}
	for i := 0; i < n; i += size {
		w.row(s, snapshot, i, min(i+size, n), sample)
	}
}

// row completes the answers from number first to before number end and sends them.
// The clock is read as late as can be: between that and their departure there is
// little that could delay them.
func (w *worker) row(s *Server, snapshot *discipline.Snapshot, first, end, sample int) {
	read := stampOf(time.Now())
	silence := read.Sub(w.stamped)
	w.stamped = read
	local := w.dated.fromKernel(s.clock, read)
	from := first
	for i := first; i < end; i++ {
		a := &w.answers[i]
		now := inRow(a.Proof, i-first)
		if end-first == 1 {
			now = afterSilence(a.Proof, silence)
		}
		a.Complete(snapshot, local.Add(w.pace.after(now)))
		if a.Size == 0 { // it could not be completed
			w.verdicts[a.Verdict].Add(1)
			w.send(from, i)
			from = i + 1
			continue
		}
		if a.Exchange != 0 || i == sample && (silence < seldom || w.pace.wants(now)) {
			a.parts |= mmsg.Stamp
			w.departures.expect(awaited{exchange: a.Exchange, read: read, situation: now})
		}
		w.out.Reply(i, a.Size, w.in, a.request, w.family, a.parts)
	}
	w.send(from, end)
}

// send sends the answers from number i to before number end, and counts what became
// of them.
func (w *worker) send(i, end int) {
	first := i
	for i < end {
		sent, err := w.out.Send(w.socket, i, end)
		if err == unix.EINTR {
			continue
		}
		if err != 0 {
			w.answers[i].Verdict, sent = ntp.SendFailed, 1
			w.departures.lost(w.socket)
		}
		i += sent
	}
	for i := first; i < end; i++ {
		w.verdicts[w.answers[i].Verdict].Add(1)
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
			number, stamp := d.queue.Departure(i)
			w.departed(s, number, stamp)
		}
	}
}

// departed takes that an answer left.
func (w *worker) departed(s *Server, number uint32, stamp hw.Time) {
	a, found := w.departures.take(number)
	if !found || stamp < a.read { // no stamp, or a number from before the kernel began to count anew
		return
	}
	if a.exchange != 0 {
		w.exchanges.Sent(a.exchange, w.dated.fromKernel(s.clock, stamp), s.latest.Load())
	}
	w.pace.learn(a.situation, stamp.Sub(a.read))
	w.single.Store(int64(w.pace.least()))
}
