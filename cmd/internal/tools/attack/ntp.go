package main

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"gpsntpd/refclock"
)

// late is how long an answer may take; after that there is none.
const late = time.Second

// askTime asks for the time, rate times a second.
func askTime(target string, lasts time.Duration, rate int, from netip.Addr) (r result, err error) {
	var local *net.UDPAddr
	if from.IsValid() {
		local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	to, err := net.ResolveUDPAddr("udp", target)
	if err != nil {
		return r, err
	}
	conn, err := net.DialUDP("udp", local, to)
	if err != nil {
		return r, err
	}
	defer conn.Close()
	var all []time.Duration
	request, answer := make([]byte, refclock.PacketSize), make([]byte, 512)
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for end := time.Now().Add(lasts); time.Now().Before(end); <-tick.C {
		q := refclock.Packet{Version: 4, Mode: refclock.ClientMode, Transmit: refclock.Timestamp(r.Asked + 1)}
		q.Put(request)
		sent := time.Now()
		if err := conn.SetReadDeadline(sent.Add(late)); err != nil {
			return r, err
		}
		if _, err := conn.Write(request); err != nil {
			return r, err
		}
		answered := false
		for !answered {
			n, err := conn.Read(answer)
			if err != nil {
				break
			}
			a, whole := refclock.ParsePacket(answer[:n])
			answered = whole && a.Stratum > 0 && a.Origin == q.Transmit
		}
		r.add(time.Since(sent), answered, &all)
	}
	r.of(all)
	return r, nil
}

// crowd asks rate times a second from each of count addresses, and waits for nothing.
func crowd(target string, lasts time.Duration, rate int, from netip.Addr, count int) (r result, err error) {
	to, err := net.ResolveUDPAddr("udp", target)
	if err != nil {
		return r, err
	}
	var conns []*net.UDPConn
	for range count {
		conn, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0)), to)
		if err != nil {
			return r, err
		}
		defer conn.Close()
		conns, from = append(conns, conn), from.Next()
	}
	var heard sync.WaitGroup
	answers := make([]int, count)
	for i, conn := range conns {
		if err := conn.SetReadDeadline(time.Now().Add(lasts + late)); err != nil {
			return r, err
		}
		heard.Go(func() {
			for b := make([]byte, 512); ; {
				if _, err := conn.Read(b); err != nil {
					return
				}
				answers[i]++
			}
		})
	}
	request := make([]byte, 48)
	request[0] = 4<<3 | 3
	const pace = time.Millisecond
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < lasts; <-tick.C {
		for due := int(time.Since(began).Seconds() * float64(rate)); r.Asked < due*count; r.Asked++ {
			_, _ = conns[r.Asked%count].Write(request) // a full queue is not the server's
		}
	}
	heard.Wait()
	for _, n := range answers {
		r.Answered += n
	}
	return r, nil
}
