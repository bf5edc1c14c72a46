//go:build interop

package e2e

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gpsntpd/cmd/internal/tools/exchange"
)

// buildAsk builds the command that asks for us.
func buildAsk(t *testing.T) {
	t.Helper()
	build := exec.Command("go", "build", "-o", folder, "gpsntpd/cmd/internal/tools/ask")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// rival is a server that is asked the same as the others.
type rival struct {
	address  string
	exchange string    // where keys are exchanged
	trusted  string    // whose certificate is good
	keys     [2][]byte // of NTS: C2S and S2C
	cookies  [][]byte
	outcomes []string
}

// rivals starts the daemon, chronyd and the ntpd of ntpsec in one
// network, all with the same keys and with NTS, and waits until all serve
// the time.
func rivals(t *testing.T) (clients *process, all [3]*rival) {
	t.Helper()
	inside, clients := cable(t)
	certificates, keys := authority(t, "192.168.77.1"), "4 SHA1 HEX:0102030405060708090A0B0C0D0E0F1011121314\n1 AES128 HEX:000102030405060708090A0B0C0D0E0F\n"
	ours := file(t, "gpsntpd.toml", `
[server]
keys = %q
ntpq = ["192.168.77.2"]
[nts]
certificate = "%s/nts.crt"
private-key = "%[2]s/nts.key"
master-keys = "%[2]s/master-keys"
listen = "192.168.77.1:11460"
`, file(t, "keys", "%s", keys), certificates)
	namespace(t, inside, filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--control", filepath.Join(t.TempDir(), "socket"), "--listen", "192.168.77.1:11123", "--config", ours)
	namespace(t, inside, "chronyd", "-x", "-d", "-f", file(t, "chrony.conf", `
user root
port 12123
ntsport 12460
bindaddress 192.168.77.1
allow
local stratum 1
keyfile %s
ntsservercert %s/nts.crt
ntsserverkey %[2]s/nts.key
cmdport 0
pidfile %[3]s/chronyd.pid
`, file(t, "keys", "%s", keys), certificates, t.TempDir()))
	namespace(t, inside, "ntpd", "-n", "-g", "-c", file(t, "ntp.conf", `
interface ignore all
interface listen 192.168.77.1
refclock local unit 0 stratum 0 minpoll 3 maxpoll 3 prefer
tos orphanwait 1
restrict 192.168.77.2
limit average 1000000 burst 1000000
keys %s
trustedkey 1 4
nts enable
nts cert %s/nts.crt
nts key %[2]s/nts.key
nts cookie %[3]s/cookies
`, file(t, "keys", "1 aes-128 000102030405060708090A0B0C0D0E0F\n4 sha1 0102030405060708090A0B0C0D0E0F1011121314\n"), certificates, t.TempDir()))
	all = [3]*rival{{address: "192.168.77.1:11123"}, {address: "192.168.77.1:12123"}, {address: "192.168.77.1:123"}}
	plain := version4()
	for i, r := range all {
		until(t, func() error {
			answers, err := r.ask(t, clients, []question{{source: anywhere, packet: plain}})
			if err != nil {
				return err
			}
			if o := outcome(plain, answers[0]); !strings.HasPrefix(o, "time") {
				return fmt.Errorf("%s: %s", r.address, o)
			}
			return nil
		})
		r.exchange = []string{"192.168.77.1:11460", "192.168.77.1:12460", "192.168.77.1:4460"}[i]
		r.trusted = filepath.Join(certificates, "ca.crt")
		until(t, func() error {
			values, err := r.propose(t, clients, exchange.Usual())
			if err == nil {
				r.keys, r.cookies = [2][]byte(values[:2]), values[2:]
			}
			return err
		})
	}
	return clients, all
}

// Where questions come from.
const (
	anywhere = "192.168.77.2:0"
	fromPeer = "192.168.77.2:123"
)

// version4 is a usual request.
func version4() []byte {
	b := make([]byte, 48)
	b[0], b[2] = 4<<3|3, 6
	binary.BigEndian.PutUint64(b[40:], 0xe9b1c2d3e4f50617)
	return b
}

// propose exchanges keys by a proposal. It returns both keys and the cookies.
func (r *rival) propose(t *testing.T, clients *process, proposal []byte) (values [][]byte, err error) {
	t.Helper()
	p := namespace(t, clients, filepath.Join(folder, "ask"), r.exchange, r.trusted, hex.EncodeToString(proposal))
	if status := p.wait(processTimeout); status != 0 {
		return nil, fmt.Errorf("%s: %s", r.exchange, &p.err)
	}
	for line := range strings.Lines(p.out.String()) {
		b, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, b)
	}
	return values, nil
}

// ask sends all, and returns the answers to each.
func (r *rival) ask(t *testing.T, inside *process, all []question) (answers [][][]byte, err error) {
	t.Helper()
	var lines, complaint bytes.Buffer
	for _, q := range all {
		fmt.Fprintf(&lines, "%s %s %x\n", r.address, q.source, q.packet)
	}
	p := exec.Command("nsenter", "--target", fmt.Sprint(inside.cmd.Process.Pid), "--user", "--net", filepath.Join(folder, "ask"))
	p.Stdin, p.Stderr = &lines, &complaint
	out, err := p.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %v after %d answers: %s", r.address, err, bytes.Count(out, []byte("\n")), &complaint)
	}
	for line := range strings.Lines(string(out)) {
		var of [][]byte
		for _, word := range strings.Fields(line) {
			b, err := hex.DecodeString(word)
			if err != nil {
				t.Fatal(err)
			}
			of = append(of, b)
		}
		answers = append(answers, of)
	}
	return answers, nil
}

// outcome is what came of a request, in words that can be compared.
func outcome(q []byte, answers [][]byte) string {
	if len(answers) == 0 {
		return "nothing"
	}
	var words []string
	for _, a := range answers {
		words = append(words, one(q, a))
	}
	slices.Sort(words)
	return strings.Join(words, " and ")
}

// one is what an answer is.
func one(q, a []byte) string {
	if len(a) < 48 || a[0]&7 == 6 {
		if len(a) >= 12 && a[0]&7 == 6 {
			return fmt.Sprintf("control, error %t", a[1]&0x40 != 0)
		}
		return fmt.Sprintf("%x", a)
	}
	what := "time"
	switch code := a[12:16]; {
	case a[1] == 0 && code[0] >= 'A':
		what = "kiss " + string(code)
	case a[0]>>6 == 3:
		what = "warning"
	}
	what += fmt.Sprintf(" v%d m%d", a[0]>>3&7, a[0]&7)
	switch more := a[48:]; {
	case bytes.Equal(more, make([]byte, 4)):
		what += ", crypto-NAK"
	case len(more) == 20 || len(more) == 24:
		what += ", MAC"
	case sealed(more):
		what += ", NTS"
	case len(more) > 0:
		what += ", fields"
	}
	if len(a) > len(q) {
		what += fmt.Sprintf(", longer by %d", len(a)-len(q))
	}
	if len(q) >= 48 && !bytes.Equal(a[24:32], q[40:48]) && !bytes.Equal(a[24:32], q[32:40]) {
		what += ", origin is not the request's"
	}
	return what
}

// sealed reports whether one of fields is an authenticator.
func sealed(fields []byte) bool {
	for len(fields) >= 4 {
		if kind := binary.BigEndian.Uint16(fields); kind == 0x0404 {
			return true
		}
		fields = fields[min(max(int(binary.BigEndian.Uint16(fields[2:])), 4), len(fields)):]
	}
	return false
}

// exceptions are where we do what neither of the others does, and why.
func exceptions() map[string]string {
	return map[string]string{
		"RFC 7822, 7.5: field of 1400":               "no field is too long by the RFC",
		"RFC 8915, 5.3: unique identifier alone":     "the RFC allows it, and has it in every answer",
		"RFC 5906, 10, and others: field 0104 of 28": "likewise; its length is the client's business",
		"RFC 8915, 5.6: field behind":                "by 5.2 it is discarded, and the rest of the packet is good",
		"RFC 8915, 5.6: placeholder behind":          "likewise",
		"RFC 9327, 2: 600 bytes":                     "a list of names that are known, if often",
		"RFC 9327, from port 123, 2: 600 bytes":      "likewise",
	}
}

// TestWhatBothDoWeDo: chronyd and ntpsec have been attacked for decades. Where
// they agree on a hostile request, we do as they do; where they do not, as one
// of them does, but for the exceptions.
func TestWhatBothDoWeDo(t *testing.T) {
	t.Parallel()
	buildAsk(t)
	clients, all := rivals(t)
	for _, r := range all {
		var questions []question
		for _, q := range attacks() {
			questions = append(questions, q.to(r))
		}
		all, err := r.ask(t, clients, questions)
		if err != nil {
			t.Fatal(err)
		}
		for i, answers := range all {
			r.outcomes = append(r.outcomes, outcome(questions[i].packet, answers))
		}
	}
	excused := exceptions()
	for i, q := range attacks() {
		ours, theirs := all[0].outcomes[i], []string{all[1].outcomes[i], all[2].outcomes[i]}
		if (excused[q.name] == "") != slices.Contains(theirs, ours) {
			t.Errorf("%s: %q, chronyd and ntpsec: %q; excuse: %q", q.name, ours, theirs, excused[q.name])
		}
	}
	for name, proposal := range proposals() {
		var granted [3]bool
		for i, r := range all {
			values, err := r.propose(t, clients, slices.Concat(proposal...))
			granted[i] = err == nil && len(values) > 2
		}
		if granted[1] == granted[2] && granted[0] != granted[1] || name == "usual" && !granted[0] {
			t.Errorf("key exchange, %s: granted by us, chronyd and ntpsec: %t", name, granted)
		}
	}
	t.Logf("%d requests, %d key exchanges", len(attacks()), len(proposals()))
}
