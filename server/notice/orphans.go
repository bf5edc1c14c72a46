package notice

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// alone has one program run at a time: whose children are whose could not be told else.
// Nothing else in this process may have children.
var alone sync.Mutex

// adopt makes this process the parent of what its children leave behind, wherever that
// has moved itself: a session of its own does not help it. It returns those there are.
func adopt() (before []int) {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) // since Linux 3.4
	for {
		if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); err != nil || pid <= 0 { // what has ended since
			return children()
		}
	}
}

// endWithin is how long what is killed may take to end.
const endWithin = 500 * time.Millisecond

// end kills all children but those before, and theirs, which become ours as their parents end.
func end(before []int) {
	until := time.Now().Add(endWithin)
	for time.Now().Before(until) {
		all := slices.DeleteFunc(children(), func(pid int) bool { return slices.Contains(before, pid) })
		if len(all) == 0 {
			return
		}
		for _, pid := range all {
			_ = unix.Kill(pid, unix.SIGKILL)               // it is ours until it is waited for: no other process has its number
			_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil) // or in the next round
		}
		time.Sleep(time.Millisecond)
	}
}

// children are the processes whose parent this one is.
func children() (all []int) {
	us := []byte(strconv.Itoa(os.Getpid()))
	names, _ := os.ReadDir("/proc") // without it none are seen
	for _, n := range names {
		pid, err := strconv.Atoi(n.Name())
		if err != nil {
			continue
		}
		text, _ := os.ReadFile("/proc/" + n.Name() + "/stat") // it may have ended
		_, rest, _ := bytes.Cut(text[bytes.LastIndexByte(text, ')')+1:], []byte(" "))
		if fields := bytes.Fields(rest); len(fields) > 1 && bytes.Equal(fields[1], us) { // state, parent, …: proc(5)
			all = append(all, pid)
		}
	}
	return all
}
