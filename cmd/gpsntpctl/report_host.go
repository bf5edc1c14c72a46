package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gpsntpd/server/control"
)

// host is what is to be known of the host below root, one fact in a line.
func host(root string) []byte {
	var b bytes.Buffer
	for _, pattern := range []string{
		"proc/version", "proc/loadavg", "proc/uptime", "proc/device-tree/model", "etc/os-release",
		"sys/devices/system/clocksource/clocksource0/current_clocksource", "sys/devices/system/cpu/online",
		"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
		"sys/class/pps/*/name", "sys/class/pps/*/path", "sys/class/thermal/thermal_zone*/type",
	} {
		files, _ := filepath.Glob(filepath.Join(root, pattern)) // the pattern is right
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				text = []byte(err.Error())
			}
			name := strings.TrimPrefix(file, strings.TrimSuffix(root, "/"))
			for _, line := range strings.Split(strings.Trim(string(text), "\n\x00"), "\n") {
				fmt.Fprintf(&b, "%s: %s\n", name, line)
			}
		}
	}
	return b.Bytes()
}

// concealed stands for what is taken out.
const concealed = "(taken out)"

// secrets are the words of a configuration that stay on this host.
func secrets(all control.Settings) (words []string) {
	for _, s := range all {
		if string(s.Value) == string(s.Default) {
			continue
		}
		var one string
		var several []string
		switch s.Key {
		case "alarms.webhook":
			if json.Unmarshal(s.Value, &one) == nil {
				words = append(words, behind(one)...)
			}
		case "alarms.exec":
			if json.Unmarshal(s.Value, &several) != nil && json.Unmarshal(s.Value, &one) == nil {
				several = []string{one}
			}
			for _, w := range several {
				if len(w) > 2 {
					words = append(words, w)
				}
			}
		}
	}
	return words
}

// behind is what follows the host of a URL, and what precedes it, in all forms in which
// a program might show it: as it was written, as RFC 3986 has it, and decoded.
func behind(address string) (words []string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return []string{address}
	}
	_, after, _ := strings.Cut(address, "://")
	if end := strings.IndexAny(after, "/?#"); end >= 0 {
		if rest := after[end:]; len(rest) > 1 {
			words = append(words, rest, u.RequestURI(), u.Path)
		}
		after = after[:end]
	}
	if i := strings.LastIndexByte(after, '@'); i >= 0 {
		word, decoded := after[:i], u.User.Username()
		words = append(words, word, u.User.String())
		if password, ok := u.User.Password(); ok {
			_, word, _ = strings.Cut(word, ":")
			decoded = password
		}
		words = append(words, word, decoded, url.QueryEscape(decoded))
	}
	// By what is shorter nothing would be kept secret, and all else be made unreadable.
	return slices.DeleteFunc(words, func(w string) bool { return len(w) < 4 })
}

// public is s, of a webhook nothing but scheme and host.
func public(s control.Setting) control.Setting {
	var address string
	if s.Key != "alarms.webhook" || json.Unmarshal(s.Value, &address) != nil {
		return s
	}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		s.Value = fmt.Appendf(nil, "%q", u.Scheme+"://"+u.Host+"/"+concealed)
	}
	return s
}

// conceal takes the secrets out of text.
func conceal(text []byte, words []string) []byte {
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // what is part of another comes after it
	for _, w := range words {
		text = bytes.ReplaceAll(text, []byte(w), []byte(concealed))
		if quoted, err := json.Marshal(w); err == nil { // as it is in JSON
			text = bytes.ReplaceAll(text, quoted[1:len(quoted)-1], []byte(concealed))
		}
	}
	return text
}
