package notice

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gpsntpd/server/why"
)

// mostText is how much a message may have, in bytes: WeCom takes no more than 2048.
const mostText = 2000

type messageForms struct{ raised, cleared, trial, warning, critical, remedy, test string }

// messageWords are what is said around a notice, by language. Of titles the values are
// severity, host and code; the name of the program is there for services that let pass
// only what has a keyword in it.
var messageWords = map[why.Language]messageForms{
	why.English: {
		"[%s] gpsntpd on %s: %s", "[cleared] gpsntpd on %[2]s: %[3]s", "[test] gpsntpd on %[2]s", "warning", "critical", "What to do: ",
		"This is a test: someone has asked for it with `gpsntpctl alarms test`. Nothing is wrong.",
	},
	why.Chinese: {
		"【%s】%s 的 gpsntpd：%s", "【已解除】%[2]s 的 gpsntpd：%[3]s", "【测试】%[2]s 的 gpsntpd", "警告", "严重", "处理：",
		"这是一条测试通知，由 `gpsntpctl alarms test` 发出，并没有发生故障。",
	},
}

const testCode = "test"

// Test is a notice of nothing.
func Test(host string, now time.Time, l why.Language) Notice {
	return Notice{Host: host, Code: testCode, Severity: "warning", State: Raised, Time: now, Text: in(l).test}
}

// in is what is said around n in l, or in English.
func in(l why.Language) messageForms {
	if l == why.Chinese {
		return messageWords[l]
	}
	return messageWords[why.English]
}

// title is n in one line.
func (n Notice) title(l why.Language) string {
	words := in(l)
	form, severity := words.raised, words.warning
	if n.Severity == "critical" {
		severity = words.critical
	}
	switch {
	case n.Code == testCode:
		form = words.trial
	case n.State == Cleared:
		form = words.cleared
	}
	return fmt.Sprintf(form, severity, n.Host, n.Code)
}

// body is the rest of n, in lines.
func (n Notice) body(l why.Language) string {
	lines := []string{n.Text}
	if n.Remedy != "" {
		lines = append(lines, in(l).remedy+n.Remedy)
	}
	return strings.Join(append(lines, n.Time.UTC().Format(time.DateTime)+" UTC"), "\n")
}

// message is n for a chat.
func (n Notice) message(l why.Language) string {
	return begun(n.title(l)+"\n"+n.body(l), mostText)
}

// begun is s, or as much of its beginning as fits into this many bytes.
func begun(s string, most int) string {
	if len(s) <= most {
		return s
	}
	const more = "…"
	for most -= len(more); most > 0 && !utf8.RuneStart(s[most]); most-- {
	}
	return s[:most] + more
}
