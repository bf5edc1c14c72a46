package doctor

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gpsntpd/server/why"
)

// Host is the machine that is examined: files below Root, and what only a
// machine that runs can tell.
type Host struct {
	Root      string // "" is that of the system
	Effective int    // user id
	Name      string // of the host
	Now       time.Time
	Pause     func(ctx context.Context)                                   // lets a second pass, between two looks at the pulses
	Run       func(ctx context.Context, command ...string) string         // what a program prints; "" when it fails
	Listen    func(ctx context.Context, ports []string) map[string]Heard  // for some seconds, and sends nothing
	Addresses func() []netip.Addr                                         // of the host, without those of links alone
	Ask       func(ctx context.Context, servers []string) map[string]Said // by NTP
	Storage   func(folder string) why.Disk
	Owner     func(path string) (Owned, error)

	later string // folder of what has changed in a pause; "" for nothing
}

// Heard is what came on a serial port.
type Heard struct {
	Baud     int
	Sound    int // sentences and frames with a sound checksum
	Bytes    int
	Error    error // why it could not be listened to
	Duration time.Duration
}

// Said is what a server answered.
type Said struct {
	Answered     bool
	Stratum      int
	Synchronized bool
}

// Owned is who a device belongs to.
type Owned struct {
	User, Group int
	Mode        os.FileMode
}

func (h *Host) path(name string) string {
	if h.later != "" {
		if path := filepath.Join(h.later, name); exists(path) {
			return path
		}
	}
	return filepath.Join("/", h.Root, name)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// text is what a file says, without what the kernel ends it with; "" when it cannot
// be read.
func (h *Host) text(name string) string {
	b, err := os.ReadFile(h.path(name))
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(b), "\x00\n ")
}

func (h *Host) exists(name string) bool { return exists(h.path(name)) }

// glob lists the names that a pattern fits, as they are below the root.
func (h *Host) glob(pattern string) (names []string) {
	found, _ := filepath.Glob(h.path(pattern)) // ours are right
	for _, path := range found {
		names = append(names, "/"+strings.TrimPrefix(strings.TrimPrefix(path, filepath.Join("/", h.Root)), "/"))
	}
	return names
}

// resolve follows the links of a name below the root.
func (h *Host) resolve(name string) string {
	for range 40 { // as many as Linux follows
		to, err := os.Readlink(h.path(name))
		if err != nil {
			return name
		}
		if name = filepath.Join(filepath.Dir(name), to); filepath.IsAbs(to) {
			name = to
		}
	}
	return name
}

// root reports whether all can be seen.
func (h *Host) root() bool { return h.Effective == 0 }

// link is what a name links to; "" where it is no link, or may not be seen.
func (h *Host) link(name string) string {
	to, _ := os.Readlink(h.path(name))
	return to
}
