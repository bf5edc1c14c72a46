package screen

// Privacy is what a report says of itself.
const Privacy = `A report of gpsntpd for those who look for the cause of a fault.

Taken out: the position of the antenna (coordinates and heights in what the
receiver sent are zeros, with checksums made right; of sentences and messages
that are not known nothing is left but their form), keys and passwords, what
follows the host of a webhook and the name of a program that alarms run, and who
the clients are. Still in it: addresses that are listened on, names of devices
and of the kernel. Azimuth and elevation of the satellites tell where the
antenna is, to some tens of kilometres: leave out satellites.json and
recorder.record if that is too much.
`

// chinese is what screens say in Chinese, by what they say in English: texts, and forms
// for fmt.Sprintf with the same values, in another order where they are numbered.
var chinese = map[string]string{
	// Joints.
	": %s": "：%s", ", %s": "，%s", "%s ago": "%s前", "%s for %s": "%s：%s", "%s, at %s": "%s，温度 %s", "%s; %s UTC": "%s；%s UTC",

	// status
	"Clock": "时钟", "Receiver": "接收机", "Pulse": "秒脉冲", "Servers": "服务", "Fast path": "快速路径", "NTS": "NTS",
	"state": "状态", "offset": "偏差", "error bound": "误差上限", "made of": "构成", "holdover": "守时能力", "frequency": "频率修正",
	"jitter": "抖动", "on the wire": "对外", "leap second": "闰秒", "TAI − UTC": "TAI − UTC", "temperature": "温度",
	"device": "设备", "fix": "定位", "last fix": "最近定位", "sentences": "语句", "edges": "边沿", "ntp": "NTP", "nts": "NTS",
	"fast path": "快速路径", "reason": "原因", "answers": "应答", "certificate": "证书", "exchanges": "密钥交换", "timestamps": "时间戳",
	"there is none; network servers are followed": "没有接收机；跟随网络服务器", "witnesses": "旁证", ", %d of %d servers answer": "，%[2]d 台服务器中 %[1]d 台有应答", " to %s": "，相差不超过 %s", " by %s": "，相差 %s",
	" since %s, %s": "，自 %s 起，已 %s", "stratum %d": "层级 %d (stratum)", "root dispersion %s": "根离散 (root dispersion) %s",
	"%d baud": "波特率 %d", "%d satellites used": "使用 %d 颗卫星", "%d in view": "可见 %d 颗", "%d heard": "收到 %d 条",
	"%s after their second": "晚于整秒 %s", "margin %s": "余量 %s", "%s edge": "%s 边沿", "%d seen": "收到 %d 个", "%d rejected": "剔除 %d 个",
	"the last %s": "最近一个在 %s", "last fix %s": "最近定位 %s", "none": "无",
	"%-*s  %*d requests, %*d answers, %*d dropped": "%-*s  请求 %*d，应答 %*d，丢弃 %*d", "%d requests, %d dropped": "请求 %d，丢弃 %d",
	"%s, %d answers": "%s，应答 %d", ", exchanges %s": "，密钥交换 %s", "%d, %d failed, %d refused": "%d 次，失败 %d，拒绝 %d",
	"%s, our clock is slow": "%s，本机时钟偏慢", "%s, our clock is fast": "%s，本机时钟偏快",
	"%s %s":          "%[2]s %[1]s",
	"no leap second": "无闰秒", "a second is inserted": "插入一秒", "a second is deleted": "删除一秒", "not synchronized": "未同步",
	"the driver answers plain requests.":                                                  "由网卡驱动应答普通请求。",
	"the kernel answers plain requests, behind the driver of at least one interface.":     "由内核应答普通请求，其中至少一个网络接口是在驱动之后处理。",
	"only the sockets answer.":                                                            "只由套接字应答。",
	"since those of the interface are not asked for":                                      "因为没有启用网卡时间戳",
	"since no network interface is in between":                                            "因为不经过网络接口",
	"since no network interface stamps all that it receives":                              "因为没有网卡能给所有收到的报文打时间戳",
	"since gpsntpd may not have the interface stamp, or read its clock (docs/install.md)": "因为 gpsntpd 无权启用网卡时间戳或读取网卡时钟（docs/install.md）",
	"since the clock of the interface cannot be read":                                     "因为无法读取网卡时钟",
	"while the clock of the interface is being compared with ours":                        "正在比对网卡时钟与本机时钟",
	"since the clock of the interface and ours do not run alike":                          "因为网卡时钟与本机时钟走时不一致",
	"since the stamps of the interface contradict the kernel's":                           "因为网卡时间戳与内核时间戳矛盾",
	"since what came last was not stamped by the interface, or nothing came yet":          "因为最近的报文没有网卡时间戳，或者还没有收到报文",

	"left alone": "未打开",

	// edges
	"PATH": "路径", "EDGES": "边沿数", "LATE": "延迟", "SPREAD": "标准差", "measured": "已测得", "exact": "精确",
	"only path": "唯一路径", "learning": "测量中", "too coarse": "参照不够精确", "impossible": "早于边沿", "No edge of the pulse has been seen yet.": "还没有看到秒脉冲的边沿。",

	// receiver
	"family": "系列", "model": "型号", "dynamics": "动态模型", "firmware": "固件", "line": "串口", "configure": "设置方式", "sent": "已发送", "Settings": "设置项",
	"unknown": "未知", "%d bytes": "%d 字节", "; wanted: %s": "；目标：%s", "; is: %s": "；当前：%s", "full": "带宽已占满", "%s used": "带宽已用 %s",
	"nothing is sent": "不发送任何内容", "listening to what it says": "正在监听它发送的内容", "asking who it is": "正在询问型号", "comparing how it is set": "正在比对设置",
	"whatever could be done is done": "能设置的都已设置", "it answers nothing, and is left as it is": "接收机没有应答，不作改动",
	"it is none that gpsntpd knows, and nothing more is sent": "gpsntpd 不认识这种接收机，不再发送任何内容",
	"not looked at yet": "尚未检查", "it differs, and is not to be changed": "与目标不同，但不允许改动", "the receiver refuses it": "接收机拒绝",
	"the receiver confirms it, and does not do it": "接收机确认了，却没有照做", "the receiver does not answer": "接收机没有应答",
	"the receiver does not tell": "接收机不报告此项", "the line carries no more": "串口带宽不够",
	"gpsntpd cannot set that on this receiver":                 "gpsntpd 不能在这种接收机上设置此项",
	"It is sent. `gpsntpctl receiver` shows what comes of it.": "已发送。结果见 `gpsntpctl receiver`。",

	// sources, tracking
	"SOURCE": "来源", "DEVICE": "设备", "REACH": "可达", "LAST RX": "最近接收", "LAST SAMPLE": "最近样本", "%s late": "晚 %s",
	"POLL":         "间隔",
	"refused":      "拒绝查询", // a network server
	"Reference ID": "参考标识", "Stratum": "层级 (stratum)", "Ref time (UTC)": "参考时间 (UTC)", "System time": "系统时间", "Last offset": "最近偏差",
	"RMS offset": "偏差均方根", "Frequency": "频率", "Residual freq": "剩余频率", "Skew": "频率误差", "Root delay": "根延迟",
	"Root dispersion": "根离散", "Update interval": "更新间隔", "Leap status": "闰秒状态",
	"%.9f seconds %s of NTP time": "比 NTP 时间%[2]s %.9[1]f 秒", "%+.9f seconds": "%+.9f 秒", "%.9f seconds": "%.9f 秒", "%.1f seconds": "%.1f 秒",
	"fast": "快", "slow": "慢", "Normal": "正常", "Insert second": "插入一秒", "Delete second": "删除一秒", "Not synchronised": "未同步",

	// budget
	"No error bound yet: no sample has been taken.": "尚无误差上限：还没有取得样本。", "The clock is wrong by less than %s.": "时钟误差小于 %s。",
	"PART": "组成", "SIZE": "大小", "SHARE": "占比", "WHAT IT IS": "说明", "sum": "合计", "the error bound": "误差上限", "on wire": "对外", "root dispersion": "根离散 (root dispersion)",
	"noise of the pulses, as much as is left": "脉冲噪声中尚未滤除的部分", "how late stamps may be, each differently": "时间戳可能的延迟，每次不同",
	"unmeasured latency of this pulse input": "本板脉冲输入未经测量的延迟", "a receiver phase jump that is not accepted yet": "尚未采信的接收机相位跳变",
	"another program moves the clock": "其他程序改动时钟", "growth since the last pulse": "自最后一个脉冲以来的增长",

	// satellites, pulse
	"The receiver has said nothing of the sky yet.": "接收机尚未报告卫星情况。", "Stale: the receiver told of the sky %s.": "数据已过期：接收机最近一次报告卫星情况在 %s。",
	"%s of %s satellites used": "可见 %[2]s 颗卫星，使用 %[1]s 颗", "SAT": "卫星", "ELE": "仰角", "AZI": "方位",
	"No pulses yet that could be measured.": "还没有可以测量的秒脉冲。", "Stale: the last pulse came %s.": "数据已过期：最近一个秒脉冲在 %s。",
	"%d pulses: rms %s, mean %s.": "%d 个脉冲：均方根 %s，平均 %s。", "%d pulse: rms %s, mean %s.": "%d 个脉冲：均方根 %s，平均 %s。",
	"FROM": "从", "TO": "到", "PULSES": "个数", "ALLAN DEVIATION": "阿伦偏差",

	// clients, servers, counters
	"ADDRESS": "地址", "REQUESTS": "请求", "DROPS": "丢弃", "LAST": "最近", "HOW": "方式", "%d clients": "共 %d 个客户端", "%d client": "共 %d 个客户端",
	"ANSWERS": "应答", "DROPPED": "丢弃", "Stamps": "时间戳", "REQUESTS PER SECOND": "每秒请求数", "MEAN": "平均", "GREATEST": "最大", "last %s": "最近 %s",
	"VERDICT": "处理结果", "OTHER": "其他", "COUNT": "次数", "GROUP": "类别", "NAME": "名称",

	// holdover
	"No forecast yet: no sample has been taken.": "尚无预测：还没有取得样本。", "If the pulses stopped now, the error bound would stay": "假如秒脉冲现在中断，误差上限",
	"Clients are refused: the clock has no usable pulse since %s.\nThe error bound stays": "已拒绝客户端：自 %s 起没有可用的秒脉冲。\n误差上限",
	"The clock has no usable pulse since %s. The error bound stays":                       "自 %s 起没有可用的秒脉冲。误差上限",
	"The error bound is above all of these limits now":                                    "误差上限目前已超过以下各个限值",
	"already above": "现在就已超过", "for %s": "保持 %s", "below %6s %s": "低于 %6s：%s",
	"The state is %s. Holdover in the last %s: never.": "当前状态：%s。最近 %s 没有守时 (holdover)。", "The state is %s. Holdover in the last %s:": "当前状态：%s。最近 %s 的守时 (holdover)：",
	"FROM (UTC)": "开始 (UTC)", "FOR": "持续", "GREATEST BOUND": "最大误差上限", "WORST STATE": "最差状态", "%s so far": "已 %s",

	// leap
	"%s at the end of %s (UTC), in %s.":                                            "%[2]s (UTC) 结束时%[1]s，还有 %[3]s。",
	"The next leap second is not known yet: no sample has told the date.":          "尚不知道下一次闰秒：还没有样本给出日期。",
	"The list of leap seconds has expired: gpsntpd does not know of the next one.": "闰秒表已过期：gpsntpd 不知道下一次闰秒。",
	"There is no leap second until %s.":                                            "%s 之前没有闰秒。",
	"List":                                                                         "闰秒表", "UTC": "UTC", "source": "来源", "made": "编制日期", "valid until": "有效期至", "our clock": "本机时钟",
	"expired": "已过期", " on %s, %s ago. %s": "，%s 到期，已过 %s。%s", "valid": "有效", " until %s, for %s": "，至 %s，还有 %s", "%d s": "%d 秒",
	"leap %d (%s) on the last day": "最后一天 leap %d（%s）", "armed": "已就绪", ": the clock makes it by itself": "：时钟会自动执行",
	"not armed: that is done on the last day, while the clock is synchronized": "未就绪：在最后一天、时钟同步时设置",
	"A leap second is inserted": "插入一个闰秒", "A second is left out": "删除一秒", "23:59:60 follows 23:59:59": "23:59:59 之后是 23:59:60",
	"00:00:00 follows 23:59:58": "23:59:58 之后是 00:00:00", "shows 23:59:59 twice": "23:59:59 显示两次", "leaves out 23:59:59": "跳过 23:59:59",

	// nts show
	"There is no NTS: nts.certificate is not set. `gpsntpctl nts init` makes one.": "没有启用 NTS：未设置 nts.certificate。可用 `gpsntpctl nts init` 生成证书。",
	"Keys": "密钥", "Identity": "身份", "listens on": "监听", "sends to": "指向", "itself": "本机", "file": "文件", "generation": "当前", "good": "有效",
	"none: they end with gpsntpd": "无：随 gpsntpd 结束而失效", "%s: cookies are sealed with the key of this day": "%s：cookie 用当天的密钥加密", "cookies from %s to %s": "%s 至 %s 的 cookie",
	"trouble": "问题", "cannot be used": "无法使用", "subject": "主体", "names": "名称", "issuer": "签发者", "serial": "序列号", "valid from": "生效时间", "validity": "有效期",
	" on %s, %s ago": "，%s 到期，已过 %s", "renew it": "请更新", ": it ends on %s, in %s": "：%s 到期，还有 %s", "until %s, in %s": "至 %s，还有 %s",

	// kernel
	"PPS": "PPS", "status": "标志", "TAI": "TAI", "max error": "最大误差", "est error": "估计误差", "constant": "时间常数", "precision": "精度", "tolerance": "容限", "tick": "tick",
	"stability": "稳定度", "interval": "间隔", "calibrated": "校准", "%s, exceeded %d times": "%s，超限 %d 次", "%d times, %d errors": "%d 次，错误 %d 次",
	"not set: CLOCK_TAI shows UTC":               "未设置：CLOCK_TAI 显示的是 UTC",
	"a second is inserted at the end of the day": "当天结束时插入一秒", "a second is deleted at the end of the day": "当天结束时删除一秒",
	"this is the inserted second": "正处于插入的一秒", "the leap second is over": "闰秒已过",

	// holders
	"%s: no program has it open.": "%s：没有程序打开它。", "%s is held by %s, process %d.": "%s 被 %s 占用，进程号 %d。",
	"It is gpsntpd; one of them is enough.": "这是 gpsntpd；只需运行一个。", "Stop it, or have gpsntpd use another port: receiver.device.": "请停止该程序，或让 gpsntpd 使用其他串口：receiver.device。",
	"Stop it: sudo systemctl disable --now %s": "请停止它：sudo systemctl disable --now %s",

	// why, alarms
	"Good: %d more": "另有 %d 项正常", "; unknown: %s": "；未知：%s", " (-v shows all).": "（用 -v 显示全部）。",
	"No alarms.": "没有告警。", "since %s": "自 %s 起", "from %s to %s": "%s 至 %s",
	"delivered in %s": "已送达，用时 %s", "failed after %s": "失败，用时 %s", "sent; it never answers": "已发出；对方从不应答",

	// verify
	"HOST": "主机", "BY": "方式", "STATE": "状态", "%d within %s, %d outside, %d unsure, %d unreadable.": "%d 台在 %s 以内，%d 台超出，%d 台无法确定，%d 台读不到。",
	"This host's own clock is not synchronized: offsets are against what it shows.": "本机时钟未同步：偏差是相对于本机当前显示的时间。",
	"connection refused": "连接被拒绝", "no answer in time": "没有及时应答", "it closes the connection": "对方关闭了连接", "its answer has no date": "应答中没有日期",
	"answers neither NTP, Redis, node_exporter nor HTTP": "NTP、Redis、node_exporter 和 HTTP 均无应答", "it has no node_time_seconds": "没有 node_time_seconds",
	"a cache answers, with what was right some time ago": "应答来自缓存，日期已过时", "several clocks answer, or one that is being set": "应答来自多个时钟，或时钟正在被调整",
	"that is no answer of Redis": "这不是 Redis 的应答",

	// sources of one server
	"Server": "服务器", "name": "名称", "role": "角色", "followed": "跟随", "watched": "旁证", "proof": "认证", "Answer": "应答", "age": "多久以前",
	"round trip": "往返", "distance": "根距离", "Estimate": "估计", "least trip": "最短往返", "known to": "精确到", "asymmetry": "不对称", "with others": "与其他",
	"nothing is learnt of it": "尚未学到", "agrees": "一致", "does not agree": "不一致", ", has jumped %d times": "，跳变过 %d 次", ", a sibling": "，同类设备",
	"Questions": "询问", "reach": "可达", "asked": "询问次数", "good answers": "有效应答", "interleaved": "交错模式", "stamped": "内核时间戳",
	"not used": "未采用", "address": "地址", "stratum": "层级", "reference": "参考",

	// set
	"The servers do not agree: at most %d of the %d that say a time say the same. The clock is left alone.": "服务器意见不一致：给出时间的 %[2]d 台中，最多只有 %[1]d 台一致。时钟保持不动。",
	"The clock is steered by %s, and left alone.":                                                           "时钟正由 %s 校准，保持不动。",
	"The clock would be stepped by %s, ± %s, by %s.":                                                        "时钟将步进 %s，± %s，依据 %s。", "The clock is stepped by %s, ± %s, by %s.": "时钟已步进 %s，± %s，依据 %s。",
	"The clock would be slewed by %s, ± %s, by %s.": "时钟将缓慢调整 %s，± %s，依据 %s。", "The clock is being slewed by %s, ± %s, by %s.": "时钟正在缓慢调整 %s，± %s，依据 %s。",
	" That takes %s.": "需要 %s。",

	// query, trace
	"SERVER": "服务器", "OFFSET": "偏差", "BOUND": "误差上限", "DELAY": "延迟", "refuses: %s": "拒绝：%s",
	"No server is synchronized: set no clock by these answers.": "没有已同步的服务器：不要用这些应答校时。", "No server answered.": "没有服务器应答。",
	"%s is %s ahead of this host, ± %s.": "%s 比本机快 %s，± %s。", "%s is %s behind this host, ± %s.": "%s 比本机慢 %s，± %s。", "It announces a leap second.": "它预告了闰秒。",
	"The servers take the time from each other: it has no source.": "这些服务器互相取时：时间没有源头。", "No source within %d servers.": "%d 个服务器之内没有找到源头。",
	"%s does not answer: the trace ends there.": "%s 没有应答：追踪到此为止。", "%s is not synchronized: the trace ends there.": "%s 未同步：追踪到此为止。",
	"The source is the reference clock %s of %s.": "源头是 %[2]s 的参考时钟 %[1]s。", "The source is a clock of the host %s.": "源头是主机 %s 的时钟。",
	"%s names no server that could be asked.": "%s 没有给出可以继续询问的服务器。",

	// decode, record, config
	"FIX": "定位", "SATS": "卫星", "REASON": "原因", "SENTENCES": "语句", "%d epochs, %d valid": "%d 个历元，有效 %d 个", ", %d %s": "，%d 个 %s",
	"; %d damaged sentences, %d bytes skipped": "；损坏语句 %d 条，跳过 %d 字节",
	"%s: %s, %s.": "%s：%s，%s。", "Contains the antenna's position: do not publish.": "其中含有天线的位置，请勿公开。", "%s: ok": "%s：正常",
	"%d bytes, %d edges, %d samples, %d rejected, steps %d": "%d 字节，边沿 %d 个，样本 %d 个，剔除 %d 个，步进 %d 次",

	" Default: %s": "默认值：%s",

	// replay
	"bytes": "字节", "edge": "边沿", "sample": "样本", "rejected": "剔除", "clock": "时钟", "number %d at %s": "第 %d 个，时刻 %s", "offset %+.3f µs": "偏差 %+.3f µs",
	", sawtooth %+.3f µs": "，锯齿 %+.3f µs", "%s %s: %s": "%s %s：%s", "%s, %d times": "%s，%d 次",
	"stepped by %+.6f s, ": "步进 %+.6f 秒，", "moved by %+.6f s by another program, ": "被其他程序改动 %+.6f 秒，", "frequency %+.6f ppm": "频率修正 %+.6f ppm",
	"Recorded by gpsntpd %s until %s: %s.": "由 gpsntpd %s 录制，截至 %s：%s。", "%s.": "%s。", "%d events are lost.": "丢失 %d 个事件。",
	"The same, played to gpsntpd %s:": "同一录制由 gpsntpd %s 重新处理：", "%s, error below %s": "%s，误差低于 %s",

	// report
	"%s: %d bytes.": "%s：%d 字节。", "%-16s  not there: %v": "%-16s  缺少：%v", "%-16s  %d bytes": "%-16s  %d 字节",
	Privacy: `这是 gpsntpd 的故障报告，供排查故障的人使用。

已去除：天线的位置（接收机所发内容中的坐标和高度已改为零，校验和已重新计算；
无法识别的语句和消息只保留格式），密钥和密码，webhook 地址中主机名之后的部分，
告警所运行程序的名字，以及有哪些客户端。仍然包含：监听的地址、设备和内核的名称。
由卫星的方位和仰角可以推算出天线位置，误差几十公里；如果不愿公开，
请去掉 satellites.json 和 recorder.record。
`,

	// simulate
	"%s: %s %s, judged from %s on.": "%s：%s 共 %s，从 %s起评估。", " The limit of its white noise is %s.": "其白噪声的理论极限是 %s。",
	"%d of %d: %s, seed %d, %s in %.1f s": "%d/%d：%s，种子 %d，%s，用时 %.1f 秒",

	// keygen, nts init
	"# in ntp.keys: %s": "# ntp.keys 中的写法：%s", "authority    %s until %s": "签发机构  %s，至 %s", "certificate  %s for %s until %s": "证书      %s，用于 %s，至 %s",
	"On the server, in /etc/gpsntpd/gpsntpd.toml; gpsntpd's user must read the key:": "在服务器上，写入 /etc/gpsntpd/gpsntpd.toml；gpsntpd 的用户必须能读取私钥：",
	"On each client, to which you copy %s as /etc/gpsntpd-ca.crt:":                   "在每台客户端上，先把 %s 复制为 /etc/gpsntpd-ca.crt：",
	"ntp.conf of ntpsec": "ntpsec 的 ntp.conf",
	"Whoever has %s can pretend to be your server: keep it off the network.": "任何人得到 %s 都可以冒充您的服务器：请离线保存。",

	// doctor
	"Good: %s (-v shows all).": "正常：%s（用 -v 显示全部）。", "Unknown: %s.": "未知：%s。", "Root sees more: sudo gpsntpctl doctor": "root 能看到更多：sudo gpsntpctl doctor",
	"%d fault": "%d 个故障", "%d faults": "%d 个故障", "%d warning": "%d 个警告", "%d warnings": "%d 个警告", "All is well.": "一切正常。", " and ": "、",
	"; the first cause: %s.": "；根本原因：%s。", "It follows from: %s.": "起因：%s。",

	// setup
	"pulse on GPIO %d":     "脉冲在 GPIO %d",
	"receiver on %s":       "接收机在 %s",
	"Already so: ":         "已就绪：",
	"Nothing was changed.": "未做任何修改。",
	"Nothing has been changed yet. To do it: sudo gpsntpctl setup --apply%s": "尚未做任何修改。执行：sudo gpsntpctl setup --apply%s",
	", then: sudo reboot":    "，然后：sudo reboot",
	"Nothing is left to do.": "无需再做任何操作。",
	"All is done. It holds after the reboot that is due: sudo reboot": "全部完成。重启后生效：sudo reboot",
	"Something was refused: see above.":                               "有事项受阻：见上文。",
	"What is still needed is for you to do: see above.":               "其余待办请手工完成：见上文。",
	" Then: sudo reboot":                                              "然后：sudo reboot",
	"gpsntpctl setup --apply has changed nothing here.":               "gpsntpctl setup --apply 没有在这里做过任何修改。",
	"Done.":             "完成。",
	"All is as it was.": "一切已恢复原样。",
	"To take it back: sudo gpsntpctl setup --undo":                                       "撤销：sudo gpsntpctl setup --undo",
	"It failed; the files are as they were.":                                             "失败；各文件保持原样。",
	"It failed, and not everything could be taken back: sudo gpsntpctl setup --undo":     "失败，且未能全部恢复：sudo gpsntpctl setup --undo",
	"Mount the boot partition to be written to: sudo mount -o remount,rw /boot/firmware": "请以可写方式挂载启动分区：sudo mount -o remount,rw /boot/firmware",
	"Make room: df /boot/firmware /var":                                                  "请腾出空间：df /boot/firmware /var",
	"All is as it was. It holds after the reboot that is due: sudo reboot":               "一切已恢复原样。重启后生效：sudo reboot",

	// health, version, watch
	"The error bound is above %s.": "误差上限超过 %s。", "In holdover for more than %s.": "守时 (holdover) 已超过 %s。", "Fewer than %d satellites are used.": "使用的卫星少于 %d 颗。",
	"does not answer": "没有应答", "asking gpsntpd …": "正在询问 gpsntpd……", "%s UTC  %s%s%s for %s": "%s UTC  %s%s%s %s", "error < %s": "误差 < %s", "%d alarm": "%d 条告警", "%d alarms": "%d 条告警",
	"q quit": "q 退出",
}

// chineseWords are enumerated words in Chinese.
var chineseWords = map[string]string{
	"alone": "无旁证", "confirmed": "已证实", "doubtful": "存疑", "contradicted": "有矛盾", "refuted": "已否定",
	"starting": "启动中", "acquiring": "捕获中", "locked": "已锁定", "holdover": "守时", "unsynchronized": "未同步", "fallback": "跟随网络", "client": "网络客户端",
	"ok": "正常", "within": "合格", "outside": "超出", "unsure": "无法确定", "unreadable": "读不到", "off": "关闭", "missing": "找不到设备", "denied": "无权限", "busy": "被占用", "failed": "故障", "silent": "无信号", "garbage": "乱码",
	"irregular": "不规律", "wrong_edge": "边沿错误", "no_fix": "未定位", "no_date": "无日期", "no_time": "无时间", "bad_time": "时间错误", "leap_second": "闰秒",
	"waiting": "等待", "xdp": "xdp", "xdp_generic": "xdp_generic", "kernel": "内核", "hardware": "网卡", "software": "软件",
	"warning": "警告", "critical": "严重", "pulse": "秒脉冲", "sentence": "语句", "latency": "延迟", "edge": "脉冲输入", "receiver": "接收机", "loop": "环路",
	"network": "网络", "no_address": "无地址", "no_keys": "无密钥", "unreachable": "不可达", "distance": "误差过大", "future": "参考时间在未来",
	"kiss_rate": "要求少查询", "kiss_deny": "拒绝查询", "processing": "时间戳矛盾", "delay": "延迟矛盾", "unproven": "无法验证来源", "keyless": "密钥失效", "no_cookies": "无 cookie",
	"open": "已打开", "console": "控制台", "login": "登录终端", "temperature sensor": "温度传感器", "Galileo": "伽利略", "BeiDou": "北斗",
	// The columns of simulate.
	"seed": "种子", "all": "全部", "std": "标准差", "rms": "均方根", "mean": "平均", "p99": "p99", "max": "最大", "clock": "时钟", "rate": "频率", "/limit": "/极限",
	"to 1 ms": "至 1 ms", "to 10 µs": "至10 µs", "to 1 µs": "至 1 µs", "bound": "误差上限", "held": "锁定可信", "lies": "虚报", "loss end": "中断末",
	// The states of setup.
	"needed": "待办", "done": "完成", "undone": "已撤销", "refused": "受阻", "note": "注意",
	// The views of watch.
	"status": "状态", "satellites": "卫星", "clients": "客户端", "alarms": "告警", "why": "原因", "log": "日志",
	"unknown": "未知", "none": "无", "built in": "内置", "expired": "已过期", "no_certificate": "无证书",
}
