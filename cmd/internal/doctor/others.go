package doctor

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gpsntpd/hw/holders"
	"gpsntpd/server/why"
)

// rivalPrograms steer clocks, by what they call themselves in /proc, where a name has 15
// bytes, and the unit that each one is.
var rivalPrograms = map[string]string{
	"systemd-timesyn": "systemd-timesyncd", "chronyd": "chrony", "ntpd": "ntpsec", "openntpd": "openntpd", "phc2sys": "phc2sys",
}

// processes are the programs that run, by process.
func (h *Host) processes() map[string]string {
	all := map[string]string{}
	for _, name := range h.glob("/proc/[0-9]*/comm") {
		all[filepath.Base(filepath.Dir(name))] = h.text(name)
	}
	return all
}

// steering are the programs that steer the clock, ours apart, by unit. One that was told
// not to (chronyd -x) is none.
func (h *Host) steering() (found []string) {
	for id, name := range h.processes() {
		words := strings.Split(h.text("/proc/"+id+"/cmdline"), "\x00")
		if unit, ok := rivalPrograms[name]; ok && !slices.Contains(words, "-x") {
			found = append(found, unit)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// Steering names the programs that steer this host's clock, gpsntpd apart.
func Steering() []string { return (&Host{}).steering() }

// rivals tells which programs steer the clock beside us.
func (e *exam) rivals() {
	found := e.steering()
	if len(found) == 0 {
		e.tell(why.NobodyElse, "", &why.Facts{})
	}
	for _, unit := range found {
		e.tell(why.RivalRunning, unit, &why.Facts{Rival: unit})
	}
}

// ports are the UDP ports that NTP is to be served on.
func (e *exam) servedPorts() (all []string) {
	for _, listen := range e.listens() {
		if _, port, err := net.SplitHostPort(listen); err == nil && !slices.Contains(all, port) {
			all = append(all, port)
		}
	}
	return all
}

// listens are the addresses that NTP is served on, or is to be.
func (e *exam) listens() (all []string) {
	if !e.Answers {
		return e.Config.Server.Listen
	}
	for _, l := range e.Status.Servers {
		all = append(all, l.Listen)
	}
	return all
}

// socket is one of /proc/net/udp.
type socket struct {
	local netip.AddrPort
	inode string
}

// parseSockets reads /proc/net/udp or udp6: "sl local_address rem_address st
// tx_queue:rx_queue tr:when retrnsmt uid timeout inode …", addresses as words of the
// host's byte order in hexadecimal, which is little endian on all that we build for.
func parseSockets(text string) (all []socket) {
	for line := range strings.Lines(text) {
		w := strings.Fields(line)
		if len(w) < 10 {
			continue
		}
		address, port, _ := strings.Cut(w[1], ":")
		bytes, err := hex.DecodeString(address)
		n, err2 := strconv.ParseUint(port, 16, 16)
		if err != nil || err2 != nil || len(bytes)%4 != 0 {
			continue
		}
		for i := 0; i < len(bytes); i += 4 {
			slices.Reverse(bytes[i : i+4])
		}
		if ip, ok := netip.AddrFromSlice(bytes); ok {
			all = append(all, socket{netip.AddrPortFrom(ip, uint16(n)), w[9]})
		}
	}
	return all
}

// sockets tells who has the ports of NTP.
func (e *exam) sockets() {
	bound := append(parseSockets(e.text("/proc/net/udp")), parseSockets(e.text("/proc/net/udp6"))...)
	for _, port := range e.servedPorts() {
		i := slices.IndexFunc(bound, func(s socket) bool { return strconv.Itoa(int(s.local.Port())) == port })
		switch {
		case e.Answers:
			e.say(socketOurs, port)
		case i < 0:
			e.say(socketFree, port)
		default:
			e.taken(port, bound[i].inode)
		}
	}
}

// taken tells who has a port that is not ours.
func (e *exam) taken(port, inode string) {
	holder, ok := e.socketHolder(inode)
	switch {
	case !ok:
		e.say(socketUnseen, port)
	case holder.Command == "gpsntpd":
		e.say(socketOurs, port)
	default:
		e.say(socketTaken, port, "holder", holder.String(), "unit", cmp.Or(rivalPrograms[holder.Command], holder.Command))
	}
}

// socketHolder is the process that has a socket open, as far as this one may see.
func (e *exam) socketHolder(inode string) (holders.Holder, bool) {
	for id, name := range e.processes() {
		for _, fd := range e.glob("/proc/" + id + "/fd/*") {
			if e.link(fd) == fmt.Sprintf("socket:[%s]", inode) {
				pid, _ := strconv.Atoi(id)
				return holders.Holder{PID: pid, Command: name}, true
			}
		}
	}
	return holders.Holder{}, false
}
