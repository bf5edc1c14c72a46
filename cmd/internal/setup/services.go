package setup

import (
	"context"
	"slices"
	"strings"

	"gpsntpd/hw/board"
)

// unwanted are units that hold the receiver or the clock, with the code of why.
var unwanted = []struct{ code, unit string }{
	{"getty", "serial-getty@ttyAMA0.service"},
	{"getty", "serial-getty@ttyS0.service"},
	{"getty", "serial-getty@serial0.service"},
	{"hciuart", "hciuart.service"},
	{"gpsd", "gpsd.socket"},
	{"gpsd", "gpsd.service"},
	{"time_daemon", "systemd-timesyncd.service"},
	{"time_daemon", "chrony.service"},
	{"time_daemon", "chronyd.service"},
	{"time_daemon", "ntpsec.service"},
	{"time_daemon", "ntp.service"},
	{"time_daemon", "ntpd.service"},
	{"time_daemon", "openntpd.service"},
}

// Our own.
const (
	daemonUnit = "gpsntpd.service"
	resumeUnit = "gpsntpd-setup.service"
)

// services plans what runs. A time daemon is not stopped before gpsntpd takes its
// place, which its unit does; a login is not cut off before the reboot.
func (s *System) services(ctx context.Context, p *Plan, m board.Model) {
	later := p.Reboot || p.Pending
	found := map[string][]unit{}
	for _, each := range unwanted {
		if each.code == "getty" && p.Port == "" || each.code == "hciuart" && !p.bluetoothOff() {
			continue
		}
		if m.UART == board.UARTRP1 && each.code == "getty" && each.unit != "serial-getty@ttyAMA0.service" {
			continue // another connector
		}
		u, _ := s.look(ctx, each.unit)
		if !u.Enabled && (!u.Active || each.code == "time_daemon" || later) {
			continue
		}
		u.Now = !s.Offline && (each.code == "gpsd" || each.code != "time_daemon" && !later)
		found[each.code] = append(found[each.code], u)
	}
	for _, code := range []string{"getty", "hciuart", "gpsd", "time_daemon"} {
		p.unit(code, found[code]...)
	}
	daemon, there := s.look(ctx, daemonUnit)
	switch {
	case !there:
		p.step("not_installed", Hand, Step{Wanted: "systemctl enable " + daemonUnit})
	case !daemon.Enabled || !daemon.Active && !s.Offline && !later:
		daemon.On, daemon.Now = true, !s.Offline && !later
		p.unit("service", daemon)
	default:
		p.step("service", So, Step{}, "unit", daemonUnit)
	}
	if resume, there := s.look(ctx, resumeUnit); there && !resume.Enabled && later {
		resume.On = true
		p.unit("resume", resume)
	}
	if in, there := s.member(s.User); there && s.User != "" && s.User != "root" {
		if in {
			p.step("group", So, Step{}, "user", s.User)
		} else {
			p.step("group", Todo, Step{Wanted: "gpasswd -a " + s.User + " " + group}, "user", s.User)
			p.group = true
		}
	}
	s.firewall(ctx, p)
}

// bluetoothOff reports whether Bluetooth is switched off, not moved.
func (p *Plan) bluetoothOff() bool {
	for _, st := range p.Steps {
		if st.Code == string(board.PartBluetooth) && strings.HasSuffix(st.Wanted, "disable-bt") {
			return true
		}
	}
	return false
}

// unit adds a step of units that are changed alike.
func (p *Plan) unit(code string, all ...unit) {
	if len(all) == 0 {
		return
	}
	p.units = append(p.units, all...)
	verb := "systemctl disable"
	if all[0].On {
		verb = "systemctl enable"
	}
	if all[0].Now {
		verb += " --now"
	}
	var names, current []string
	for _, u := range all {
		word := "disabled"
		if u.Enabled {
			word = "enabled"
		}
		if u.Active {
			word += ", running"
		}
		if names = append(names, u.Name); !slices.Contains(current, word) {
			current = append(current, word)
		}
	}
	p.step(code, Todo, Step{
		Current: strings.Join(current, "; "), Wanted: verb + " " + strings.Join(names, " "),
	}, "unit", strings.Join(names, ", "))
}

// firewall says how each one lets port 123 in; whether it does already is not asked.
func (s *System) firewall(ctx context.Context, p *Plan) {
	for _, name := range []string{"ufw", "firewalld", "nftables"} {
		if u, _ := s.look(ctx, name+".service"); u.Enabled {
			p.step("firewall_"+name, Hint, Step{}, "unit", u.Name)
		}
	}
}
