package web

// words are all that the page says by itself, in one language; the script has
// them too. The sentences of the state, of causes and of alarms come from the
// daemon.
type words map[string]string

// languages has a table for each language, all with the same keys.
var languages = map[string]words{"en": english, "zh": chinese}

var english = words{
	"tag": "en", "other": "zh", "other_name": "中文",
	"skip": "To the content", "now": "The time now",
	"theme": "Light or dark", "theme_auto": "Auto", "theme_light": "Light", "theme_dark": "Dark", "zone": "Times in UTC or as your clocks show them", "local_long": "the time of your browser's zone",
	"utc_long":   "Coordinated Universal Time",
	"no_script":  "without JavaScript this page is loaded again every 10 s, and shows no charts",
	"lost":       "The daemon has not answered since {time}. Retrying.",
	"lost_state": "No answer", "last_answer": "last answer at {time}; what follows is of then",
	"stale": "{duration} old",

	"trust":       "± {bound} as served",
	"trust_page":  " · ± {page} on this page",
	"trust_none":  "not synchronized: do not rely on this time",
	"trust_lost":  "no answer: this clock runs on by your browser alone",
	"trust_start": "no time is known yet",

	"starting": "Starting", "acquiring": "Acquiring", "locked": "Locked", "holdover_state": "Holdover", "unsynchronized": "Not synchronized", "fallback": "Following the network", "client": "Following the network", "unknown": "Unknown",
	"since": "since {time}",

	"offset": "Offset", "bound": "Error bound", "frequency": "Frequency", "temperature": "Temperature", "satellites": "Satellites", "stratum": "Stratum", "requests": "Requests", "jitter": "Jitter",
	"stratum_none": "none", "used_of": "{used} of {view}",

	"alarms": "Alarms", "no_alarms": "None now.", "past_alarms": "Past alarms", "lasted": "{time}, for {duration}",
	"warning": "Warning", "critical": "Critical",
	"why": "From the antenna to the wire", "good": "good", "waiting": "waiting", "bad": "bad",

	"offset_and_bound": "Offset and error bound", "span": "Span", "span_1h": "1 h", "span_24h": "24 h", "span_30d": "30 d",
	"frequency_and_temperature": "Frequency and temperature", "request_rate": "Requests per second", "per_second": "{n}/s in the last minute", "rate_at": "{n}/s", "rate_axis": "requests/s",
	"nothing_yet": "Nothing to draw yet", "rms": "rms {rms}, bound {bound} at most", "extremes": "from {least} to {greatest}",

	"clients": "Clients", "address": "Address", "poll": "Poll", "last_seen": "Seen", "ago": "{duration} ago", "clients_all": "{n} in all: {served} synchronized by us, {refused} refused, {silent} silent", "no_clients": "No one has asked for the time yet",
	"gets": "Gets", "gets_time": "synchronized by us", "gets_unsynchronized": "refused: not synchronized", "gets_limited": "refused: asks too often", "gets_none": "refused", "gets_silent": "silent since {time}",

	"sky": "Sky", "signals": "Signal strength", "north": "N", "east": "E", "south": "S", "west": "W",
	"sky_count": "{used} used, {view} in view", "sky_none": "The receiver names no satellites", "signal_axis": "C/N₀ in dB-Hz; filled: used",
	"gps": "GPS", "glonass": "GLONASS", "galileo": "Galileo", "beidou": "BeiDou", "qzss": "QZSS", "navic": "NavIC", "sbas": "SBAS",
	"elevation": "elevation {n}°", "azimuth": "azimuth {n}°", "not_received": "not received",

	"pulse_histogram": "Scatter of the pulses", "pulse_count": "{n} pulses, rms {rms}", "pulse_axis": "pulse against clock",
	"allan": "Allan deviation", "allan_axis": "clock against pulses, as a ratio", "allan_tau": "averaging time",

	"budget": "What the bound is made of", "b_pulse": "Noise of the pulses", "b_latency": "Late time stamps", "b_edge": "Unmeasured latency of the pulse input", "b_receiver": "Doubts about the receiver", "b_loop": "Others who move the clock", "b_holdover": "Since the last pulse",
	"holdover": "If the pulses stopped now", "holdover_since": "Without pulses since {time}", "holdover_note": "How long the error bound would stay below a limit.", "holdover_over": "Clients are refused until pulses come again.", "below": "below {limit}", "not_now": "already above",
	"leap": "Leap second", "l_next": "Next", "l_none": "none announced", "l_armed": "Armed in the kernel", "l_tai": "TAI − UTC", "l_list": "List", "l_expires": "List valid until", "yes": "yes", "no": "no", "l_insert": "{time}: 23:59:59 twice", "l_delete": "{time}: 23:59:59 left out", "expired": "{time}, expired", "built_in": "built in",
	"parts":      "Details",
	"d_receiver": "Receiver", "d_fix": "Fix", "d_sentences": "Sentences", "d_pulse": "Pulse", "d_edges": "Edges", "d_temperature": "Sensor", "d_reference": "Reference", "d_dispersion": "Root dispersion", "d_wander": "Wander", "d_servers": "NTP", "d_nts": "NTS",
	"baud": "{n} baud", "fix_age": "{fix}, {duration} ago", "late": "{n}, {latency} after their second", "edges": "{n}, {rejected} rejected", "served": "{n} requests, {answers} answers", "nts_until": "{state}, certificate until {time}", "nothing": "–",
	"day": "d", "hour": "h", "minute": "min", "second": "s", "day_of_year": "day {n}",
}

var chinese = words{
	"tag": "zh-Hans", "other": "en", "other_name": "English",
	"skip": "跳到正文", "now": "当前时间",
	"theme": "浅色或深色", "theme_auto": "自动", "theme_light": "浅色", "theme_dark": "深色", "zone": "以 UTC 或本地时间显示", "local_long": "浏览器所在时区的时间",
	"utc_long":   "协调世界时",
	"no_script":  "未启用 JavaScript：本页每 10 秒重新加载，不显示图表",
	"lost":       "自 {time} 起守护进程没有应答，正在重试。",
	"lost_state": "没有应答", "last_answer": "最后一次应答在 {time}，以下为当时的情况",
	"stale": "{duration}前的数据",

	"trust":       "对外授时误差不超过 ± {bound}",
	"trust_page":  " · 本页误差不超过 ± {page}",
	"trust_none":  "未同步：请勿依赖此时间",
	"trust_lost":  "没有应答：此时钟仅靠浏览器自行走时",
	"trust_start": "尚不知道时间",

	"starting": "启动中", "acquiring": "捕获中", "locked": "已锁定", "holdover_state": "守时", "unsynchronized": "未同步", "fallback": "跟随网络", "client": "跟随网络", "unknown": "未知",
	"since": "自 {time} 起",

	"offset": "偏差", "bound": "误差上限", "frequency": "频率", "temperature": "温度", "satellites": "卫星", "stratum": "层级", "requests": "请求", "jitter": "抖动",
	"stratum_none": "无", "used_of": "{used} / {view}",

	"alarms": "告警", "no_alarms": "目前没有告警。", "past_alarms": "历史告警", "lasted": "{time}，持续 {duration}",
	"warning": "警告", "critical": "严重",
	"why": "从天线到网络", "good": "正常", "waiting": "等待", "bad": "异常",

	"offset_and_bound": "偏差与误差上限", "span": "时间范围", "span_1h": "1 小时", "span_24h": "24 小时", "span_30d": "30 天",
	"frequency_and_temperature": "频率与温度", "request_rate": "每秒请求数", "per_second": "最近一分钟 {n} 次/秒", "rate_at": "{n} 次/秒", "rate_axis": "次/秒",
	"nothing_yet": "还没有可绘制的数据", "rms": "均方根 {rms}，误差上限最大 {bound}", "extremes": "{least} 至 {greatest}",

	"clients": "客户端", "address": "地址", "poll": "轮询间隔", "last_seen": "最近请求", "ago": "{duration}前", "clients_all": "共 {n} 个：{served} 个由本机授时，{refused} 个被拒绝，{silent} 个已无请求", "no_clients": "还没有客户端来查询时间",
	"gets": "结果", "gets_time": "由本机授时", "gets_unsynchronized": "被拒绝：未同步", "gets_limited": "被拒绝：请求过于频繁", "gets_none": "被拒绝", "gets_silent": "自 {time} 起无请求",

	"sky": "天空图", "signals": "信号强度", "north": "北", "east": "东", "south": "南", "west": "西",
	"sky_count": "使用 {used} 颗，可见 {view} 颗", "sky_none": "接收机没有报告任何卫星", "signal_axis": "载噪比 C/N₀（dB-Hz）；实心：已使用",
	"gps": "GPS", "glonass": "格洛纳斯", "galileo": "伽利略", "beidou": "北斗", "qzss": "准天顶", "navic": "NavIC", "sbas": "SBAS",
	"elevation": "仰角 {n}°", "azimuth": "方位角 {n}°", "not_received": "未收到信号",

	"pulse_histogram": "秒脉冲散布", "pulse_count": "{n} 个脉冲，均方根 {rms}", "pulse_axis": "脉冲相对时钟",
	"allan": "阿伦偏差", "allan_axis": "时钟相对脉冲，无量纲", "allan_tau": "平均时间",

	"budget": "误差上限的构成", "b_pulse": "脉冲噪声", "b_latency": "时间戳延迟", "b_edge": "脉冲输入的未测延迟", "b_receiver": "接收机存疑", "b_loop": "其他程序改动时钟", "b_holdover": "上次脉冲以来的增长",
	"holdover": "假如秒脉冲现在中断", "holdover_since": "自 {time} 起没有秒脉冲", "holdover_note": "误差上限还能保持在限值以下多久。", "holdover_over": "在秒脉冲恢复之前，客户端不会被授时。", "below": "低于 {limit}", "not_now": "现在已超出",
	"leap": "闰秒", "l_next": "下一次", "l_none": "没有预告", "l_armed": "已写入内核", "l_tai": "TAI − UTC", "l_list": "闰秒表", "l_expires": "闰秒表有效期至", "yes": "是", "no": "否", "l_insert": "{time}：23:59:59 重复一次", "l_delete": "{time}：跳过 23:59:59", "expired": "{time}，已过期", "built_in": "内置",
	"parts":      "详情",
	"d_receiver": "接收机", "d_fix": "定位", "d_sentences": "语句", "d_pulse": "秒脉冲", "d_edges": "边沿", "d_temperature": "温度传感器", "d_reference": "参考时间", "d_dispersion": "根离散", "d_wander": "频率游走", "d_servers": "NTP", "d_nts": "NTS",
	"baud": "{n} 波特", "fix_age": "{fix}，{duration}前", "late": "{n} 条，晚于整秒 {latency}", "edges": "{n} 个，剔除 {rejected} 个", "served": "{n} 次请求，{answers} 次应答", "nts_until": "{state}，证书有效期至 {time}", "nothing": "–",
	"day": "天", "hour": "小时", "minute": "分", "second": "秒", "day_of_year": "第 {n} 天",
}
