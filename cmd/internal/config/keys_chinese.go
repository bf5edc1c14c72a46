package config

import "gpsntpd/server/why"

// DocIn is the sentence that describes a key in a language, or doc, which is in English,
// for a key that no one knows, as of a newer daemon.
func DocIn(l why.Language, name, doc string) string {
	if text, ok := chineseDocs[name]; ok && l == why.Chinese {
		return text
	}
	return doc
}

// chineseDocs are the sentences of keys in Chinese, by their names.
var chineseDocs = map[string]string{
	"language":                   "网页、告警，以及未指定语言时 why 的语言；\"auto\" 表示网页随浏览器，其余用英文。",
	"receiver.device":            "可能接有接收机的串口；使用其中第一个能读到语句的。",
	"receiver.baud":              "串口波特率；\"auto\" 表示一直监听到语句可读为止。",
	"receiver.not-before":        "不相信早于此日期的时间：每次加 1024 周，直到不早于它。",
	"receiver.sentence-latency":  "每秒的第一条语句迟到多久；没有秒脉冲时才起作用。",
	"receiver.configure":         "可以对接收机做什么：\"auto\" 按时钟的需要设置它的输出和工作方式，只写入它的内存（RAM）；\"monitor\" 只查询，不改动；\"off\" 一个字节也不发送。",
	"receiver.elevation-mask":    "仰角低于这么多度的卫星不使用；\"receiver\" 由接收机自己决定。",
	"receiver.cable-delay":       "天线馈线使信号迟到多久，每米约 5 ns，由接收机扣除；\"receiver\" 由接收机自己决定。",
	"receiver.constellations":    "使用哪些系统：gps、galileo、beidou、glonass、qzss、sbas；留空由接收机自己决定。",
	"receiver.sawtooth":          "接收机对每个秒脉冲误差的说明（UBX TIM-TP）：\"auto\" 在脉冲因此更齐时将其扣除；\"off\" 用于脉冲由其他设备再生的情况。",
	"pulse.device":               "PPS 设备，可以用路径、编号（\"pps0\"）或 /sys/class/pps/*/name、path 的内容来指定；\"dcd:/dev/ttyS0\" 表示串口的 DCD 线，\"gpio:18\" 表示排针上没有被 overlay 占用的一条线，\"phc:eth0\" 表示网卡的时钟（\"phc:eth0@SDP1\"：指定其引脚）。",
	"pulse.compare":              "同一秒脉冲的另一条路径，用来测出第一条路径恒定的延迟：\"auto\" 表示直接读取引脚电平（已知的板子）；其余写法同 pulse.device。",
	"pulse.edge":                 "标出秒起点的边沿；另一个边沿晚一个脉冲宽度。",
	"pulse.latency":              "秒脉冲的时间戳晚多少（馈线、中断）；会被扣除。",
	"pulse.latency-error":        "除此之外还可能固定晚多少；它是误差上限的一部分。\"board\" 使用同类板子的已知值；设置了 pulse.latency 时为 1us。",
	"clock.steer":                "是否调整本机时钟；为 false 时驯服并提供程序自己的时钟。",
	"clock.max-error":            "允许声称的最大误差；超过它，应答就标明“未同步”。",
	"clock.step-threshold":       "其他程序把时钟改动多少以上，才立即步进改回。",
	"clock.leap-seconds":         "在系统的和内置的之外再读一份 leap-seconds.list；使用最新的。",
	"clock.temperature":          "晶振附近的温度传感器，名字见 /sys/class/thermal/*/type 或 /sys/class/hwmon/*/name；\"auto\" 取最近的一个。",
	"network.servers":            "向哪些 NTP 服务器查询时间，选项写在各自后面。它们为接收机作证；接收机不可信且它们的误差上限小于守时时，时钟跟随它们。默认没有。",
	"network.authorities":        "除系统信任的证书机构外，NTS 服务器的证书还可由哪些机构签发（PEM 证书文件）。",
	"server.listen":              "在哪里回答 NTP 请求；不写地址表示所有地址。",
	"server.interface":           "只从这个网络接口接收请求并应答。",
	"server.dscp":                "应答的 DSCP 值，即路由器给它的优先级；46 是加速转发。",
	"server.hardware-timestamps": "网卡支持且其时钟可靠时，是否由网卡给请求打时间戳；否则只由内核打。",
	"server.workers":             "每个地址用几个线程应答；\"auto\" 为每个处理器一个。",
	"server.fast-path":           "\"xdp\" 让内核自己回答普通请求，在防火墙看到请求之前；需要额外的权限。",
	"server.refid":               "由秒脉冲驯服时钟时的参考标识。",
	"server.sentence-refid":      "只由语句驯服时钟时的参考标识。",
	"server.allow":               "回答谁；两个网段都匹配时，较长的优先。",
	"server.deny":                "不回答谁；同一网段也在 allow 中时，以此项为准。",
	"server.rate-limit":          "一个客户端每秒、以及停顿之后一次最多可以查询多少次。",
	"server.keys":                "对称密钥文件，格式与 chrony 和 ntp 相同；用其中的密钥签名的请求，得到同样签名的应答。",
	"server.ntpq":                "谁可以用 ntpq 查看；它不能改动任何东西。",
	"server.broadcast":           "主动向这些广播和组播地址发送时间（模式 5），从应答所用的端口发出。",
	"server.broadcast-interval":  "多久发送一次。",
	"server.broadcast-key":       "给广播签名的密钥在 server.keys 中的编号；接受未签名广播的客户端会相信任何人。",
	"nts.certificate":            "密钥交换所用的证书，连同通往根证书的各级证书，PEM 格式；没有它就没有 NTS。",
	"nts.private-key":            "证书的私钥，PEM 格式；\"certificate\" 表示在同一个文件里。",
	"nts.listen":                 "在哪里用 TCP 交换密钥；不写地址表示所有地址。",
	"nts.server":                 "让客户端去哪台服务器取时间；\"same\" 表示就是交换密钥的这台。",
	"nts.master-keys":            "用于封装 cookie 的主密钥文件；\"state\" 表示放在状态目录里。",
	"web.listen":                 "网页在哪里提供（HTTP）；不写地址表示所有地址。",
	"web.names":                  "除本机名和本机地址以外，浏览器和 Prometheus 可以用来访问的名字。",
	"web.certificate":            "网页的证书，连同通往根证书的各级证书，PEM 格式；没有它就没有 TLS。",
	"web.private-key":            "证书的私钥，PEM 格式；\"certificate\" 表示在同一个文件里。",
	"web.password-file":          "允许查看的用户及密码，由 `htpasswd -B` 生成；没有它则人人可看。",
	"web.trusted-proxy":          "哪些反向代理可以用 X-Forwarded-For 说明是谁在访问网页和指标。",
	"metrics.listen":             "Prometheus 在哪里读取 /metrics（HTTP）；不写地址表示所有地址。",
	"recorder.size":              "用多少内存记录最近几小时各设备送来的数据和守护进程的决定，供报告问题时使用；0 表示不记录。",
	"statistics.directory":       "存放统计文件的目录，格式与 ntpd（loopstats、peerstats、clockstats、temps）和 chronyd（tracking.log）相同。",
	"statistics.days":            "保留几天的文件。",
	"log.level":                  "输出的最低级别。",
	"log.format":                 "给人看，还是给程序读。",
	"alarms.exec":                "每当告警出现或解除时运行的程序及其参数；后面会加上代码、级别、状态和文字。",
	"alarms.webhook":             "每条告警以 JSON 发送（POST）到这个 URL。",
	"alarms.services":            "每个文件对应一个服务并保存其机密：钉钉、企业微信、飞书、Slack、Telegram、邮件，或别的 webhook。",
	"alarms.syslog":              "每条告警作为一行 syslog 发往哪里：本机的 facility、另一台主机，或两者。",
	"alarms.language":            "通知的语言；\"same\" 表示与 `language` 相同。日志始终是英文。",
	"control.socket":             "gpsntpctl 与之通信的套接字；\"auto\" 根据守护进程的启动方式选择位置。",
	"sandbox.landlock":           "内核支持时，是否让内核把守护进程限制在它需要的文件之内。",
	"sandbox.write":              "除 /tmp 以外，alarms.exec 的程序可以写的目录。",
}
