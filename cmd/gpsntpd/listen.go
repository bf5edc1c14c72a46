package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw"
	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
	"gpsntpd/server/udp"
)

// listen opens the sockets of the servers, those of the key exchange after those
// of NTP, whose port it tells.
func (a *appliance) listen() error {
	c, m := a.config, a.machine
	responder := &ntp.Responder{
		Precision: ntp.Precision(func() hw.Time { return m.clock.Read().Time }),
		Keys:      a.keys,
		Ntpq:      ntp.Ntpq{Allow: c.Server.Ntpq, Version: "gpsntpd " + version, Processor: runtime.GOARCH, System: runtime.GOOS},
	}
	servers, err := udp.Listen(udp.Options{
		Addresses: c.Server.Listen, Interface: c.Server.Interface, DSCP: c.Server.DSCP, Workers: c.Server.Workers,
		Inherited: a.inherited(),
		Broadcast: udp.Broadcast{To: c.Server.Broadcast, Interval: c.Server.BroadcastInterval, Key: uint32(c.Server.BroadcastKey)},
		Policy:    &a.rules, Rings: a.nts.rings, NICs: m.nics(),
	}, m.clock, &a.latest, responder)
	if errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w: ports below 1024 are root's, or need CAP_NET_BIND_SERVICE, which the systemd unit has", err)
	}
	if err != nil {
		return err
	}
	port := uint16(0)
	if first, err := netip.ParseAddrPort(servers.Counters()[0].Listen); err == nil {
		port = first.Port()
	}
	if err := a.nts.listen(port, &a.rules); err != nil {
		servers.Close()
		return err
	}
	if err := servers.Unspread(); err != nil {
		a.log.Warn().Err(err).Msg("this kernel does not spread clients over processors: fewer are answered at once")
	}
	a.servers = answering{servers, a.fastPath(responder, servers)}
	return nil
}

// inherited are the sockets that systemd has opened for us. They are open to others
// than this host: what is simulated is not served there.
func (a *appliance) inherited() []*os.File {
	files := activation.Files(true)
	if len(files) == 0 || !a.options.simulated() {
		return files
	}
	for _, f := range files {
		f.Close()
	}
	a.log.Warn().Msg("simulated time is not served on the sockets of systemd")
	return nil
}

// signing reads the symmetric keys.
func signing(c config.Server) (*atomic.Pointer[ntp.Keys], error) {
	symmetric, err := symmetricKeys(c.Keys)
	if err != nil {
		return nil, err
	}
	if n := uint32(c.BroadcastKey); n != 0 && symmetric[n] == nil {
		return nil, errConfig{fmt.Errorf("server.broadcast-key: no key %d in server.keys", n)}
	}
	keys := new(atomic.Pointer[ntp.Keys])
	keys.Store(&symmetric)
	return keys, nil
}

// openControl opens the control socket at path, or in its usual place.
func openControl(path string, log zerolog.Logger) (socket string, listener net.Listener, err error) {
	socket, passed, err := control.Environ().SocketPath(path)
	if err != nil {
		return "", nil, err
	}
	if passed != nil {
		log.Warn().Err(passed).Str("socket", socket).Msg("the control socket is in another place")
	}
	listener, err = control.Listen(socket)
	return socket, listener, err
}
