package doctor

import (
	"strings"

	"gpsntpd/server/why"
)

// state is one line of the table: a finding that the daemon's chain does not have.
type state struct {
	code     why.Code
	link     why.Part
	severity Severity
	english  words
	chinese  words
}

// words are templates, as those of why: {name} stands for something.
type words struct {
	clause string // what is the case; no full stop
	detail string // sentences with more of it, "" for none
	remedy string // sentences; "" when nothing is to be done
}

// table is every finding of this package; all others are those of why.
func table() (all []state) {
	for _, states := range [][]state{machineStates[:], portStates[:], hostStates[:], serviceStates[:]} {
		all = append(all, states...)
	}
	return all
}

// say adds a finding of our own. The pairs are names in its words and what they
// stand for.
func (e *exam) say(code why.Code, subject string, pairs ...string) {
	for _, s := range table() {
		if s.code != code {
			continue
		}
		w := s.english
		if e.Language == why.Chinese {
			w = s.chinese
		}
		for i := 0; i < len(pairs); i += 2 {
			pairs[i] = "{" + pairs[i] + "}"
		}
		fill := strings.NewReplacer(append(pairs, "{subject}", subject)...).Replace
		seen := e.Language.Capital(fill(w.clause))
		if w.detail != "" {
			seen = e.Language.Join(seen, fill(w.detail))
		}
		e.found = append(e.found, Finding{Code: code, Severity: s.severity, Subject: subject, Seen: seen, Remedy: fill(w.remedy), Link: s.link})
	}
}

// tell adds a finding in the words of why, by these facts.
func (e *exam) tell(code why.Code, subject string, f *why.Facts) {
	s := why.Known(code)
	seen, remedy := f.Tell(code, e.Language)
	if strings.Contains(s.English.Detail, "_for}") && f.Receiver.For == 0 && f.Pulse.For == 0 { // one look tells no time
		seen = f.Sentence(code, e.Language)
	}
	e.found = append(e.found, Finding{Code: code, Severity: severity(s.Part, code, s.Condition), Subject: subject, Seen: seen, Remedy: remedy, Link: s.Part})
}

// linkNames are what the links are called that are none of why's.
var linkNames = map[why.Part][2]string{
	linkBoard: {"board", "主板"}, linkPower: {"power", "供电"}, linkConfig: {"configuration", "配置"}, linkKernel: {"kernel", "内核"},
	linkOverlay: {"overlay", "overlay"}, linkUART: {"UART", "UART"}, linkAccess: {"access", "权限"}, linkSocket: {"socket", "套接字"},
	linkFirewall: {"firewall", "防火墙"}, linkAnswers: {"answers", "应答"}, linkClients: {"clients", "客户端"}, linkRTC: {"RTC", "RTC"},
}

// LinkName is what a link is called in a language.
func LinkName(p why.Part, l why.Language) string {
	names, ok := linkNames[p]
	switch {
	case !ok:
		return p.Name(l)
	case l == why.Chinese:
		return names[1]
	}
	return names[0]
}

var severityNames = map[Severity]string{OK: "正常", Note: "提示", Warning: "警告", Fault: "故障", Unknown: "未知"}

// Name is what s is called in a language.
func (s Severity) Name(l why.Language) string {
	if l == why.Chinese {
		return severityNames[s]
	}
	return string(s)
}
