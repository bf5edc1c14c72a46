package udp

import (
	"os"

	"golang.org/x/sys/unix"
)

// arrivals is how a worker waits for what comes at its socket: a poll descriptor that
// asks for nothing else, which the runtime's poller sees as a file with something to
// read. If it had the socket, it would wake up a thread also when an answer has left and
// its memory is free again: it always wants to know when it can write.
type arrivals struct {
	*os.File
	poll, socket int
	awaited      bool
}

// newArrivals returns those of a socket, also beside an error.
func newArrivals(socket int) (arrivals, error) {
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return arrivals{}, os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(poll, true); err != nil { // or the runtime would not wait for it
		unix.Close(poll)
		return arrivals{}, os.NewSyscallError("fcntl", err)
	}
	a := arrivals{File: os.NewFile(uintptr(poll), "arrivals"), poll: poll, socket: socket}
	return a, a.await()
}

// await has the poller told of what is there and of what comes.
func (a *arrivals) await() error {
	if a.awaited {
		return nil
	}
	a.awaited = true
	return os.NewSyscallError("epoll_ctl",
		unix.EpollCtl(a.poll, unix.EPOLL_CTL_ADD, a.socket, &unix.EpollEvent{Events: unix.EPOLLIN}))
}

// ignore spares the kernel to tell of each datagram that comes or leaves, while there
// is no wait.
func (a *arrivals) ignore() error {
	if !a.awaited {
		return nil
	}
	a.awaited = false
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(a.poll, unix.EPOLL_CTL_DEL, a.socket, nil))
}
