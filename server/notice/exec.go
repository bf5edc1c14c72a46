package notice

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Exec runs a program for each notice, without a shell: its arguments are
// those of the configuration, then code, severity, state and text. The
// environment has the same, and the remedy, under names of their own.
type Exec struct {
	Command []string      // path and arguments
	Limit   time.Duration // it is killed afterwards; 0 is DefaultLimit
}

// DefaultLimit is how long a program may take.
const DefaultLimit = 10 * time.Second

// said is how much of what a failed program printed the log repeats, in bytes.
const said = 200

// String implements Way.
func (e Exec) String() string { return "exec " + e.Command[0] }

// Try implements Way.
func (e Exec) Try(ctx context.Context, n Notice) (answer string, err error) {
	limit := e.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	args := append(append([]string{}, e.Command[1:]...), n.Code, n.Severity, n.State, n.Text)
	c := exec.CommandContext(ctx, e.Command[0], args...)
	c.Dir = "/"
	c.Env = []string{
		"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8",
		"GPSNTPD_ALARM_HOST=" + n.Host, "GPSNTPD_ALARM_CODE=" + n.Code, "GPSNTPD_ALARM_SEVERITY=" + n.Severity,
		"GPSNTPD_ALARM_STATE=" + n.State, "GPSNTPD_ALARM_TIME=" + n.Time.UTC().Format(time.RFC3339Nano),
		"GPSNTPD_ALARM_TEXT=" + n.Text, "GPSNTPD_ALARM_REMEDY=" + n.Remedy,
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that its children end with it
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = time.Second
	var output head
	c.Stdout, c.Stderr = &output, &output
	alone.Lock()
	defer alone.Unlock()
	before := adopt()
	err = unprivileged(c.Run)
	if ctx.Err() != nil {
		end(before) // also what has left its group
	}
	if errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil {
		err = nil // it has ended, and left something in the background
	}
	if ctx.Err() == context.DeadlineExceeded {
		return "", fmt.Errorf("it was ended after %v", limit)
	}
	answer = strings.TrimSpace(string(output))
	if err != nil && answer != "" {
		return "", fmt.Errorf("%w: %s", err, answer)
	}
	return answer, err
}

// unprivileged has run start a program that gets none of our privileges and cannot gain
// any: root's, or capabilities that systemd gave us, such as that to set the clock, would
// else be passed on. Root without capabilities may do with files what their modes say.
func unprivileged(run func() error) error {
	ended := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlock: no one else is to have this thread
		err := renounce()
		if err == nil {
			err = run()
		}
		ended <- err
	}()
	return <-ended
}

// renounce gives up the capabilities of this thread. Without new privileges what it starts
// has none, either: it gets no more than the thread has, capabilities(7).
func renounce() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("PR_SET_NO_NEW_PRIVS: %w", err)
	}
	_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) // fails before Linux 4.3, which has none
	var none [2]unix.CapUserData
	err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0])
	if err != nil && os.Geteuid() == 0 { // another user's are lost by starting a program, as the unit's filter knows
		return fmt.Errorf("capset: %w", err)
	}
	return nil
}

// head keeps the first bytes of what is written to it.
type head []byte

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	*h = append(*h, p[:min(len(p), said-len(*h))]...)
	return len(p), nil
}
