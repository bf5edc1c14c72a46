package ntp

import (
	"bytes"
	"hash/maphash"
	"testing"
	"time"

	"gpsntpd/refclock"
	"gpsntpd/server/nts"
)

// kinds of requests, each of which has another trailer.
func kinds(t *testing.T) map[string]func() (*Responder, Request) {
	plain := func(packet []byte, server *nts.Server) Request {
		return Request{Packet: packet, From: client, Received: noon, NTS: server, Exchanges: NewExchanges(4, maphash.MakeSeed())}
	}
	return map[string]func() (*Responder, Request){
		"plain":  func() (*Responder, Request) { return responder, plain(request(4, 3), nil) },
		"signed": func() (*Responder, Request) { r := withKeys(t); return r, plain(signed(r, 1, request(4, 3)), nil) },
		"NTS": func() (*Responder, Request) {
			server, packet := secured(t) // whose chances are the same each time
			return responder, plain(packet, server)
		},
		"symmetric mode": func() (*Responder, Request) { return responder, plain(request(4, 1), nil) },
		"malformed":      func() (*Responder, Request) { return responder, plain(request(4, 3, 1, 2, 3), nil) },
	}
}

func TestAnAnswerThatWasCompletedLaterIsOneThatWasWrittenThen(t *testing.T) {
	const later = 40 * time.Microsecond
	for name, kind := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			var now, then [MaxAnswer]byte
			r, q := kind()
			want := r.Respond(then[:], q, locked(noon, 0), after(noon, later))
			r, q = kind()
			var d Draft
			r.Draft(&d, now[:], q, locked(noon, 0), after(noon, 0))
			d.Complete(locked(noon, 0), noon.Add(later))
			if d.Answer != want || !bytes.Equal(now[:d.Size], then[:want.Size]) {
				t.Errorf("%+v\n%x, want %+v\n%x", d.Answer, now[:d.Size], want, then[:want.Size])
			}
			complete := d.Answer
			if d.Complete(locked(noon, 0), noon.Add(time.Second)); d.Answer != complete || !bytes.Equal(now[:d.Size], then[:want.Size]) {
				t.Error("an answer that is complete changes")
			}
		})
	}
}

func TestAClockThatGoesBackUnderADraftLeavesNoAnswerBeforeItsRequest(t *testing.T) {
	var (
		d   Draft
		out [MaxAnswer]byte
	)
	responder.Draft(&d, out[:], Request{Packet: request(4, 3), From: client, Received: noon}, locked(noon, 0), after(noon, 1000))
	d.Complete(locked(noon, 0), noon.Add(-time.Second))
	if receive, transmit := refclock.ReadTimestamp(out[refclock.ReceiveAt:]), refclock.ReadTimestamp(out[refclock.TransmitAt:]); transmit < receive || transmit > receive+8 {
		t.Errorf("received %x, transmitted %x", receive, transmit)
	}
}

func TestWhoInterleavesIsToldWhenTheAnswerWasCompletedUnlessMoreIsKnown(t *testing.T) {
	c := newAsker(t)
	var (
		d   Draft
		out [MaxAnswer]byte
	)
	q := request(4, 3)
	c.receive.Put(q[refclock.ReceiveAt:])
	responder.Draft(&d, out[:], Request{Packet: q, From: c.from, Received: noon, Exchanges: c.table}, locked(noon, 0), after(noon, 0))
	d.Complete(locked(noon, 0), noon.Add(40*time.Microsecond))
	c.origin = refclock.ReadTimestamp(out[refclock.ReceiveAt:])
	a, second := c.ask(noon+1e9, after(noon, time.Second))
	if want := transmitStamp(locked(noon, 0), noon.Add(40*time.Microsecond)); !a.Interleaved || second.Transmit != want {
		t.Errorf("%+v: told %x, want %x", a, second.Transmit, want)
	}
}

func TestADraftAllocatesNothing(t *testing.T) {
	var d Draft
	s, q, out := locked(noon, 0), request(4, 3), make([]byte, refclock.PacketSize)
	if n := testing.AllocsPerRun(1000, func() {
		responder.Draft(&d, out, Request{Packet: q, From: client, Received: noon}, s, after(noon, 0))
		d.Complete(s, noon)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
