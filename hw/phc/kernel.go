package phc

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// kernel is the real network.
type kernel struct{ folder string } // where it tells of its interfaces

// linux is the kernel that we run on.
var linux = kernel{"/sys/class/net"}

// interfaces lists those that could stamp.
func (kernel) interfaces() ([]net.Interface, error) { return net.Interfaces() }

// enable has an interface stamp all that it receives, unless someone has done so
// already, and returns its clock. The error's state says why there is none.
func (kernel) enable(name string) (clock, error) {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, &failure{hw.StampsFailed, os.NewSyscallError("socket", err)}
	}
	defer unix.Close(socket)
	can, err := unix.IoctlGetEthtoolTsInfo(socket, name)
	switch filter := filterOf(can); {
	case err != nil || filter == unix.HWTSTAMP_FILTER_NONE:
		return nil, &failure{hw.StampsUnsupported, os.NewSyscallError("ETHTOOL_GET_TS_INFO", err)}
	default:
		if err := switchOn(socket, name, filter); err != nil {
			return nil, err
		}
	}
	d, err := Open(fmt.Sprintf("/dev/ptp%d", can.Phc_index))
	if err != nil {
		return nil, err // and not a clock without a value
	}
	return d, nil
}

// enabled reports whether an interface stamps.
func (kernel) enabled(name string) bool {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return true // nothing is known
	}
	defer unix.Close(socket)
	has, err := unix.IoctlGetHwTstamp(socket, name)
	return err != nil || stampsAll(has.Rx_filter) // some drivers cannot say
}

// speed returns the speed of an interface's link in Mb/s; 0: unknown, as while it
// is down.
func (k kernel) speed(name string) int {
	speed, err := strconv.Atoi(k.attribute(name, "speed"))
	if err != nil {
		return 0
	}
	return max(speed, 0) // the kernel's word for unknown is -1
}

// changes counts how often the link of an interface has come or gone. Unlike its
// speed, for which the kernel locks its interfaces, that costs nothing to tell.
func (k kernel) changes(name string) string { return k.attribute(name, "carrier_changes") }

// tag returns how many bytes an interface that is a VLAN adds to its frames.
func (k kernel) tag(name string) int {
	if strings.Contains(k.attribute(name, "uevent")+"\n", "DEVTYPE=vlan\n") {
		return 4 // IEEE 802.1Q
	}
	return 0
}

// attribute is what the kernel says of an interface; "" when it does not.
func (k kernel) attribute(name, what string) string {
	text, _ := os.ReadFile(filepath.Join(k.folder, name, what))
	return strings.TrimSpace(string(text))
}

// filterOf returns which of the filters of an interface lets all of NTP through;
// none, if it cannot stamp for us.
func filterOf(can *unix.EthtoolTsInfo) int32 {
	const needed = unix.SOF_TIMESTAMPING_RX_HARDWARE | unix.SOF_TIMESTAMPING_RAW_HARDWARE
	if can == nil || can.So_timestamping&needed != needed || can.Phc_index < 0 {
		return unix.HWTSTAMP_FILTER_NONE
	}
	for _, filter := range []int32{unix.HWTSTAMP_FILTER_NTP_ALL, unix.HWTSTAMP_FILTER_ALL} {
		if can.Rx_filters&(1<<filter) != 0 {
			return filter
		}
	}
	return unix.HWTSTAMP_FILTER_NONE
}

// stampsAll reports whether a filter lets all of NTP through.
func stampsAll(filter int32) bool {
	return filter == unix.HWTSTAMP_FILTER_ALL || filter == unix.HWTSTAMP_FILTER_NTP_ALL
}

// switchOn sets the filter of an interface. What it does with what is sent is
// someone else's choice.
func switchOn(socket int, name string, filter int32) error {
	has, err := unix.IoctlGetHwTstamp(socket, name)
	if err == nil && stampsAll(has.Rx_filter) {
		return nil
	}
	wanted := unix.HwTstampConfig{Rx_filter: filter}
	if err == nil {
		wanted.Tx_type = has.Tx_type
	}
	switch err := unix.IoctlSetHwTstamp(socket, name, &wanted); {
	case errors.Is(err, unix.EPERM):
		return &failure{hw.StampsDenied, os.NewSyscallError("SIOCSHWTSTAMP", err)}
	case err != nil:
		return &failure{hw.StampsFailed, os.NewSyscallError("SIOCSHWTSTAMP", err)}
	case !stampsAll(wanted.Rx_filter): // the driver says what it has set instead
		return &failure{hw.StampsUnsupported, nil}
	}
	return nil
}
