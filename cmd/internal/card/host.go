package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Host is what host.toml says. What it does not say stays as it is.
type Host struct {
	Name    string   `toml:"name"`
	Keys    []string `toml:"ssh-keys"`  // of those who may log in
	Pin     *int     `toml:"pulse-pin"` // GPIO of the pulse
	Network Network  `toml:"network"`

	daemon  []byte // gpsntpd's own configuration, from gpsntpd.toml
	absent  bool   // there is no host.toml
	unknown bool   // what it says of the network is wrong, or it cannot be read
}

// Network is how the host reaches the network; the zero value is by DHCP.
type Network struct {
	Addresses []string `toml:"addresses"` // with the length of the prefix
	Gateways  []string `toml:"gateways"`
	DNS       []string `toml:"dns"`
}

// mostBytes of a file are read.
const mostBytes = 1 << 20

// read reads what is on the boot partition. What is wrong there counts for nothing,
// and the error says all of it.
func read(boot string) (Host, error) {
	h := Host{unknown: true}
	text, err := readText(filepath.Join(boot, "host.toml"))
	if err == nil {
		h, err = parse(text)
	} else if errors.Is(err, fs.ErrNotExist) {
		h.absent, err = true, nil
	}
	name := filepath.Join(boot, "gpsntpd.toml")
	daemon, wrong := readText(name)
	if errors.Is(wrong, fs.ErrNotExist) {
		return h, err
	}
	if wrong == nil {
		wrong = check(name)
	}
	if wrong == nil {
		h.daemon = daemon
	}
	return h, errors.Join(err, wrong)
}

// check has gpsntpd judge its configuration.
var check = func(name string) error { return command("", "/usr/sbin/gpsntpd", "--check", name) }

// readText reads a file that may come from an editor of another system.
func readText(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > mostBytes {
		return nil, fmt.Errorf("%s has more than %d bytes", name, mostBytes)
	}
	text, err := os.ReadFile(name)
	return bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\r\n"), []byte("\n")), err
}

// parse reads the text of host.toml.
func parse(text []byte) (Host, error) {
	var h Host
	d := toml.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(unknown.Errors) > 0 {
			first := unknown.Errors[0]
			line, _ := first.Position()
			return Host{unknown: true}, fmt.Errorf("host.toml:%d: there is no key %s", line, strings.Join(first.Key(), "."))
		}
		if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, _ := wrong.Position()
			return Host{unknown: true}, fmt.Errorf("host.toml:%d: %s", line, strings.TrimPrefix(wrong.Error(), "toml: "))
		}
		return Host{unknown: true}, fmt.Errorf("host.toml: %w", err)
	}
	return h, h.judge()
}

// label is one part of a name (RFC 1123, section 2.1).
var label = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

// judge takes out what is wrong, and says what that is: whoever made one mistake may
// still log in.
func (h *Host) judge() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("host.toml: "+format, args...)) }
	if h.Name != "" && !label.MatchString(h.Name) {
		wrong("name: %q is no host's name: letters, digits and - alone, at most 63, no dots", h.Name)
		h.Name = ""
	}
	var keys []string
	for i, key := range h.Keys {
		if err := judgeKey(key); err != nil {
			wrong("ssh-keys, number %d: %w", i+1, err)
			continue
		}
		keys = append(keys, strings.TrimSpace(key))
	}
	h.Keys = keys
	if pin := h.Pin; pin != nil && (*pin < 0 || *pin > 27) {
		wrong("pulse-pin: the header has GPIO 0 to 27, not %d", *pin)
		h.Pin = nil
	} else if pin != nil && (*pin == 14 || *pin == 15) {
		wrong("pulse-pin: GPIO %d is the serial port's", *pin)
		h.Pin = nil
	}
	if err := h.Network.judge(); err != nil {
		wrong("%w", err)
		h.Network, h.unknown = Network{}, true
	}
	return errors.Join(errs...)
}

// judge says what is wrong with it. Half a network is none.
func (n Network) judge() error {
	for _, a := range n.Addresses {
		if p, err := netip.ParsePrefix(a); err != nil || p.Addr().IsUnspecified() {
			return fmt.Errorf("network.addresses: %q is no address with the length of its prefix, such as 192.168.1.5/24", a)
		}
	}
	for _, a := range slices.Concat(n.Gateways, n.DNS) {
		if _, err := netip.ParseAddr(a); err != nil {
			return fmt.Errorf("network: %q is no address", a)
		}
	}
	if len(n.Gateways) > 0 && len(n.Addresses) == 0 {
		return errors.New("network.gateways: it takes network.addresses, too")
	}
	return nil
}

// judgeKey says what is wrong with a public key (RFC 4253, section 6.6, as OpenSSH
// writes it).
func judgeKey(key string) error {
	if strings.ContainsAny(key, "\n\r") {
		return errors.New("it has more than one line")
	}
	if strings.Contains(key, "PRIVATE KEY") {
		return errors.New("this is a private key: make a new one, and take the line of the file .pub")
	}
	fields := strings.Fields(key)
	if len(fields) < 2 {
		return errors.New("it is no line of a file .pub, such as \"ssh-ed25519 AAAA… you@desk\"")
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil || len(blob) < 4 {
		return fmt.Errorf("%s is not whole", fields[0])
	}
	size := binary.BigEndian.Uint32(blob)
	if rest := blob[4:]; uint64(size) >= uint64(len(rest)) || string(rest[:size]) != fields[0] {
		return fmt.Errorf("%s is not what it begins with", fields[0])
	}
	return nil
}
