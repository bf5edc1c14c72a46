package udp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/mmsg"
	"gpsntpd/server/ntp"
)

func TestMain(m *testing.M) {
	haveStamped()
	goleak.VerifyTestMain(m)
}

// haveStamped returns when the kernel stamps what comes. It begins with that some
// time after the first socket of the machine has asked for it, and goes on as long as
// there is one: this stays open.
func haveStamped() {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		panic(err)
	}
	itself := unix.Sockaddr(&unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	_ = unix.Bind(socket, itself)
	if itself, err = unix.Getsockname(socket); err != nil {
		panic(err)
	}
	if unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, hw.KernelStamps) != nil {
		return // an emulator, which leaves out the tests that need stamps
	}
	f := mmsg.FamilyOf(netip.IPv4Unspecified())
	in := mmsg.NewBatch(1, f)
	for range 100_000 {
		if err := unix.Sendto(socket, nil, 0, itself); err != nil {
			panic(err)
		}
		if n, err := in.Receive(socket, unix.MSG_WAITFORONE); n != 1 || err != 0 {
			panic(err)
		}
		if came, _, _ := in.Arrival(0, in, 0, f); came != 0 {
			return
		}
	}
	panic("the kernel does not stamp")
}

// host is the host's clock, read only.
type host struct{}

func (host) Read() hw.Reading {
	return hw.Reading{Time: hw.Time(get(unix.CLOCK_REALTIME)), Raw: hw.Raw(get(unix.CLOCK_MONOTONIC_RAW))}
}

func (host) FromKernel(t hw.Time) hw.Time { return t }

func get(id int32) int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(id, &ts); err != nil {
		panic(err)
	}
	return ts.Nano()
}

// locked holds a snapshot that is synchronized now.
func locked() *discipline.Latest {
	now := host{}.Read()
	var l discipline.Latest
	l.Store(&discipline.Snapshot{
		Anchor: now, Tolerance: time.Second, Measured: now.Time,
		MaxError: time.Millisecond, State: discipline.Locked,
		LastSample: now.Time, Reference: discipline.Reference{Source: refclock.FromPulse, RefID: refclock.RefIDOf("SIM"), Stratum: 1, Time: now.Time},
	})
	return &l
}

// everybody is the policy that everybody may ask as often as he likes.
func everybody() *atomic.Pointer[ntp.Policy] {
	var p atomic.Pointer[ntp.Policy]
	p.Store(&ntp.Policy{Access: ntp.NewAccess([]netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}, nil, nil)})
	return &p
}

// start runs a server on addresses for the rest of the test.
func start(t testing.TB, addresses ...string) *Server {
	t.Helper()
	return serve(t, Options{Addresses: addresses, Policy: everybody()})
}

func serve(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Listen(o, host{}, locked(), &ntp.Responder{Precision: -24})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s
}

// dial returns a connection to socket i of s, from an address of its own.
func dial(t testing.TB, s *Server, i int) *net.UDPConn {
	t.Helper()
	conn, err := net.Dial("udp", s.Counters()[i].Listen)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.UDPConn)
}

func request() []byte {
	q := make([]byte, refclock.PacketSize)
	q[0] = 4<<3 | 3
	binary.BigEndian.PutUint64(q[40:], 0xfeedfacecafebeef)
	return q
}

// exchange sends q and waits for the answer.
func exchange(t testing.TB, conn net.Conn, q, answer []byte) []byte {
	t.Helper()
	if _, err := conn.Write(q); err != nil {
		t.Fatal(err)
	}
	n, err := conn.Read(answer)
	if err != nil {
		t.Fatal(err)
	}
	return answer[:n]
}

// ntpNow is the host's time in the NTP format.
func ntpNow() uint64 {
	return uint64(refclock.TimestampOf(refclock.UTC(get(unix.CLOCK_REALTIME))))
}

func TestBothFamiliesAreAnswered(t *testing.T) {
	s := start(t, "127.0.0.1:0", "[::1]:0")
	for i, c := range s.Counters() {
		t.Run(c.Listen, func(t *testing.T) {
			conn := dial(t, s, i)
			before := ntpNow()
			a := exchange(t, conn, request(), make([]byte, 100))
			after := ntpNow()
			if len(a) != 48 || a[0] != 4<<3|4 || a[1] != 1 || string(a[12:16]) != "SIM\x00" {
				t.Fatalf("%x", a)
			}
			origin, receive, transmit := binary.BigEndian.Uint64(a[24:]), binary.BigEndian.Uint64(a[32:]), binary.BigEndian.Uint64(a[40:])
			const ns = 5 // two roundings, in 2⁻³² s
			if origin != 0xfeedfacecafebeef || before > receive+ns || receive > transmit || transmit > after+ns {
				t.Errorf("origin %x; %x sent, %x received, %x answered, %x got", origin, before, receive, transmit, after)
			}
		})
	}
}

func TestEverythingIsCountedByVerdict(t *testing.T) {
	s := start(t, "127.0.0.1:0")
	conn := dial(t, s, 0)
	mode6, long := request(), make([]byte, mmsg.Longest+1)
	mode6[0] = 2<<3 | 6
	copy(long, request())
	for _, q := range [][]byte{{}, request()[:47], mode6, long} {
		if _, err := conn.Write(q); err != nil {
			t.Fatal(err)
		}
	}
	exchange(t, conn, request(), make([]byte, 100))
	exchange(t, conn, mode1(), make([]byte, 100)) // by then the first answer has been counted
	c := s.Counters()[0]
	want := [ntp.Verdicts]uint64{ntp.Short: 2, ntp.BadMode: 1, ntp.Malformed: 1}
	want[ntp.Answered] = c.Verdicts[ntp.Answered]
	if c.Verdicts != want || c.Answers < 1 || c.Dropped != 4 || c.Requests != c.Answers+c.Dropped || c.Unstamped != 0 {
		t.Errorf("%+v", c)
	}
}

func mode1() []byte {
	q := request()
	q[0] = 3<<3 | 1
	return q
}

// Of the addresses 127.0.0.0/8 the kernel would send from 127.0.0.1; the
// client is connected, so that it hears no one but whom it asked.
func TestAnAnswerLeavesFromTheAddressThatWasAsked(t *testing.T) {
	s := start(t, ":0")
	_, port, err := net.SplitHostPort(s.Counters()[0].Listen)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)},
		net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.2:"+port)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	exchange(t, conn, request(), make([]byte, 100))
}

// One datagram in a victim's name would otherwise have an answer from every
// server on the link.
func TestARequestToEverybodyIsNotAnswered(t *testing.T) {
	s := start(t, ":0")
	_, port, err := net.SplitHostPort(s.Counters()[0].Listen)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}) // Go sets SO_BROADCAST
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	alone := mode1()
	for to, q := range map[string][]byte{"127.255.255.255": request(), "127.0.0.1": alone} {
		if _, err := conn.WriteToUDPAddrPort(q, netip.MustParseAddrPort(to+":"+port)); err != nil {
			t.Fatal(err)
		}
	}
	answer := make([]byte, 100)
	if n, err := conn.Read(answer); err != nil || n != refclock.PacketSize || answer[0]&7 != 2 {
		t.Errorf("%v: answered by %x", err, answer[:n])
	}
	for deadline := time.Now().Add(10 * time.Second); s.Counters()[0].Verdicts[ntp.BadDestination] == 0; { // over loopback it comes twice
		if time.Now().After(deadline) {
			t.Fatalf("%+v", s.Counters()[0])
		}
		runtime.Gosched()
	}
}

func TestAllAddressesAreOneSocketForEachFamily(t *testing.T) {
	for _, c := range []struct{ address, v4, v6 string }{
		{":0", "0.0.0.0:", "[::]:"},
		{"localhost:0", "127.0.0.1:", "[::1]:"},
	} {
		s := start(t, c.address)
		got := s.Counters()
		if len(got) != 2 || !strings.HasPrefix(got[0].Listen, c.v4) || !strings.HasPrefix(got[1].Listen, c.v6) {
			t.Errorf("%q: %+v", c.address, got)
		}
	}
}

func TestAnAddressInUseIsOneClearError(t *testing.T) {
	for _, taken := range start(t, "127.0.0.1:0", "[::1]:0").Counters() {
		_, err := Listen(Options{Addresses: []string{"127.0.0.1:0", taken.Listen}, Policy: everybody()}, host{}, locked(), &ntp.Responder{})
		if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), taken.Listen) {
			t.Errorf("%v", err)
		}
	}
}

func TestAnAddressThatIsNoneIsNamed(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1":       `listen "127.0.0.1": expected ADDRESS:PORT`,
		"127.0.0.1:ntp":   `listen "127.0.0.1:ntp": expected a port from 0 to 65535`,
		"127.0.0.1:65536": `listen "127.0.0.1:65536": expected a port from 0 to 65535`,
		"ntp.example:123": `listen "ntp.example:123": expected an IP address in front of the port`,
	} {
		if _, err := Listen(Options{Addresses: []string{address}, Policy: everybody()}, host{}, locked(), &ntp.Responder{}); err == nil || err.Error() != want {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestSocketsThatWereOpenedForUsTakeThePlaceOfOthers(t *testing.T) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{}) // of both families, as systemd opens them
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	file, err := conn.File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	other, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	o := Options{Addresses: []string{"127.0.0.1:0"}, Inherited: []*os.File{file}, Policy: everybody()}
	s := serve(t, o)
	_, port, _ := net.SplitHostPort(s.Counters()[0].Listen)
	for _, to := range []string{"127.0.0.2:" + port, "[::1]:" + port} {
		client, err := net.Dial("udp", to)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if err := client.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		exchange(t, client, request(), make([]byte, 100))
	}
	if c := s.Counters(); len(c) != 1 || c[0].Requests < 1 || c[0].Unstamped != 0 {
		t.Errorf("%+v", c)
	}
	o.Inherited = []*os.File{other}
	if _, err := Listen(o, host{}, locked(), &ntp.Responder{}); !errors.Is(err, unix.ENOTSOCK) {
		t.Errorf("what is no socket: %v", err)
	}
}

func TestWorkersShareAnAddressAndCountAsOne(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		s := serve(t, Options{Addresses: []string{address}, Workers: 3, DSCP: 46, Interface: "lo", Policy: everybody()})
		for range 20 {
			exchange(t, dial(t, s, 0), request(), make([]byte, 100))
		}
		if c := s.Counters(); len(c) != 1 || len(s.workers) != 3 || c[0].Requests < 19 || s.Bound(c[0].Listen) || s.Unspread() != nil {
			t.Errorf("%d workers, %+v, %v", len(s.workers), c, s.Unspread())
		}
	}
}

// RFC 9769: the answer after the first tells when the first really left.
func TestAClientThatInterleavesIsToldWhenTheAnswerBeforeLeft(t *testing.T) {
	s := serve(t, Options{Addresses: []string{"127.0.0.1:0"}, Policy: everybody()})
	conn := dial(t, s, 0)
	q := request()
	var receive uint64
	for i := range 4 {
		binary.BigEndian.PutUint64(q[24:], receive)
		binary.BigEndian.PutUint64(q[32:], uint64(2*i+1)<<8)
		a := exchange(t, conn, q, make([]byte, 100))
		after := ntpNow()
		if i > 1 {
			if got := binary.BigEndian.Uint64(a[24:]); got != uint64(2*i+1)<<8 {
				t.Errorf("answer %d has origin %x: basic mode", i, got)
			}
			if got := binary.BigEndian.Uint64(a[40:]); got < receive || got > after {
				t.Errorf("answer %d: the one before came %x, left %x, now it is %x", i, receive, got, after)
			}
		}
		receive = binary.BigEndian.Uint64(a[32:])
	}
}

// free returns a port of IPv4's loopback that no one has.
func free(t *testing.T) int {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).Port
}

// Of a socket that is connected the kernel reports what ICMP says of the peer.
func TestAnErrorThatPassesIsCountedAndEndsNothing(t *testing.T) {
	s := serve(t, Options{Addresses: []string{fmt.Sprintf("127.0.0.1:%d", free(t))}, Workers: 1, Policy: everybody()})
	socket := s.workers[0].socket
	if err := unix.Connect(socket, &unix.SockaddrInet4{Port: free(t), Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if _, err := unix.Write(socket, []byte{0}); err != nil {
		t.Fatal(err)
	}
	for s.Counters()[0].Failures == 0 {
		runtime.Gosched()
	}
	unspecified := unix.RawSockaddr{Family: unix.AF_UNSPEC}
	if _, _, err := unix.Syscall(unix.SYS_CONNECT, uintptr(socket), uintptr(unsafe.Pointer(&unspecified)), unsafe.Sizeof(unspecified)); err != 0 {
		t.Fatal(err)
	}
	exchange(t, dial(t, s, 0), request(), make([]byte, 100))
}

func TestASocketThatFailsEndsTheServer(t *testing.T) {
	s, err := Listen(Options{Addresses: []string{"127.0.0.1:0", "127.0.0.1:0"}, Policy: everybody()}, host{}, locked(), &ntp.Responder{})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	broken := s.workers[len(s.workers)-1]
	if err := unix.Dup3(int(file.Fd()), broken.socket, unix.O_CLOEXEC); err != nil { // no socket any more
		t.Fatal(err)
	}
	if err := s.Run(context.Background()); !errors.Is(err, unix.ENOTSOCK) || !strings.Contains(err.Error(), broken.listen) {
		t.Errorf("%v", err)
	}
}

func TestARequestIsAnsweredWithoutAllocation(t *testing.T) {
	s := start(t, "127.0.0.1:0", "[::1]:0")
	for i, c := range s.Counters() {
		conn, q, answer := dial(t, s, i), request(), make([]byte, 100)
		if n := testing.AllocsPerRun(200, func() { exchange(t, conn, q, answer) }); n != 0 {
			t.Errorf("%s: %v allocations", c.Listen, n)
		}
	}
}

func BenchmarkExchange(b *testing.B) {
	s := start(b, "127.0.0.1:0")
	conn, q, answer := dial(b, s, 0), request(), make([]byte, 100)
	b.ReportAllocs()
	for b.Loop() {
		exchange(b, conn, q, answer)
	}
}
