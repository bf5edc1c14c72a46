// Command boardtest measures what a real board does: it copies the package there by
// SSH, installs it, has doctor look, watches for an hour, asks it for the time meanwhile,
// and writes one file with a table. docs/board-test.md tells its reader how.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// options are what the command line says.
type options struct {
	host    string // user@name
	ssh     string // the program, and what it is told before the host
	ntp     string // address to ask for the time; that of the host if empty
	debs    string // folder with packages; "" leaves what is installed there
	minutes int
	out     string
}

func main() {
	var o options
	flag.StringVar(&o.host, "host", "", "`user@name` of the board; the user is root, or may use sudo without a password")
	flag.StringVar(&o.ssh, "ssh", "ssh", "`program` with its options")
	flag.StringVar(&o.ntp, "ntp", "", "`address` with port to ask for the time (default: port 123 of the host)")
	flag.StringVar(&o.debs, "packages", "", "`folder` with gpsntpd_*.deb; without it, what is installed there is measured")
	flag.IntVar(&o.minutes, "minutes", 60, "how `long` to watch")
	flag.StringVar(&o.out, "o", "bin", "`folder` for the file")
	flag.Parse()
	if o.host == "" || strings.HasPrefix(o.host, "-") || o.minutes < 1 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "boardtest: -host user@name is needed, and -minutes of at least 1")
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	path, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "boardtest:", err)
		stop()
		os.Exit(1)
	}
	fmt.Println(path)
}

// run does all of it, and returns the file that it has written.
func run(ctx context.Context, o options) (string, error) {
	b := board{ssh: strings.Fields(o.ssh), host: o.host}
	if o.debs != "" {
		if err := b.install(ctx, o.debs); err != nil {
			return "", err
		}
	}
	r := result{Date: time.Now().UTC(), Minutes: o.minutes}
	if err := b.facts(ctx, &r); err != nil {
		return "", err
	}
	say("%s, gpsntpd %s: waiting until it is locked, a quarter of an hour at most", r.Model, r.Version)
	b.run(ctx, `gpsntpctl wait --timeout 15m`) // whether it is, the table says
	if err := b.doctor(ctx, &r); err != nil {
		return "", err
	}
	if o.ntp == "" {
		o.ntp = net.JoinHostPort(o.host[strings.Index(o.host, "@")+1:], "123")
	}
	say("watching for %d minutes", o.minutes)
	watched, cancel := context.WithTimeout(ctx, time.Duration(o.minutes)*time.Minute)
	defer cancel()
	answers := make(chan []answer, 1)
	go func() { answers <- ask(watched, o.ntp) }()
	err := b.watch(watched, &r)
	cancel()
	r.Answers = <-answers
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil && len(r.Looks) == 0 {
		return "", err
	}
	path := filepath.Join(o.out, "board-"+slug(r.Model)+"-"+r.Date.Format("20060102T1504")+".md")
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, []byte(r.text()), 0o644)
}

// say tells the person who waits what is being done.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "boardtest: "+format+"\n", args...) }

// slug is a name for a file.
func slug(model string) string {
	words := strings.FieldsFunc(strings.ToLower(model), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
	return strings.Join(words, "-")
}
