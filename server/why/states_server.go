package why

// The codes of the servers.
const (
	NTPOK            Code = "ntp_ok"
	NTPUnasked       Code = "ntp_unasked"
	NTPWarning       Code = "ntp_unsynchronized"
	NTPDenied        Code = "ntp_denied"
	NTPRateLimited   Code = "ntp_rate_limited"
	NTPBadKeys       Code = "ntp_bad_keys"
	NTPSendFailed    Code = "ntp_send_failed"
	NTPLost          Code = "ntp_lost"
	NTSOff           Code = "nts_off"
	NTSOK            Code = "nts_ok"
	NTSNoCertificate Code = "nts_no_certificate"
	NTSNoDate        Code = "nts_no_date"
	NTSExpiresSoon   Code = "nts_expires_soon"
	NTSExpiresNow    Code = "nts_expires_now"
	NTSExpired       Code = "nts_expired"
	NTSKeysAnew      Code = "nts_keys_anew"
)

var ntpStates = [...]State{
	{
		NTPOK, PartNTP, Good,
		Words{"requests are answered as stratum {stratum} ({recent} in the last minute)", "", ""},
		Words{"正在以层级 {stratum} (stratum {stratum}) 应答请求（最近一分钟 {recent} 个）", "", ""},
	},
	{
		NTPUnasked, PartNTP, Good,
		Words{"no one has asked for the time yet", "", ""},
		Words{"还没有客户端来请求时间", "", ""},
	},
	{
		NTPWarning, PartNTP, Waiting,
		Words{
			"requests are answered with the warning that the clock is not synchronized", "Clients take no time from such answers.",
			"Nothing to do here: it ends when the clock is synchronized.",
		},
		Words{
			"应答中带有“时钟未同步”的警告", "客户端不会采用这样的应答。",
			"此处无需操作：时钟同步后会自动恢复。",
		},
	},
	{
		NTPDenied, PartNTP, Bad,
		Words{
			"{denied} of the requests of the last minute come from addresses that may not ask", "",
			"If these are your clients (`gpsntpctl clients` lists them), add their network to server.allow and reload gpsntpd.",
		},
		Words{
			"最近一分钟有 {denied} 的请求来自不允许访问的地址", "",
			"如果它们是您的客户端（`gpsntpctl clients` 可列出），请把其网段加入 server.allow 并重新加载 gpsntpd。",
		},
	},
	{
		NTPRateLimited, PartNTP, Bad,
		Words{
			"{rate_limited} of the requests of the last minute are more than a client may ask", "",
			"`gpsntpctl clients` shows who asks so often: repair that client, or raise server.rate-limit if many share one address.",
		},
		Words{
			"最近一分钟有 {rate_limited} 的请求超出了单个客户端的速率限制", "",
			"`gpsntpctl clients` 可看到谁请求得这么频繁：修复该客户端；如果多台主机共用一个地址，可调高 server.rate-limit。",
		},
	},
	{
		NTPBadKeys, PartNTP, Bad,
		Words{
			"{bad_keys} of the requests of the last minute are signed with a key that is not ours", "",
			"Compare the key files of server and clients (server.keys): number, type and secret must be the same.",
		},
		Words{
			"最近一分钟有 {bad_keys} 的请求使用了不匹配的密钥签名", "",
			"核对服务器与客户端的密钥文件 (server.keys)：编号、类型和密钥必须一致。",
		},
	},
	{
		NTPSendFailed, PartNTP, Bad,
		Words{
			"{send_failed} of the answers of the last minute could not be sent", "",
			"Look at the firewall (outgoing UDP from port 123) and at the routes back to the clients.",
		},
		Words{
			"最近一分钟有 {send_failed} 的应答没能发出", "",
			"检查防火墙（源端口 123 的出站 UDP）以及返回客户端的路由。",
		},
	},
	{
		NTPLost, PartNTP, Bad,
		Words{
			"{lost} of the requests of the last minute came faster than they could be answered", "The kernel threw them away.",
			"Is it a flood (`gpsntpctl clients`)? Else give gpsntpd more processors (server.workers), or have clients ask less often.",
		},
		Words{
			"最近一分钟有 {lost} 的请求来得太快，来不及应答", "内核丢弃了它们。",
			"是否遭到洪水攻击（`gpsntpctl clients`）？否则请让 gpsntpd 使用更多处理器（server.workers），或降低客户端的请求频率。",
		},
	},
}

var ntsStates = [...]State{
	{
		NTSOff, PartNTS, Good,
		Words{"NTS is off", "", ""},
		Words{"NTS 未启用", "", ""},
	},
	{
		NTSOK, PartNTS, Good,
		Words{"keys are exchanged for NTS; the certificate is valid for {nts_left}", "", ""},
		Words{"NTS 密钥交换正常，证书还有 {nts_left}有效", "", ""},
	},
	{
		NTSNoCertificate, PartNTS, Bad,
		Words{
			"the certificate of NTS or its key cannot be read", "The log says why.",
			"Mostly gpsntpd's user may not read the key: check the owner of nts.private-key. No restart is needed afterwards.",
		},
		Words{
			"无法读取 NTS 证书或私钥", "日志中有原因。",
			"多半是 gpsntpd 的运行用户无权读取私钥：检查 nts.private-key 的属主。之后无需重启。",
		},
	},
	{
		NTSNoDate, PartNTS, Waiting,
		Words{
			"no NTS keys are exchanged before the clock was synchronized for the first time", "A certificate cannot be judged without a date.",
			"Nothing to do for NTS: it begins with the first synchronization.",
		},
		Words{
			"时钟首次同步之前不进行 NTS 密钥交换", "没有日期就无法判断证书是否有效。",
			"NTS 方面无需操作：首次同步后即会开始。",
		},
	},
	{
		NTSExpiresSoon, PartNTS, Bad,
		Words{
			"the certificate of NTS expires in {nts_left}", "",
			"Renew it and replace the file nts.certificate within that time; it is read again by itself.",
		},
		Words{
			"NTS 证书将在 {nts_left}后过期", "",
			"请在此之前续签并替换 nts.certificate 文件；gpsntpd 会自动重新读取。",
		},
	},
	{
		NTSExpiresNow, PartNTS, Bad,
		Words{
			"the certificate of NTS expires in no more than {nts_left}", "From then on NTS clients get no time.",
			"Renew it now: replace nts.certificate and nts.private-key, no restart is needed.",
		},
		Words{
			"NTS 证书仅剩 {nts_left}就要过期", "过期后 NTS 客户端将无法获取时间。",
			"请立即续签：替换 nts.certificate 和 nts.private-key，无需重启。",
		},
	},
	{
		NTSExpired, PartNTS, Bad,
		Words{
			"the certificate of NTS expired {nts_ago} ago", "Clients refuse it and get no time.",
			"Replace the file nts.certificate by a valid one; no restart is needed.",
		},
		Words{
			"NTS 证书已于 {nts_ago}前过期", "客户端会拒绝它，因而得不到时间。",
			"请用有效证书替换 nts.certificate 文件；无需重启。",
		},
	},
	{
		NTSKeysAnew, PartNTS, Bad,
		Words{
			"the master keys of NTS were of days to come, and have been made anew", "A date that was too late had been believed. Clients exchange keys again by themselves.",
			"Look into the log for when the date was wrong, and at the receiver: `gpsntpctl log`.",
		},
		Words{
			"NTS 主密钥属于未来的日期，已重新生成", "此前曾采信过一个错误的、偏晚的日期。客户端会自动重新交换密钥。",
			"请在日志中查看日期何时出错，并检查接收机：`gpsntpctl log`。",
		},
	},
}
