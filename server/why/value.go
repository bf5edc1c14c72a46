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

// value is the fact called name, written in a language.
func (f *Facts) value(name string, l Language) string {
	c := &f.Clock
	switch name {
	case "clock_for":
		return l.Duration(c.For)
	case "silence":
		return l.Duration(c.Silence)
	case "agreed":
		return l.Duration(c.Agreed)
	case "safe_until":
		return human.Moment(c.Until, c.Until.Add(-c.GoodFor)) + " UTC"
	case "bound":
		return human.Bound(c.Bound)
	case "of_edge":
		return l.ofEdge(c)
	case "edge":
		return human.Bound(c.Edge)
	case "limit":
		return human.Bound(c.Limit)
	case "stratum":
		return strconv.Itoa(int(c.Stratum))
	case "samples":
		return strconv.FormatUint(c.Samples, 10)
	case "outliers":
		return percent(c.Outliers)
	case "host":
		return l.host(f.Operation)
	case "jumped_ago":
		return l.Duration(f.Jumped)
	case "moved_ago":
		return l.Duration(f.Moved)
	case "moved_by":
		return human.Seconds(f.MovedBy)
	case "rival":
		return known(f.Rival)
	case "sensor":
		return known(f.Sensor.Path)
	case "stored_at":
		return known(f.StoredAt)
	case "socket":
		return known(f.Socket)
	case "late":
		return human.Seconds(f.Late)
	}
	return f.received(name, l)
}

// received is value, for what the receiver and its pulse say.
func (f *Facts) received(name string, l Language) string {
	r, p := &f.Receiver, &f.Pulse
	switch name {
	case "receiver":
		return known(r.Path)
	case "port":
		return known(r.Path[strings.LastIndexByte(r.Path, '/')+1:])
	case "holder":
		return cmp.Or(r.Holder, l.pick(true, "another program", "其他程序"))
	case "often":
		return l.pick(r.Holder == "", "Often it is gpsd or a login console.", "常见的是 gpsd 或登录控制台 (getty)。")
	case "beside":
		return l.beside(hw.State(r.Beside), r.Holder)
	case "left_alone":
		return l.leftAlone(r)
	case "receiver_for":
		return l.Duration(r.For)
	case "at_baud":
		return l.pick(r.Baud > 0, fmt.Sprintf(" at %d baud", r.Baud), fmt.Sprintf("，波特率 %d", r.Baud))
	case "used":
		return strconv.Itoa(max(r.Used, 0))
	case "used_count":
		if r.Used == 1 {
			return "1 satellite is"
		}
		return fmt.Sprintf("%d satellites are", max(r.Used, 0))
	case "with_used":
		return l.pick(r.Used > 0, fmt.Sprintf(" with %d satellites", r.Used), fmt.Sprintf("，使用 %d 颗卫星", r.Used))
	case "with_view":
		return l.pick(r.InView >= 0, fmt.Sprintf(" (%d satellites in view)", r.InView), fmt.Sprintf("（可见 %d 颗卫星）", r.InView))
	case "no_fix_for":
		return l.Duration(r.NoFix)
	case "pulse":
		return known(p.Path)
	case "pulse_for":
		return l.Duration(p.For)
	case "edge":
		return known(p.Edge)
	case "other_edge":
		if p.Edge == "assert" {
			return "clear"
		}
		return "assert"
	case "width":
		return l.pick(p.Width > 0, " ("+human.Seconds(p.Width)+")", "（"+human.Seconds(p.Width)+"）")
	case "apart":
		apart := fmt.Sprintf("%.6f", p.Interval.Seconds())
		return l.pick(p.Interval > 0, " ("+apart+" s apart)", "（间隔 "+apart+" 秒）")
	case "with_margin":
		margin := human.Seconds(f.Pairing.Margin)
		return l.pick(f.Pairing.Margin > 0, ", with a margin of "+margin, "，余量 "+margin)
	case "with_latency":
		latency := human.Seconds(f.Pairing.Latency)
		return l.pick(f.Pairing.Latency > 0, " ("+latency+" after it)", "（在脉冲之后 "+latency+"）")
	}
	return f.served(name, l)
}

// served is value, for what serves the time.
func (f *Facts) served(name string, l Language) string {
	r := &f.NTP.Recent
	share := func(n uint64) string { return percent(float64(n) / float64(max(r.Requests, 1))) }
	switch name {
	case "recent":
		return strconv.FormatUint(r.Requests, 10)
	case "denied":
		return share(r.Denied)
	case "rate_limited":
		return share(r.RateLimited)
	case "bad_keys":
		return share(r.BadKeys)
	case "send_failed":
		return share(r.SendFailed)
	case "lost":
		return percent(float64(r.Lost) / float64(max(r.Requests+r.Lost, 1)))
	case "nts_left":
		return l.Duration(f.NTS.Left)
	case "nts_ago":
		return l.Duration(-f.NTS.Left)
	case "leap_left":
		return l.Duration(f.Leap.Left)
	case "leap_ago":
		return l.Duration(-f.Leap.Left)
	}
	return "{" + name + "}" // a mistake in the table, for its test
}

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
