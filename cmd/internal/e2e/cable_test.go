//go:build interop || attack

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// serverLink is the server's hardware address.
const serverLink = "02:00:00:00:77:01"

// namespace runs a command in the network of a process.
func namespace(t *testing.T, of *process, command ...string) *process {
	t.Helper()
	return start(t, "nsenter", append([]string{"--target", fmt.Sprint(of.cmd.Process.Pid), "--user", "--net"}, command...)...)
}

// does runs a shell command in the network of a process to its end.
func does(t *testing.T, of *process, format string, args ...any) string {
	t.Helper()
	p := namespace(t, of, "sh", "-ec", fmt.Sprintf(format, args...))
	if status := p.wait(processTimeout); status != 0 {
		t.Fatalf("exit status %d\n%s", status, &p.err)
	}
	return strings.TrimSpace(p.out.String())
}

// cable makes two networks that nothing else is connected to, with a cable
// between them: the server's, 192.168.77.1, and the clients', 192.168.77.2,
// behind which the server believes all of 10.0.0.0/8.
func cable(t *testing.T) (server, clients *process) {
	t.Helper()
	server = start(t, "unshare", "--user", "--map-root-user", "--net", "sh", "-c", "echo ready; exec sleep infinity")
	until(t, says(&server.out, "ready"))
	pid := fmt.Sprint(server.cmd.Process.Pid)
	clients = start(t, "nsenter", "--target", pid, "--user", "unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity")
	until(t, says(&clients.out, "ready"))
	does(t, server, "ip link set lo up; ip link add name s address %s type veth peer name c netns %d; ip address add 192.168.77.1/24 dev s; ip link set s up", serverLink, clients.cmd.Process.Pid)
	does(t, clients, "ip link set lo up; ip address add 192.168.77.2/24 dev c; ip link set c up")
	does(t, server, "ip route add 10.0.0.0/8 via 192.168.77.2")
	return server, clients
}

// authority makes certificates for the loopback addresses and others, and
// returns their folder.
func authority(t *testing.T, others ...string) string {
	t.Helper()
	certificates := t.TempDir()
	if status, _, err := runs(t, "gpsntpctl", append([]string{"nts", "init", "--dir", certificates, "localhost", "127.0.0.1", "::1"}, others...)...); status != 0 {
		t.Fatal(err)
	}
	return certificates
}

// secure is a configuration with NTS, and its master keys beside it.
func secure(t *testing.T, certificates, listen string) string {
	t.Helper()
	return file(t, "gpsntpd.toml", nts, certificates, listen)
}

const nts = `
[nts]
certificate = "%s/nts.crt"
private-key = "%[1]s/nts.key"
master-keys = "%[1]s/master-keys"
listen = "%[2]s"
`
