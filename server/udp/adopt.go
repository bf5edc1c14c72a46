package udp

import (
	"cmp"
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"gpsntpd/server/mmsg"
)

// adoptAll returns the workers of the sockets that were opened for us, one for
// each. Those that share an address are told apart as ours are.
func adoptAll(o Options) (workers []*worker, err error) {
	for _, file := range o.Inherited {
		w, err := adopt(file, o)
		if w != nil {
			workers = append(workers, w)
		}
		if err != nil {
			return workers, fmt.Errorf("socket of %s: %w", file.Name(), err)
		}
	}
	slices.SortStableFunc(workers, func(a, b *worker) int { return cmp.Compare(a.listen, b.listen) })
	for from := 0; from < len(workers); {
		first, end := workers[from], from+1
		for end < len(workers) && workers[end].listen == first.listen {
			end++
		}
		// Whoever opened them has them still, and the kernel goes on to use each: all
		// must answer, also when it does not tell clients apart.
		if err := o.apart(workers[from:end]); err != nil {
			first.unspread = fmt.Errorf("a client may meet any of %d workers at %s: %w", end-from, first.listen, err)
		}
		from = end
	}
	return workers, nil
}

// adopt returns the worker of a socket that was opened and bound for us, such as
// by systemd; nil when it is none for datagrams.
func adopt(file *os.File, o Options) (*worker, error) {
	kind, err := unix.GetsockoptInt(int(file.Fd()), unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil || kind != unix.SOCK_DGRAM {
		return nil, os.NewSyscallError("SO_TYPE", err)
	}
	at, err := boundTo(int(file.Fd()))
	if err != nil {
		return nil, err
	}
	socket, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	f := mmsg.FamilyOf(at.Addr())
	w, err := newWorker(socket, f, o)
	w.listen = at.String()
	return w, cmp.Or(err, adjust(f, socket, o), askDestination(f, socket))
}
