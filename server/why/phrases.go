package why

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gpsntpd/discipline"
	"gpsntpd/server/human"
)

// phrase is what joins clauses in one language.
type phrase struct {
	verdict   [discipline.Client + 1]string // by state
	brief     [discipline.Client + 1]string // the same, for one line
	doubted   string                        // the line of a reference that is not believed
	beyond    string                        // the verdict when the bound is above its limit
	although  string
	used      string
	and, but  string
	stop      string
	space     string // between sentences
	nothing   string // to do
	measuring string
	forecast  string // of holdover
	over      string // of an alarm
	notSo     string // of one that is not over yet
	ofEdge    string // a bound that is in good part the unmeasured latency of the pulse input
	capitals  bool
}

// known is l, or English.
func (l Language) known() Language {
	if l == Chinese {
		return Chinese
	}
	return English
}

var phrases = map[Language]phrase{
	English: {
		verdict: [...]string{
			"Not stratum {stratum} yet: ", "Not stratum {stratum} yet: ", "Stratum {stratum}: ",
			"Stratum {stratum} in holdover, error below {bound}{of_edge}; clients are safe until {safe_until} (bound below {limit}): ", "Not stratum {stratum} any more: ",
			"Stratum {stratum} by {servers}, error below {bound}: ",
			"Stratum {stratum}: ",
		},
		brief: [...]string{
			"Not synchronized yet: <cause>.",
			"Not synchronized yet: the error may be {bound}, the limit is {limit}; <cause>.",
			"Locked to {host} for {clock_for}; error below {bound}{of_edge}<but>.",
			"Holdover: no usable pulse for {silence}, <cause>; error still below {bound}{of_edge}. Clients are safe until {safe_until} (bound below {limit}).",
			"Not synchronized any more: the error may be {bound}, the limit is {limit}; <cause>.",
			"Following {servers}, stratum {stratum}, for {clock_for}; error below {bound}<but>.",
			"Following {servers}, stratum {stratum}, for {clock_for}; error below {bound}<but>.",
		},
		doubted:   "Not synchronized: <cause>.",
		beyond:    "Not stratum {stratum} any more, since the error may be {bound} and the limit is {limit}: ",
		although:  "locked for {clock_for}, error below {bound}{of_edge}; but ",
		used:      "{used_count} used",
		and:       " and ",
		but:       ", but ",
		stop:      ".",
		space:     " ",
		nothing:   "Nothing to do.",
		measuring: "measuring",
		forecast:  "Clients are safe until {safe_until} (bound below {limit}).",
		over:      "Over since {ended} UTC, after {lasted}. Reported at {raised} UTC: {what}",
		notSo:     "Not so for {ended_ago}; it is cleared soon. Reported at {raised} UTC: {what}",
		ofEdge:    ", {edge} of it the unmeasured latency of this board's pulse input",
		capitals:  true,
	},
	Chinese: {
		verdict: [...]string{
			"尚未达到层级 {stratum} (stratum {stratum})：", "尚未达到层级 {stratum} (stratum {stratum})：", "层级 {stratum} (stratum {stratum})：",
			"守时 (holdover) 中，仍为层级 {stratum}，误差上限 {bound}{of_edge}；客户端在 {safe_until} 之前可放心使用（误差上限低于 {limit}）：", "已不再是层级 {stratum} (stratum {stratum})：",
			"跟随{servers}，层级 {stratum} (stratum {stratum})，误差上限 {bound}：",
			"层级 {stratum} (stratum {stratum})：",
		},
		brief: [...]string{
			"尚未同步：<cause>。",
			"尚未同步：误差上限 {bound}，限值 {limit}；<cause>。",
			"已与{host}同步 {clock_for}，误差上限 {bound}{of_edge}<but>。",
			"守时 (holdover)：已有 {silence} 没有可用的秒脉冲，<cause>；目前误差不超过 {bound}（仍在增大）{of_edge}。客户端在 {safe_until} 之前可放心使用（误差上限低于 {limit}）。",
			"已失去同步：误差上限 {bound}，限值 {limit}；<cause>。",
			"已跟随{servers} {clock_for}，层级 {stratum} (stratum {stratum})，误差上限 {bound}<but>。",
			"已跟随{servers} {clock_for}，层级 {stratum} (stratum {stratum})，误差上限 {bound}<but>。",
		},
		doubted:   "未同步：<cause>。",
		beyond:    "误差上限达 {bound}，超过限值 {limit}，已不再是层级 {stratum} (stratum {stratum})：",
		although:  "已同步 {clock_for}，误差上限 {bound}{of_edge}；但是",
		used:      "已使用 {used} 颗卫星",
		and:       "，",
		but:       "，但是",
		stop:      "。",
		space:     "",
		nothing:   "无需操作。",
		measuring: "正在测量",
		forecast:  "客户端在 {safe_until} 之前可放心使用（误差上限低于 {limit}）。",
		over:      "已于 {ended} UTC 结束，持续 {lasted}。{raised} UTC 报告的情况：{what}",
		notSo:     "该情况已消失 {ended_ago}，即将解除告警。{raised} UTC 报告的情况：{what}",
		ofEdge:    "（其中 {edge} 是本板脉冲输入未经测量的延迟）",
	},
}

// edgeShare is the part of the bound from which on its cause is worth a word.
const edgeShare = 0.2

// ofEdge says how much of the bound is the latency of the pulse input, if that
// is a good part of it.
func (l Language) ofEdge(c *Clock) string {
	if float64(c.Edge) < edgeShare*float64(c.Bound) || c.Edge == 0 {
		return ""
	}
	return strings.ReplaceAll(phrases[l.known()].ofEdge, "{edge}", human.Bound(c.Edge))
}

// capital begins a sentence with one in a language that has them. A name stays
// as it is, be it ours or a fact.
func (p phrase) capital(clause string) string {
	first, size := utf8.DecodeRuneInString(clause)
	if !p.capitals || strings.HasPrefix(clause, "gpsntpd") || strings.HasPrefix(clause, "{") {
		return clause
	}
	return string(unicode.ToUpper(first)) + clause[size:]
}

// Forecast says until when clients are safe; "" while they are not, or while pulses
// come.
func (f *Facts) Forecast(l Language) string {
	if f.Clock.Until.IsZero() {
		return ""
	}
	return f.fill(phrases[l.known()].forecast, l)
}

// Forecast says until when clients are safe, and that the bound stays below limit.
func Forecast(until, now time.Time, limit time.Duration, l Language) string {
	f := Facts{Clock: Clock{Until: until, GoodFor: until.Sub(now), Limit: limit}}
	return f.Forecast(l)
}

// Over says of what was the case from raised on that it is over since ended. While
// now is not zero it has been over for so short that it may come again.
func (l Language) Over(what string, raised, ended, now time.Time) string {
	p := phrases[l.known()]
	text, age := p.over, ended
	if !now.IsZero() {
		text, age = p.notSo, now
	}
	return l.tidy(strings.NewReplacer(
		"{ended}", human.Moment(ended, raised), "{lasted}", l.Duration(ended.Sub(raised)), "{ended_ago}", l.Duration(age.Sub(ended)),
		"{raised}", human.Moment(raised, age), "{what}", what,
	).Replace(text))
}

// servers is a number of network servers.
func (l Language) servers(n int) string {
	switch {
	case l == Chinese:
		return strconv.Itoa(n) + " 台网络服务器"
	case n == 1:
		return "1 network server"
	}
	return strconv.Itoa(n) + " network servers"
}
