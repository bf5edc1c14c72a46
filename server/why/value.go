package why

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gpsntpd/hw"
	"gpsntpd/server/human"
)

// values writes each fact that a text may have in braces, by its name, in a language.
var values = map[string]func(f *Facts, l Language) string{
	// The clock and its host.
	"clock_for":  func(f *Facts, l Language) string { return l.Duration(f.Clock.For) },
	"silence":    func(f *Facts, l Language) string { return l.Duration(f.Clock.Silence) },
	"agreed":     func(f *Facts, l Language) string { return l.Duration(f.Clock.Agreed) },
	"safe_until": func(f *Facts, l Language) string { return safeUntil(&f.Clock) },
	"bound":      func(f *Facts, l Language) string { return human.Bound(f.Clock.Bound) },
	"of_edge":    func(f *Facts, l Language) string { return l.ofEdge(&f.Clock) },
	"edge":       func(f *Facts, l Language) string { return human.Bound(f.Clock.Edge) },
	"limit":      func(f *Facts, l Language) string { return human.Bound(f.Clock.Limit) },
	"servers":    func(f *Facts, l Language) string { return l.servers(f.Clock.Servers) },
	"stratum":    func(f *Facts, l Language) string { return strconv.Itoa(int(f.Clock.Stratum)) },
	"samples":    func(f *Facts, l Language) string { return strconv.FormatUint(f.Clock.Samples, 10) },
	"outliers":   func(f *Facts, l Language) string { return percent(f.Clock.Outliers) },
	"host":       func(f *Facts, l Language) string { return l.host(f.Operation) },
	"jumped_ago": func(f *Facts, l Language) string { return l.Duration(f.Jumped) },
	"moved_ago":  func(f *Facts, l Language) string { return l.Duration(f.Moved) },
	"moved_by":   func(f *Facts, l Language) string { return human.Seconds(f.MovedBy) },
	"rival":      func(f *Facts, l Language) string { return known(f.Rival) },
	"sensor":     func(f *Facts, l Language) string { return known(f.Sensor.Path) },
	"stored_at":  func(f *Facts, l Language) string { return known(f.StoredAt) },
	"socket":     func(f *Facts, l Language) string { return known(f.Socket) },
	"late":       func(f *Facts, l Language) string { return human.Seconds(f.Late) },

	// The receiver.
	"receiver": func(f *Facts, l Language) string { return known(f.Receiver.Path) },
	"port": func(f *Facts, l Language) string {
		return known(f.Receiver.Path[strings.LastIndexByte(f.Receiver.Path, '/')+1:])
	},
	"holder": func(f *Facts, l Language) string {
		return cmp.Or(f.Receiver.Holder, l.pick(true, "another program", "其他程序"))
	},
	"often": func(f *Facts, l Language) string {
		return l.pick(f.Receiver.Holder == "", "Often it is gpsd or a login console.", "常见的是 gpsd 或登录控制台 (getty)。")
	},
	"beside":       func(f *Facts, l Language) string { return l.beside(hw.State(f.Receiver.Beside), f.Receiver.Holder) },
	"left_alone":   func(f *Facts, l Language) string { return l.leftAlone(&f.Receiver) },
	"receiver_for": func(f *Facts, l Language) string { return l.Duration(f.Receiver.For) },
	"at_baud": func(f *Facts, l Language) string {
		n := f.Receiver.Baud
		return l.pick(n > 0, fmt.Sprintf(" at %d baud", n), fmt.Sprintf("，波特率 %d", n))
	},
	"used":       func(f *Facts, l Language) string { return strconv.Itoa(max(f.Receiver.Used, 0)) },
	"used_count": func(f *Facts, l Language) string { return usedCount(max(f.Receiver.Used, 0)) },
	"with_used": func(f *Facts, l Language) string {
		n := f.Receiver.Used
		return l.pick(n > 0, fmt.Sprintf(" with %d satellites", n), fmt.Sprintf("，使用 %d 颗卫星", n))
	},
	"with_view": func(f *Facts, l Language) string {
		n := f.Receiver.InView
		return l.pick(n >= 0, fmt.Sprintf(" (%d satellites in view)", n), fmt.Sprintf("（可见 %d 颗卫星）", n))
	},
	"no_fix_for": func(f *Facts, l Language) string { return l.Duration(f.Receiver.NoFix) },

	// Its pulse.
	"pulse":      func(f *Facts, l Language) string { return known(f.Pulse.Path) },
	"pulse_for":  func(f *Facts, l Language) string { return l.Duration(f.Pulse.For) },
	"other_edge": func(f *Facts, l Language) string { return otherEdge(f.Pulse.Edge) },
	"width": func(f *Facts, l Language) string {
		width := human.Seconds(f.Pulse.Width)
		return l.pick(f.Pulse.Width > 0, " ("+width+")", "（"+width+"）")
	},
	"apart": func(f *Facts, l Language) string {
		apart := fmt.Sprintf("%.6f", f.Pulse.Interval.Seconds())
		return l.pick(f.Pulse.Interval > 0, " ("+apart+" s apart)", "（间隔 "+apart+" 秒）")
	},
	"with_margin": func(f *Facts, l Language) string {
		margin := human.Seconds(f.Pairing.Margin)
		return l.pick(f.Pairing.Margin > 0, ", with a margin of "+margin, "，余量 "+margin)
	},
	"with_latency": func(f *Facts, l Language) string {
		latency := human.Seconds(f.Pairing.Latency)
		return l.pick(f.Pairing.Latency > 0, " ("+latency+" after it)", "（在脉冲之后 "+latency+"）")
	},

	// Who is asked beside it.
	"within":    func(f *Facts, l Language) string { return human.Bound(time.Duration(f.Witness.Verdict.Within * 1e9)) },
	"witnesses": func(f *Facts, l Language) string { return l.witnesses(&f.Witness) },
	"no_answer": func(f *Facts, l Language) string { return l.Duration(f.Witness.Silence) },
	"liar":      func(f *Facts, l Language) string { return known(f.Witness.Liar) },

	// What serves the time.
	"recent":       func(f *Facts, l Language) string { return strconv.FormatUint(f.NTP.Recent.Requests, 10) },
	"denied":       func(f *Facts, l Language) string { return f.NTP.Recent.share(f.NTP.Recent.Denied) },
	"rate_limited": func(f *Facts, l Language) string { return f.NTP.Recent.share(f.NTP.Recent.RateLimited) },
	"bad_keys":     func(f *Facts, l Language) string { return f.NTP.Recent.share(f.NTP.Recent.BadKeys) },
	"send_failed":  func(f *Facts, l Language) string { return f.NTP.Recent.share(f.NTP.Recent.SendFailed) },
	"lost": func(f *Facts, l Language) string {
		r := &f.NTP.Recent
		return percent(float64(r.Lost) / float64(max(r.Requests+r.Lost, 1)))
	},
	"nts_left":  func(f *Facts, l Language) string { return l.Duration(f.NTS.Left) },
	"nts_ago":   func(f *Facts, l Language) string { return l.Duration(-f.NTS.Left) },
	"leap_left": func(f *Facts, l Language) string { return l.Duration(f.Leap.Left) },
	"leap_ago":  func(f *Facts, l Language) string { return l.Duration(-f.Leap.Left) },
}

// value is the fact called name, written in a language.
func (f *Facts) value(name string, l Language) string {
	if write := values[name]; write != nil {
		return write(f, l)
	}
	return "{" + name + "}" // a mistake in the table, for its test
}

// witnesses is how many servers answer, and how many are asked.
func (l Language) witnesses(w *Witness) string {
	switch {
	case l == Chinese:
		return fmt.Sprintf("共 %d 台服务器，%d 台有应答", w.Servers, w.Answering)
	case w.Servers == 1:
		return fmt.Sprintf("%d of 1 server answers", w.Answering)
	}
	return fmt.Sprintf("%d of %d servers answer", w.Answering, w.Servers)
}

func safeUntil(c *Clock) string { return human.Moment(c.Until, c.Until.Add(-c.GoodFor)) + " UTC" }

func usedCount(n int) string {
	if n == 1 {
		return "1 satellite is"
	}
	return fmt.Sprintf("%d satellites are", n)
}

func otherEdge(edge string) string {
	if edge == "assert" {
		return "clear"
	}
	return "assert"
}

// share is n as a part of the requests.
func (r *Recent) share(n uint64) string { return percent(float64(n) / float64(max(r.Requests, 1))) }

// Duration is human.Duration with the units of a language.
func (l Language) Duration(d time.Duration) string {
	text := human.Duration(d)
	if l != Chinese {
		return text
	}
	words := strings.Fields(text)
	if len(words) == 2 && words[1] == "min" {
		return words[0] + " 分钟"
	}
	for i, w := range words {
		if unit, ok := units[w]; ok {
			words[i] = unit
		}
	}
	return strings.Join(words, " ")
}

var units = map[string]string{"s": "秒", "min": "分", "h": "小时", "day": "天", "days": "天"}

// host is what the time is from.
func (l Language) host(o Operation) string {
	switch {
	case o == Simulated && l == Chinese:
		return "模拟接收机"
	case o == Simulated:
		return "the simulated receiver"
	case o == Replayed && l == Chinese:
		return "回放的数据"
	case o == Replayed:
		return "the replayed capture"
	case l == Chinese:
		return " GPS 接收机"
	}
	return "the GPS receiver"
}

// pick is what is said when it is known, in a language.
func (l Language) pick(isKnown bool, english, chinese string) string {
	switch {
	case !isKnown:
		return ""
	case l == Chinese:
		return chinese
	}
	return english
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", share*100) }

func known(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
