package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gpsntpd/cmd/gpsntpctl/screen"
)

// chain runs servers at 127.0.0.2, 127.0.0.3, … on one port until the test
// ends, each with the stratum and the refid that it claims. It returns the port.
func chain(t *testing.T, servers ...[5]byte) string {
	t.Helper()
	port := uint16(0)
	for i, s := range servers {
		at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, byte(2 + i)}), port)
		conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
		if err != nil {
			t.Fatal(err)
		}
		port = conn.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		ended := make(chan struct{})
		t.Cleanup(func() {
			conn.Close()
			<-ended
		})
		go func() {
			defer close(ended)
			tell(conn, s[0], s[1:])
		}()
	}
	_, service, _ := net.SplitHostPort(netip.AddrPortFrom(netip.IPv4Unspecified(), port).String())
	return service
}

// tell answers every request with the host's time until conn is closed.
func tell(conn *net.UDPConn, stratum byte, refid []byte) {
	for {
		var b [48]byte
		_, from, err := conn.ReadFromUDPAddrPort(b[:])
		if err != nil {
			return
		}
		copy(b[24:32], b[40:48])
		b[0], b[1], b[2], b[3] = 4<<3|4, stratum, 6, 0xe8
		clear(b[4:12])
		copy(b[12:16], refid)
		now := time.Now()
		seconds, fraction := uint32(now.Unix()+2208988800), uint32(uint64(now.Nanosecond())<<32/1e9)
		for _, at := range []int{16, 32, 40} {
			binary.BigEndian.PutUint32(b[at:], seconds)
			binary.BigEndian.PutUint32(b[at+4:], fraction)
		}
		binary.BigEndian.PutUint32(b[16:], seconds-1) // the reference is older
		if _, err := conn.WriteToUDPAddrPort(b[:], from); err != nil {
			return
		}
	}
}

func TestATraceFollowsTheRefidsToTheSource(t *testing.T) {
	gps := [5]byte{1, 'G', 'P', 'S'}
	for name, c := range map[string]struct {
		servers [][5]byte
		hops    int
		end     string
		status  int
	}{
		"three servers":    {[][5]byte{{3, 127, 0, 0, 3}, {2, 127, 0, 0, 4}, gps}, 3, "The source is the reference clock GPS of 127.0.0.4:PORT.", 0},
		"the source alone": {[][5]byte{gps}, 1, "The source is the reference clock GPS of 127.0.0.2:PORT.", 0},
		"a circle":         {[][5]byte{{3, 127, 0, 0, 3}, {2, 127, 0, 0, 2}}, 2, "from each other", 0},
		"an own clock":     {[][5]byte{{5, 127, 127, 1, 1}}, 1, "a clock of the host 127.0.0.2:PORT", 0},
		"a hash":           {[][5]byte{{2, 241, 2, 3, 4}}, 1, "names no server", 0},
		"silence":          {[][5]byte{{2, 127, 0, 0, 99}}, 2, "127.0.0.99:PORT does not answer", exitNoAnswer},
		"not synchronized": {[][5]byte{{2, 127, 0, 0, 3}, {0}}, 2, "127.0.0.3:PORT is not synchronized", exitUnsynchronized},
	} {
		t.Run(name, func(t *testing.T) {
			port := chain(t, c.servers...)
			host := "127.0.0.2:" + port
			got, err := verb("", "trace", host)
			var f failure
			errors.As(err, &f)
			if f.status != c.status || !strings.Contains(got, strings.ReplaceAll(c.end, "PORT", port)) {
				t.Errorf("status %d\n%s", f.status, got)
			}
			lines, _ := verb("", "trace", "--json", host)
			if n := strings.Count(lines, "\n"); n != c.hops {
				t.Errorf("%d hops\n%s", n, lines)
			}
			for line := range strings.Lines(lines) {
				if err := json.Unmarshal([]byte(line), &queryLine{}); err != nil {
					t.Errorf("%v: %s", err, line)
				}
			}
		})
	}
}

func TestATraceEndsAfterSixteenServers(t *testing.T) {
	var long [][5]byte
	for i := range byte(traceHops + 2) {
		long = append(long, [5]byte{9, 127, 0, 0, 3 + i})
	}
	got, err := verb("", "trace", "127.0.0.2:"+chain(t, long...))
	if err != nil || !strings.Contains(got, "No source within 16 servers.") || strings.Count(got, "127.0.0.") != 2*traceHops {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestALoopbackRefidOfAnotherHostIsNotOurs(t *testing.T) {
	o := outcome{server: "ntp.example", best: goodAnswer()}
	o.best.Stratum, o.best.ReferenceID = 2, 0x7f000001
	if next, why := upstream(&o, "ntp.example:123", screen.Style{}); next != "" || why == "" {
		t.Errorf("%q, %q", next, why)
	}
}
