package udp

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/server/mmsg"
)

// Unspread returns why the kernel does not give each client a worker of its own
// among those of an address; nil when it does. All requests are answered anyway.
func (s *Server) Unspread() error {
	for _, w := range s.workers {
		if w.unspread != nil {
			return w.unspread
		}
	}
	return nil
}

// alone closes all workers of an address but the first, which answers for them:
// each of several that the kernel chooses among at random would know a part of
// what a client does.
func alone(workers []*worker, why error) []*worker {
	for _, w := range workers[1:] {
		w.close()
	}
	workers[0].unspread = fmt.Errorf("one worker answers at %s: %w", workers[0].listen, why)
	return workers[:1]
}

// apart spreads the clients over the workers of one address.
func (o Options) apart(workers []*worker) error {
	if len(workers) == 1 {
		return nil
	}
	by := o.spread
	if by == nil {
		by = spread
	}
	return by(workers[0].family, workers[0].socket, len(workers))
}

// spread has the kernel choose among count sockets of a group by the client's
// address alone, not by its port, which many clients change from request to
// request: what a worker knows of a client serves all its requests. Not every
// kernel can: Linux before 4.5, and what only resembles it.
func spread(f *mmsg.Family, socket, count int) error {
	const golden = 0x9e3779b1 // 2³² over the golden ratio: the upper half of a product with it is a hash
	program := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: f.Sender},
		{Code: unix.BPF_ALU | unix.BPF_MUL | unix.BPF_K, K: golden},
		{Code: unix.BPF_ALU | unix.BPF_RSH | unix.BPF_K, K: 16},
		{Code: unix.BPF_ALU | unix.BPF_MOD | unix.BPF_K, K: uint32(count)},
		{Code: unix.BPF_RET | unix.BPF_A},
	}
	return os.NewSyscallError("SO_ATTACH_REUSEPORT_CBPF",
		unix.SetsockoptSockFprog(socket, unix.SOL_SOCKET, unix.SO_ATTACH_REUSEPORT_CBPF,
			&unix.SockFprog{Len: uint16(len(program)), Filter: unsafe.SliceData(program)}))
}
