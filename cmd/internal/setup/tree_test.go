package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gpsntpd/server/why"
)

// tree is a host as found in the wild, from a file in testdata: lines of KEY: VALUE,
// then files, each after "-- PATH --"; "-- PATH crlf --" has the line ends of Windows,
// "-- PATH open --" no end of its last line, "-- PATH nul --" NUL bytes at its end.
type tree struct {
	name   string
	choice Choice
	user   string
	host   *host
	files  map[string]string
}

// host is what systemctl and gpasswd would be of.
type host struct {
	root  string
	units map[string]*condition
	ran   []string
	count func() error // each command is an operation, too
}

type condition struct {
	enabled, active bool
	generated       bool   // systemd enables it at each start, as it does a login on the kernel's console
	alias           string // it is another unit's name, too
}

func (h *host) Run(_ context.Context, name string, args ...string) (string, error) {
	if name == "systemctl" && strings.HasPrefix(args[0], "is-") {
		return h.ask(args[0], args[1])
	}
	if name == "systemctl" && args[0] == "show" {
		if u := h.units[args[len(args)-1]]; u != nil && u.alias != "" {
			return u.alias, nil
		}
		return args[len(args)-1], nil
	}
	if h.count != nil {
		if err := h.count(); err != nil {
			return "", err
		}
	}
	h.ran = append(h.ran, name+" "+strings.Join(args, " "))
	if name == "gpasswd" {
		return "", h.join(args[0], args[1])
	}
	u := h.units[args[len(args)-1]]
	if u == nil {
		return "", errors.New("there is no such unit")
	}
	switch now := args[1] == "--now"; args[0] {
	case "enable":
		u.enabled, u.active = true, u.active || now
	case "disable":
		u.enabled, u.active = false, u.active && !now
	case "start":
		u.active = true
	}
	return "", nil
}

func (h *host) ask(what, name string) (string, error) {
	u := h.units[name]
	switch {
	case u == nil:
		return "not-found", errors.New("exit status 4")
	case what == "is-active" && u.active:
		return "active", nil
	case what == "is-active":
		return "inactive", errors.New("exit status 3")
	case u.enabled:
		return "enabled", nil
	case u.generated:
		return "enabled-runtime", nil
	}
	return "disabled", errors.New("exit status 1")
}

func (h *host) join(how, user string) error {
	path := filepath.Join(h.root, "etc/group")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	without, with := "_gpsntp:x:990:\n", "_gpsntp:x:990:"+user+"\n"
	if how == "-d" {
		without, with = with, without
	}
	return os.WriteFile(path, []byte(strings.Replace(string(text), without, with, 1)), 0o600)
}

func read(t *testing.T, path string) tree {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tr := tree{name: strings.TrimSuffix(filepath.Base(path), ".txt"), files: map[string]string{}, host: &host{units: map[string]*condition{}}}
	head, rest, _ := strings.Cut(string(text), "\n-- ")
	overlays := "pps-gpio disable-bt miniuart-bt"
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "board":
			compatible, model, _ := strings.Cut(value, " ")
			tr.files["proc/device-tree/compatible"], tr.files["proc/device-tree/model"] = compatible, model
		case "hat":
			tr.files["proc/device-tree/hat/product"] = value
		case "choice":
			tr.choose(t, strings.Fields(value))
		case "user":
			tr.user = value
		case "overlays":
			overlays = value
		case "enabled", "running", "disabled":
			for unit := range strings.FieldsSeq(value) {
				tr.host.units[unit] = &condition{enabled: key != "disabled", active: key == "running"}
			}
		case "generated":
			tr.host.units[value] = &condition{generated: true, active: true}
		}
	}
	for part := range strings.SplitSeq(rest, "\n-- ") {
		title, body, ok := strings.Cut(part, " --\n")
		if !ok {
			continue
		}
		name, how, _ := strings.Cut(title, " ")
		body += "\n"
		if strings.HasSuffix(rest, part) {
			body = strings.TrimSuffix(body, "\n")
		}
		if strings.Contains(how, "crlf") {
			body = strings.ReplaceAll(body, "\n", "\r\n")
		}
		if strings.Contains(how, "open") {
			body = strings.TrimRight(body, "\r\n")
		}
		if strings.Contains(how, "nul") {
			body += "\x00\x00"
		}
		tr.files[name] = body
		if dir, base := filepath.Split(name); base == "config.txt" {
			for o := range strings.FieldsSeq(overlays) {
				tr.files[dir+"overlays/"+o+".dtbo"] = "overlay\n"
			}
		}
	}
	return tr
}

func (tr *tree) choose(t *testing.T, words []string) {
	for i := 0; i+1 < len(words); i += 2 {
		switch words[i] {
		case "--hat":
			tr.choice.HAT = words[i+1]
		case "--board":
			tr.choice.Board = words[i+1]
		case "--pin":
			n, err := strconv.Atoi(words[i+1])
			if err != nil {
				t.Fatal(err)
			}
			tr.choice.Pin = &n
		}
	}
}

// plant writes the tree below a new folder.
func (tr *tree) plant(t *testing.T) *System {
	t.Helper()
	root := t.TempDir()
	tr.files["proc/sys/kernel/random/boot_id"] = "first\n"
	for name, text := range tr.files {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	h := &host{root: root, units: map[string]*condition{}}
	for name, u := range tr.host.units {
		h.units[name] = new(*u)
	}
	return &System{Root: root, Disk: quick{}, Commands: h, User: tr.user, Language: why.English}
}

// quick is a disk that is not waited for.
type quick struct{ Medium }

func (quick) Write(path string, text []byte, mode fs.FileMode) error {
	return os.WriteFile(path, text, mode)
}
func (quick) Rename(from, to string) error { return os.Rename(from, to) }
func (quick) Remove(path string) error     { return os.Remove(path) }

// seen is every file below a folder, and how the units are.
func seen(t *testing.T, s *System) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(s.Root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(s.Root, name))
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func units(s *System) string {
	var b strings.Builder
	h := s.Commands.(*host)
	for _, name := range slices.Sorted(maps.Keys(h.units)) {
		fmt.Fprintf(&b, "%s %+v\n", name, *h.units[name])
	}
	return b.String()
}

// ours is what is not the host's but ours, and goes with --undo.
func ours(name string) bool { return strings.HasPrefix(name, state[1:]) }
