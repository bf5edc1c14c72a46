package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// TestWatchIsAScreenThatSurvivesTheDaemon has the real program on a real terminal.
func TestWatchIsAScreenThatSurvivesTheDaemon(t *testing.T) {
	t.Parallel()
	d := serve(t, "--sim")
	d.becomes("locked", "ok", "ok")
	c := exec.Command(filepath.Join(folder, "gpsntpctl"), "--control", d.socket, "watch")
	c.Env = append(c.Environ(), "TERM=xterm", "LC_ALL=C.UTF-8")
	terminal, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	var screen journal
	ended := make(chan error, 1)
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := terminal.Read(b)
			screen.Write(b[:n])
			if err != nil { // the other end has closed
				ended <- c.Wait()
				return
			}
		}
	}()
	t.Cleanup(func() {
		c.Process.Kill() // an error says that it has ended
		<-ended
		terminal.Close()
	})
	press := func(keys string) {
		if _, err := terminal.WriteString(keys); err != nil {
			t.Fatal(err)
		}
	}
	until(t, says(&screen, "error bound"))
	press("2")
	until(t, says(&screen, "C/N0"))
	press("6")
	until(t, says(&screen, "Nothing to do"))
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 10, Cols: 60}); err != nil {
		t.Fatal(err)
	}
	d.signal(syscall.SIGTERM)
	d.wait(processTimeout)
	until(t, says(&screen, "no gpsntpd answers"))
	began := len(screen.String())
	again := start(t, filepath.Join(folder, "gpsntpd"), "--sim", "--control", d.socket, "--listen", "127.0.0.1:0")
	attach(again, d.socket).becomes("locked", "ok", "ok")
	until(t, func() error {
		if text := screen.String()[began:]; !strings.Contains(text, "locked") {
			return fmt.Errorf("after the restart: %q", text)
		}
		return nil
	})
	press("q")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	ended <- nil
}
