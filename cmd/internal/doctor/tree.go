package doctor

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"gpsntpd/server/why"
)

// Tree is a machine that is only files below a folder, for tests and for those who
// look at someone else's: what a machine that runs would tell is in files there.
//
//	host.txt                 "user ID", "name NAME", "now TIME", a line each
//	commands.txt             "$ COMMAND", then what it prints
//	heard.txt                "PORT BAUD SOUND BYTES", a line each
//	answers.txt              "ADDRESS none|unsynchronized|STRATUM"
//	storage.txt              "FOLDER WORD"
//	owners.txt               "PATH USER GROUP MODE", ids and an octal mode
//	later/                   what has changed a second later
func Tree(root string) *Host {
	t := tree{root}
	h := &Host{Root: root, Name: "clock", Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	for _, w := range t.lines("host.txt", 2) {
		switch w[0] {
		case "user":
			fmt.Sscan(w[1], &h.Effective) // 0 where it is none
		case "name":
			h.Name = w[1]
		case "now":
			if at, err := time.Parse(time.RFC3339, w[1]); err == nil {
				h.Now = at
			}
		}
	}
	h.Pause = func(context.Context) {
		h.later = filepath.Join(root, "later")
	}
	h.Run, h.Listen, h.Ask, h.Addresses = t.run, t.listen, t.ask, t.addresses
	h.Storage = func(folder string) why.Disk { return why.Disk(t.word("storage.txt", folder)) }
	h.Owner = t.owner
	return h
}

type tree struct{ root string }

// lines are the lines of a file that have this many words.
func (t tree) lines(name string, words int) (all [][]string) {
	text, _ := os.ReadFile(filepath.Join(t.root, name)) // none says nothing
	for scan := bufio.NewScanner(bytes.NewReader(text)); scan.Scan(); {
		if w := strings.Fields(scan.Text()); len(w) == words {
			all = append(all, w)
		}
	}
	return all
}

func (t tree) word(name, key string) string {
	for _, w := range t.lines(name, 2) {
		if w[0] == key {
			return w[1]
		}
	}
	return ""
}

func (t tree) run(_ context.Context, command ...string) string {
	text, _ := os.ReadFile(filepath.Join(t.root, "commands.txt"))
	_, after, _ := strings.Cut("\n"+string(text), "\n$ "+strings.Join(command, " ")+"\n")
	out, _, _ := strings.Cut(after, "\n$ ")
	return out
}

func (t tree) listen(_ context.Context, ports []string) map[string]Heard {
	all := map[string]Heard{}
	for _, port := range ports {
		h := Heard{Duration: listenFor}
		for _, w := range t.lines("heard.txt", 4) {
			if w[0] == port {
				fmt.Sscan(strings.Join(w[1:], " "), &h.Baud, &h.Sound, &h.Bytes)
			}
		}
		if t.word("heard.txt", port) == "denied" {
			h.Error = syscall.EACCES
		}
		all[port] = h
	}
	return all
}

func (t tree) addresses() (all []netip.Addr) {
	for _, w := range t.lines("answers.txt", 2) {
		if server, err := netip.ParseAddrPort(w[0]); err == nil {
			all = append(all, server.Addr())
		}
	}
	return all
}

func (t tree) ask(_ context.Context, servers []string) map[string]Said {
	all := map[string]Said{}
	for _, server := range servers {
		var s Said
		switch word := t.word("answers.txt", server); word {
		case "", "none":
		case "unsynchronized":
			s.Answered = true
		default:
			s.Answered, s.Synchronized = true, true
			fmt.Sscan(word, &s.Stratum)
		}
		all[server] = s
	}
	return all
}

func (t tree) owner(path string) (o Owned, err error) {
	for _, w := range t.lines("owners.txt", 4) {
		if w[0] == path {
			_, err := fmt.Sscanf(strings.Join(w[1:], " "), "%d %d %o", &o.User, &o.Group, &o.Mode)
			return o, err
		}
	}
	return o, os.ErrNotExist
}
