package doctor

import (
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/why"
)

func itoa(n int) string { return strconv.Itoa(n) }

// counts are how many edges the kernel has seen of each pulse device, by edge.
type counts map[string]map[string]string

// pulses reads them: assert and clear are "SECONDS#COUNT", of an edge that was never
// seen "0.000000000#0".
func (h *Host) pulses() counts {
	all := counts{}
	for _, name := range h.glob("/sys/class/pps/pps*") {
		all[filepath.Base(name)] = map[string]string{"assert": h.text(name + "/assert"), "clear": h.text(name + "/clear")}
	}
	return all
}

// edge is the one that was seen between two readings of a device: the one that is
// configured, if it was.
func edge(before, after map[string]string, configured string) string {
	other := map[string]string{"assert": "clear", "clear": "assert"}[configured]
	for _, e := range []string{configured, other} {
		_, count, _ := strings.Cut(after[e], "#")
		_, first, _ := strings.Cut(before[e], "#")
		if count != "" && count != first {
			return e
		}
	}
	return ""
}

// pulse says what the kernel sees of pulses, when no daemon tells.
func (e *exam) pulse(before, after counts) {
	configured, kind := e.Config.Pulse.Device, e.Config.Pulse.Source().Kind
	if kind == config.NoPulse || kind == config.PulseDCD && len(after) == 0 {
		return // its device comes with the daemon
	}
	if len(after) == 0 {
		e.tell(why.PulseMissing, configured, &why.Facts{Pulse: why.Pulse{Device: why.Device{Path: configured}}})
		return
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		now := after[name]
		path, folder := "/dev/"+name, "/sys/class/pps/"+name
		seen := edge(before[name], now, e.Config.Pulse.Edge)
		words := []string{"where", where(e.text(folder+"/name"), e.text(folder+"/path")), "edge", seen}
		switch {
		case seen == e.Config.Pulse.Edge:
			e.say(pulseSeen, path, words...)
		case seen != "":
			e.say(pulseOther, path, words...)
		case len(after) == 1 || configured == path || configured == name:
			e.tell(why.PulseSilent, path, &why.Facts{Pulse: why.Pulse{Device: why.Device{Path: path, For: pauseFor}}})
		}
	}
}
