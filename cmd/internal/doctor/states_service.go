package doctor

import "gpsntpd/server/why"

// The codes of the host and of what it serves.
const (
	configBad         why.Code = "configuration_bad"
	configUnread      why.Code = "configuration_unread"
	configOK          why.Code = "configuration_ok"
	clockMoved        why.Code = "clock_moved"
	socketOurs        why.Code = "socket_ours"
	socketTaken       why.Code = "socket_taken"
	socketFree        why.Code = "socket_free"
	socketUnseen      why.Code = "socket_unseen"
	firewallOpen      why.Code = "firewall_open"
	firewallBlocks    why.Code = "firewall_blocks"
	firewallUnread    why.Code = "firewall_unread"
	answersOK         why.Code = "answers_ok"
	answersNone       why.Code = "answers_none"
	answersWarn       why.Code = "answers_unsynchronized"
	clientsOK         why.Code = "clients_ok"
	clientsRefused    why.Code = "clients_refused"
	certificateUnread why.Code = "certificate_unread"
	certificateNames  why.Code = "certificate_names"
)

var hostStates = [...]state{
	{
		configOK, linkConfig, OK,
		words{clause: "the configuration has no mistake ({subject})"},
		words{clause: "配置没有错误 ({subject})"},
	},
	{
		configBad, linkConfig, Fault,
		words{"the configuration has a mistake: {error}", "", "Correct it; `gpsntpd --check {subject}` says whether it is right."},
		words{"配置有错误：{error}", "", "请改正；`gpsntpd --check {subject}` 可检查是否正确。"},
	},
	{
		configUnread, linkConfig, Unknown,
		words{clause: "{subject} cannot be read: what follows goes by the defaults", remedy: "Ask again as root: `sudo gpsntpctl doctor`."},
		words{clause: "无法读取 {subject}：以下按默认配置检查", remedy: "请以 root 身份再运行一次：`sudo gpsntpctl doctor`。"},
	},
	{
		clockMoved, why.PartRivals, Note,
		words{clause: "other programs have moved the clock since gpsntpd started: {subject} times; that was undone"},
		words{clause: "gpsntpd 启动以来，其他程序改动过时钟 {subject} 次；改动已撤销"},
	},
	{
		socketOurs, linkSocket, OK,
		words{clause: "gpsntpd has UDP port {subject}"},
		words{clause: "UDP 端口 {subject} 由 gpsntpd 使用"},
	},
	{
		socketTaken, linkSocket, Fault,
		words{"UDP port {subject} belongs to {holder}, so that gpsntpd cannot serve on it", "", "Stop it: `sudo systemctl disable --now {unit}`; then start gpsntpd."},
		words{"UDP 端口 {subject} 被 {holder} 占用，gpsntpd 无法在该端口提供服务", "", "停用它：`sudo systemctl disable --now {unit}`；然后启动 gpsntpd。"},
	},
	{
		socketFree, linkSocket, OK,
		words{clause: "UDP port {subject} is free"},
		words{clause: "UDP 端口 {subject} 空闲"},
	},
	{
		socketUnseen, linkSocket, Unknown,
		words{clause: "UDP port {subject} is taken; only root sees by whom", remedy: "Ask again as root: `sudo gpsntpctl doctor`."},
		words{clause: "UDP 端口 {subject} 已被占用；只有 root 能看到占用者", remedy: "请以 root 身份再运行一次：`sudo gpsntpctl doctor`。"},
	},
}

var serviceStates = [...]state{
	{
		firewallOpen, linkFirewall, OK,
		words{clause: "no firewall of this host keeps UDP port {subject} shut"},
		words{clause: "本机防火墙没有阻挡 UDP 端口 {subject}"},
	},
	{
		firewallBlocks, linkFirewall, Warning,
		words{"the firewall ({tool}) of this host lets no one in on UDP port {subject}", "", "Let it in, for example `{command}`, and have that kept over a restart."},
		words{"本机防火墙 ({tool}) 没有放行 UDP 端口 {subject}", "", "请放行，例如运行 `{command}`，并使其在重启后仍然有效。"},
	},
	{
		firewallUnread, linkFirewall, Unknown,
		words{clause: "what the firewall lets in is seen by root only", remedy: "Ask again as root: `sudo gpsntpctl doctor`."},
		words{clause: "只有 root 能看到防火墙放行了什么", remedy: "请以 root 身份再运行一次：`sudo gpsntpctl doctor`。"},
	},
	{
		answersOK, linkAnswers, OK,
		words{clause: "all own addresses ({count}) answer as stratum {stratum}"},
		words{clause: "所有本机地址 ({count}) 都以层级 {stratum} 应答"},
	},
	{
		answersNone, linkAnswers, Fault,
		words{
			"a request to {subject} gets no answer", "It was sent from this host, and no one else can expect one.",
			"Does the address belong to server.allow, and to server.interface? `gpsntpctl counters` shows whether requests arrive.",
		},
		words{
			"向 {subject} 发送的请求没有应答", "请求从本机发出，其他主机也不会得到应答。",
			"该地址是否被 server.allow 允许，是否属于 server.interface？`gpsntpctl counters` 可看到请求是否到达。",
		},
	},
	{
		answersWarn, linkAnswers, Warning,
		words{"{subject} answers with the warning that the clock is not synchronized", "Clients take no time from it.", "Mend what comes before it on this list; else wait."},
		words{"{subject} 的应答中带有“时钟未同步”的警告", "客户端不会采用它的时间。", "先处理本表中在它之前的问题；没有问题就等待。"},
	},
	{
		clientsOK, linkClients, OK,
		words{clause: "{count} requests since the start, {refused} of them refused"},
		words{clause: "启动以来有 {count} 个请求，其中 {refused} 个被拒绝"},
	},
	{
		clientsRefused, linkClients, Warning,
		words{
			"{refused} of {count} requests since the start were refused: {reasons}", "",
			"`gpsntpctl clients` shows whose: server.allow says who may ask, server.rate-limit how often, server.keys with which keys.",
		},
		words{
			"启动以来的 {count} 个请求中有 {refused} 个被拒绝：{reasons}", "",
			"`gpsntpctl clients` 可看到是谁：server.allow 决定谁可以访问，server.rate-limit 决定频率，server.keys 决定密钥。",
		},
	},
	{
		certificateUnread, why.PartNTS, Unknown,
		words{clause: "the certificate {subject} cannot be read by you", remedy: "Ask again as root: `sudo gpsntpctl doctor`."},
		words{clause: "您没有权限读取证书 {subject}", remedy: "请以 root 身份再运行一次：`sudo gpsntpctl doctor`。"},
	},
	{
		certificateNames, why.PartNTS, Warning,
		words{"the certificate {subject} is for {names}, and this host is called {host}", "", "Clients must ask for one of those names; else get a certificate for the name that they use."},
		words{"证书 {subject} 的名称是 {names}，而本机名为 {host}", "", "客户端必须使用这些名称之一；否则请为客户端所用的名称签发证书。"},
	},
}
