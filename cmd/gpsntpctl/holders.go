package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	use "gpsntpd/hw/holders"
	"gpsntpd/server/control"
)

// holder is a process that has a device open or locked.
type holder struct {
	Device  string `json:"device"`
	PID     int    `json:"pid"`
	Command string `json:"command"`
	Advice  string `json:"advice"` // what to do about it
}

func newHolders(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "holders DEVICE…",
		Short: "Show which programs have a serial port or another device open",
		Long: "Holders names the processes that have a device open, and says what to do\n" +
			"about them. It sees those of other users when root runs it.\n" +
			"Exit status: 0 it has looked, 66 there is no such device.",
		Example: "  sudo gpsntpctl holders /dev/ttyAMA0 /dev/pps0",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, devices []string) error {
			var out []byte
			for _, device := range devices {
				found, err := holders(device)
				if err != nil {
					return failure{exitNoInput, err}
				}
				text := []byte(holdersText(device, found, f.style(c)))
				if f.json {
					text = holdersJSON(found)
				}
				out = append(out, text...)
			}
			if !root() {
				fmt.Fprintln(c.ErrOrStderr(), "gpsntpctl: only your own processes were looked into; root sees all.")
			}
			return write(c.OutOrStdout(), out)
		},
	}
}

// heldBy names, for root, who holds a serial port that is busy.
func heldBy(r *control.Receiver, p screen.Style) string {
	if r.State != hw.Busy || !root() {
		return ""
	}
	found, err := holders(r.Device)
	if err != nil || len(found) == 0 { // gone in the meantime
		return ""
	}
	return "\n" + holdersText(r.Device, found, p)
}

// holders are the processes that use the device at path, each with what to do about it.
func holders(path string) ([]holder, error) {
	all, err := use.Root("").Of(path)
	var found []holder
	for _, h := range all {
		found = append(found, holder{path, h.PID, h.Command, advice(h.Command, path, screen.Style{})})
	}
	return found, err
}

func root() bool { return os.Geteuid() == 0 }

func holdersText(device string, found []holder, p screen.Style) string {
	if len(found) == 0 {
		return p.Say("%s: no program has it open.", device) + "\n"
	}
	var b strings.Builder
	for _, h := range found {
		b.WriteString(p.Say("%s is held by %s, process %d.", device, h.Command, h.PID) + "\n  " + advice(h.Command, device, p) + "\n")
	}
	return b.String()
}

// holdersJSON is a line for each holder.
func holdersJSON(found []holder) []byte {
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	for _, h := range found {
		lines.Encode(h) // plain values, into memory
	}
	return b.Bytes()
}

// advice says what to do about a program that has the device open.
func advice(command, device string, p screen.Style) string {
	unit := ""
	switch command {
	case "gpsd":
		unit = "gpsd.socket gpsd.service"
	case "agetty", "getty", "login":
		port := filepath.Base(device)
		if real, err := filepath.EvalSymlinks(device); err == nil {
			port = filepath.Base(real)
		}
		unit = "serial-getty@" + port + ".service"
	case "ModemManager", "brltty", "ntpd", "ntpsec":
		unit = command + ".service"
	case "chronyd":
		unit = "chrony.service"
	case "gpsntpd":
		return p.Say("It is gpsntpd; one of them is enough.")
	default:
		return p.Say("Stop it, or have gpsntpd use another port: receiver.device.")
	}
	return p.Say("Stop it: sudo systemctl disable --now %s", unit)
}
