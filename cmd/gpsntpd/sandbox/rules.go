// Package sandbox has the kernel confine this process to the files that it needs, by
// Landlock: also where no systemd does it. What is open stays open; what is opened from
// then on, by us or by a program that we start, must be named by a rule.
package sandbox

import (
	"cmp"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Needs is what is opened after the start.
type Needs struct {
	Devices []string // paths and patterns; they may come and go
	Reread  []string // files that are read again, and may be replaced meanwhile
	Kept    []string // folders in which files are written and replaced
	Played  string   // recording that is read as it is played
	Socket  string   // of control, which is removed at the end
	Program string   // that is run for each alarm
	Writes  []string // folders in which that may write as well
	Told    []string // URLs that alarms go to
	Servers bool     // network servers are asked, whose names are looked up …
	Keyed   []uint16 // … and the ports of their key exchanges
	Metrics string   // address and port on which metrics are served later
}

// Access is what is allowed.
type Access string

// What may be done at a place and below it.
const (
	Read   Access = "read"   // and list
	Run    Access = "run"    // and read
	Use    Access = "use"    // devices that are there: read, write, set up
	Keep   Access = "keep"   // files: make, write, replace, remove
	Write  Access = "write"  // the same with folders and all else
	Remove Access = "remove" // files
)

// Rule allows something at a place and below it.
type Rule struct {
	Access
	Path string
}

// Where programs, and what they read, are.
var (
	programs = []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix"}
	// Names of hosts and the certificates of those that sign certificates.
	names = []string{"/etc", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates"}
)

// Rules is what n comes to. Of what may be replaced or come later the folder is named: a
// file that takes its place is another one for the kernel. Devices have /dev in
// common, whatever they are called.
func (n Needs) Rules() []Rule {
	rules := []Rule{{Use, "/dev"}, {Read, "/sys"}, {Read, "/proc"}}
	add := func(a Access, paths ...string) {
		for _, path := range paths {
			if r := (Rule{a, path}); path != "" && !slices.Contains(rules, r) {
				rules = append(rules, r)
			}
		}
	}
	for _, device := range n.Devices {
		if folder := ahead(device); !strings.HasPrefix(folder+"/", "/dev/") {
			add(Use, folder)
		}
	}
	for _, file := range n.Reread {
		add(Read, folders(file)...)
	}
	add(Keep, n.Kept...)
	add(Read, n.Played)
	if n.Socket != "" {
		add(Remove, folder(n.Socket))
	}
	if len(n.Told) > 0 || n.Servers {
		add(Read, names...)
		add(Read, folders("/etc/resolv.conf")...)
		add(Read, os.Getenv("SSL_CERT_FILE"), os.Getenv("SSL_CERT_DIR"))
	}
	if n.Program != "" {
		add(Run, programs...)
		add(Run, folders(n.Program)...)
		add(Read, "/etc")
		add(Read, folders("/etc/resolv.conf")...)
		add(Write, "/tmp")
		add(Write, n.Writes...)
	}
	return rules
}

// Ports are those on which is listened, and to which is connected, by TCP after the
// start. They are not limited where a program may have others.
func (n Needs) Ports() (bind, connect []uint16, limited bool) {
	if n.Metrics != "" {
		bind = append(bind, port(n.Metrics))
	}
	for _, u := range n.asked() {
		service := cmp.Or(u.Port(), u.Scheme)
		connect = append(connect, port(net.JoinHostPort(u.Hostname(), service)), 53) // and names, where answers are long
	}
	if n.Servers {
		connect = append(append(connect, n.Keyed...), 53)
	}
	return bind, connect, n.Program == ""
}

// asked is who is connected to for alarms: who takes them, or the proxy before it.
func (n Needs) asked() (all []*url.URL) {
	for _, told := range n.Told {
		u, err := url.Parse(told)
		if err != nil {
			continue
		}
		if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u}); err == nil && proxy != nil {
			u = proxy
		}
		all = append(all, u)
	}
	return all
}

// port is that of an address and port, by number or name.
func port(address string) uint16 {
	_, service, _ := net.SplitHostPort(address)
	if n, err := strconv.ParseUint(service, 10, 16); err == nil {
		return uint16(n)
	}
	n, _ := net.LookupPort("tcp", service) // 0 for one without a number
	return uint16(n)
}

// ahead is the folder of path, or the one ahead of what is a pattern in it.
func ahead(path string) string {
	if i := strings.IndexAny(path, `*?[\`); i >= 0 {
		path = path[:i+1]
	}
	return folder(path)
}

// folder is that of path; path itself where that would be everything.
func folder(path string) string {
	if above := filepath.Dir(path); above != "/" {
		return above
	}
	return path
}

// mostLinks is how many a path may lead through, as in Linux.
const mostLinks = 40

// folders are that of path and those that its links lead to, each of which may be
// replaced.
func folders(path string) (all []string) {
	for range mostLinks {
		whole, err := filepath.Abs(path)
		if path == "" || err != nil {
			return all
		}
		all = append(all, folder(whole))
		to, err := os.Readlink(whole)
		if err != nil {
			return all
		}
		if path = to; !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(whole), to)
		}
	}
	return all
}
