package doctor

import (
	"regexp"
	"strings"
)

// firewall reports whether one of this host keeps requests out. It reads what the tools
// print, which only root may have, and the files of those that others may read.
func (e *exam) firewall() {
	for _, port := range e.servedPorts() {
		if port != "123" {
			continue // what is on another port is mostly for this host
		}
		switch tool, command, seen := e.shut(port); {
		case tool != "":
			e.say(firewallBlocks, port, "tool", tool, "command", command)
		case seen:
			e.say(firewallOpen, port)
		default:
			e.say(firewallUnread, port)
		}
	}
}

// shut is the tool that keeps the port shut, and the command that opens it; seen is
// false where it cannot be told.
func (e *exam) shut(port string) (tool, command string, seen bool) {
	if strings.Contains(e.text("/etc/ufw/ufw.conf"), "ENABLED=yes") {
		rules := e.text("/etc/ufw/user.rules") + e.Run(e.ctx, "ufw", "status")
		if rules == "" {
			return "", "", false
		}
		return blocked(!opensUFW(rules, port), "ufw", "sudo ufw allow "+port+"/udp")
	}
	if e.running("firewalld") {
		if services := e.Run(e.ctx, "firewall-cmd", "--list-all"); services != "" {
			return blocked(!opensFirewalld(services, port), "firewalld", "sudo firewall-cmd --permanent --add-service=ntp && sudo firewall-cmd --reload")
		}
		return "", "", false
	}
	if rules := e.Run(e.ctx, "nft", "list", "ruleset"); rules != "" {
		return blocked(shutsNFT(rules, port), "nftables", "sudo nft insert rule inet filter input udp dport "+port+" accept")
	}
	if rules := e.Run(e.ctx, "iptables", "-S", "INPUT"); rules != "" {
		return blocked(shutsIPTables(rules, port), "iptables", "sudo iptables -I INPUT -p udp --dport "+port+" -j ACCEPT")
	}
	return "", "", e.root() // root sees all that there is
}

func blocked(shut bool, tool, command string) (string, string, bool) {
	if !shut {
		return "", "", true
	}
	return tool, command, true
}

func (e *exam) running(program string) bool {
	for _, name := range e.processes() {
		if name == program {
			return true
		}
	}
	return false
}

// opensUFW reads user.rules ("### tuple ### allow udp 123 …") or ufw status ("123/udp
// ALLOW Anywhere").
func opensUFW(rules, port string) bool {
	return regexp.MustCompile(`(?m)^### tuple ### allow (udp|any) `+port+` |^(`+port+`(/udp)?|NTP) +ALLOW|^Status: inactive`).MatchString(rules) ||
		strings.Contains(rules, "--dport "+port+" -j ACCEPT")
}

// opensFirewalld reads firewall-cmd --list-all.
func opensFirewalld(text, port string) bool {
	return regexp.MustCompile(`(?m)^\s*services:.*\bntp\b|^\s*ports:.*\b` + port + `/udp\b|^\s*target: ACCEPT`).MatchString(text)
}

// inputHook is a chain that filters what comes in: up to its closing brace.
var inputHook = regexp.MustCompile(`(?s)type filter hook input [^;]*; policy (\w+);(.*?)\n\t}`)

// shutsNFT reads nft list ruleset: a base chain at the input that drops what no rule
// accepts, by its policy or its last rule. What jumps elsewhere is not followed, and
// counts as open.
func shutsNFT(rules, port string) bool {
	for _, m := range inputHook.FindAllStringSubmatch(rules, -1) {
		policy, body := m[1], strings.TrimSpace(m[2])
		last := body[strings.LastIndexByte(body, '\n')+1:]
		drops := policy == "drop" || bare.MatchString(last)
		accepts := regexp.MustCompile(`(?m)^\s*(meta l4proto (udp|\{[^}]*\budp\b[^}]*\}) )?(udp|th) dport (\{[^}]*\b(` + port + `|ntp)\b[^}]*\}|(` + port + `|ntp)\b).*accept`).MatchString(body)
		if drops && !accepts && !strings.Contains(body, "jump ") && !strings.Contains(body, "goto ") {
			return true
		}
	}
	return false
}

// bare is a rule for everything that is left.
var bare = regexp.MustCompile(`^\s*(counter (packets \d+ bytes \d+ )?)?(drop|reject)\b`)

// shutsIPTables reads iptables -S INPUT in the same way.
func shutsIPTables(rules, port string) bool {
	last := ""
	for line := range strings.Lines(rules) {
		if strings.HasPrefix(line, "-A INPUT") {
			last = strings.TrimSpace(line)
		}
	}
	drops := strings.Contains(rules, "-P INPUT DROP") || last == "-A INPUT -j DROP" || strings.HasPrefix(last, "-A INPUT -j REJECT")
	accepts := regexp.MustCompile(`(?m)^-A INPUT .*-p udp .*--dports? [0-9,]*\b` + port + `\b.*-j ACCEPT|^-A INPUT -j (ACCEPT|[a-zA-Z_-]*[a-z][a-zA-Z_-]*)\s*$`).MatchString(rules)
	return drops && !accepts
}
