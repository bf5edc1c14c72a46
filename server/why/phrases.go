package why

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gpsntpd/discipline"
	"gpsntpd/server/human"
)

// phrase is what joins clauses in one language.
type phrase struct {
	verdict   [discipline.Unsynchronized + 1]string // by state
	brief     [discipline.Unsynchronized + 1]string // likewise, for one line
	doubted   string                                // the line of a reference that is not believed
	beyond    string                                // the verdict when the bound is above its limit
	although  string
	used      string
	and, but  string
	stop      string
	space     string // between sentences
	nothing   string // to do
	measuring string
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
			"Not stratum 1 yet: ", "Not stratum 1 yet: ", "Stratum 1: ",
			"Stratum 1 in holdover, for {good_for} more; error below {bound}{of_edge}: ", "Not stratum 1 any more: ",
		},
		brief: [...]string{
			"Not synchronized yet: <cause>.",
			"Not synchronized yet: the error may be {bound}, the limit is {limit}; <cause>.",
			"Locked to {host} for {clock_for}; error below {bound}{of_edge}.",
			"Holdover: no usable pulse for {silence}, <cause>; error still below {bound}{of_edge}.",
			"Not synchronized any more: the error may be {bound}, the limit is {limit}; <cause>.",
		},
		doubted:   "Not synchronized: <cause>.",
		beyond:    "Not stratum 1 any more, since the error may be {bound} and the limit is {limit}: ",
		although:  "locked for {clock_for}, error below {bound}{of_edge}; but ",
		used:      "{used_count} used",
		and:       " and ",
		but:       ", but ",
		stop:      ".",
		space:     " ",
		nothing:   "Nothing to do.",
		measuring: "measuring",
		ofEdge:    ", {edge} of it the unmeasured latency of this board's pulse input",
		capitals:  true,
	},
	Chinese: {
		verdict: [...]string{
			"尚未达到层级 1 (stratum 1)：", "尚未达到层级 1 (stratum 1)：", "层级 1 (stratum 1)：",
			"守时 (holdover) 中，仍为层级 1，还可保持 {good_for}，误差上限 {bound}{of_edge}：", "已不再是层级 1 (stratum 1)：",
		},
		brief: [...]string{
			"尚未同步：<cause>。",
			"尚未同步：误差上限 {bound}，限值 {limit}；<cause>。",
			"已与{host}同步 {clock_for}，误差上限 {bound}{of_edge}。",
			"守时 (holdover)：已有 {silence} 没有可用的秒脉冲，<cause>；误差上限仍为 {bound}{of_edge}。",
			"已失去同步：误差上限 {bound}，限值 {limit}；<cause>。",
		},
		doubted:   "未同步：<cause>。",
		beyond:    "误差上限达 {bound}，超过限值 {limit}，已不再是层级 1 (stratum 1)：",
		although:  "已同步 {clock_for}，误差上限 {bound}{of_edge}；但是",
		used:      "已使用 {used} 颗卫星",
		and:       "，",
		but:       "，但是",
		stop:      "。",
		space:     "",
		nothing:   "无需操作。",
		measuring: "正在测量",
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
