package why

// The codes of the clock, and of who else moves it.
const (
	NobodyElse   Code = "nobody_else"
	RivalRunning Code = "rival_running"
	Interfered   Code = "interfered"

	Starting           Code = "starting"
	AcquiringStep      Code = "acquiring_step"
	AcquiringSamples   Code = "acquiring_samples"
	AcquiringResumed   Code = "acquiring_resumed"
	AcquiringOutliers  Code = "acquiring_outliers"
	AcquiringBound     Code = "acquiring_bound"
	AcquiringEdge      Code = "acquiring_edge"
	AcquiringSentences Code = "acquiring_sentences"
	Locked             Code = "locked"
	LockedSentences    Code = "locked_sentences"
	Holdover           Code = "holdover"
	HoldoverUnbelieved Code = "holdover_unbelieved"
	HoldoverHeld       Code = "holdover_held"
	HoldoverOver       Code = "holdover_over"
	NeverConfirmed     Code = "never_confirmed"
	Fallback           Code = "fallback"
	Client             Code = "client"
	OtherSecond        Code = "other_second"
	SteppedBack        Code = "stepped_back"
	Disbelieved        Code = "disbelieved"
	Recovering         Code = "recovering"
)

var rivalStates = [...]State{
	{
		NobodyElse, PartRivals, Good,
		Words{"no one else moves the clock", "", ""},
		Words{"没有其他程序改动时钟", "", ""},
	},
	{
		RivalRunning, PartRivals, Bad,
		Words{
			"{rival} is running too, and may steer the same clock", "Two programs that steer one clock work against each other.",
			"Stop it: `sudo systemctl disable --now {rival}`.",
		},
		Words{
			"{rival} 也在运行，可能在调整同一个时钟", "两个程序同时调整一个时钟会互相干扰。",
			"停用它：`sudo systemctl disable --now {rival}`。",
		},
	},
	{
		Interfered, PartRivals, Bad,
		Words{
			"another program moved the clock by {moved_by} {moved_ago} ago", "What it did has been undone.",
			"Find who sets the clock beside gpsntpd: chronyd, ntpd, systemd-timesyncd, ntpdate or `date -s` in a cron job, the guest tools of a virtual machine.",
		},
		Words{
			"{moved_ago}前有其他程序把时钟拨动了 {moved_by}", "这一改动已被撤销。",
			"找出除 gpsntpd 之外还在设置时钟的程序：chronyd、ntpd、systemd-timesyncd、cron 里的 ntpdate 或 `date -s`，或虚拟机的增强工具。",
		},
	},
}

var clockStates = [...]State{
	{
		Starting, PartClock, Waiting,
		Words{
			"no sample has been taken yet", "gpsntpd has been waiting for {clock_for}.",
			"Nothing to do: the first sample comes some seconds after the receiver has named time and date.",
		},
		Words{
			"还没有取得任何样本", "gpsntpd 已等待 {clock_for}。",
			"无需操作：接收机给出时间和日期后几秒内就会有第一个样本。",
		},
	},
	{
		AcquiringStep, PartClock, Waiting,
		Words{
			"the clock waits for the next sample, by which to check itself", "It has just been set, or the samples have paused; {silence} so far.",
			"Nothing to do: it takes one more pulse.",
		},
		Words{
			"时钟正在等待下一个样本，以便核对", "时钟刚被校准过，或样本中断了；目前已过 {silence}。",
			"无需操作：再来一个脉冲即可。",
		},
	},
	{
		AcquiringSamples, PartClock, Waiting,
		Words{
			"too few samples have been taken yet ({samples})", "Four in a row have to agree.",
			"Nothing to do: that takes some seconds.",
		},
		Words{
			"样本还太少（{samples} 个）", "需要连续四个样本相互吻合。",
			"无需操作：几秒钟即可。",
		},
	},
	{
		AcquiringResumed, PartClock, Waiting,
		Words{
			"gpsntpd goes on from its state before the restart, with {samples} new samples", "The frequency of the oscillator is known already.",
			"Nothing to do: after a restart it is back within seconds.",
		},
		Words{
			"gpsntpd 正从重启前保存的状态继续，已有 {samples} 个新样本", "振荡器的频率已经知道。",
			"无需操作：重启后几秒内即可恢复。",
		},
	},
	{
		AcquiringOutliers, PartClock, Bad,
		Words{
			"many of the samples are too far off to be believed ({outliers} of the last ones)", "A good pulse has less than 10 %.",
			"If it lasts for minutes, look for noise on the PPS wire, a shared interrupt, or a processor that is very busy.",
		},
		Words{
			"许多样本偏差过大而不可信（占近期的 {outliers}）", "正常的秒脉冲 (PPS) 应低于 10 %。",
			"如果持续数分钟，请检查 PPS 线上的干扰、共享中断或过高的处理器负载。",
		},
	},
	{
		AcquiringBound, PartClock, Waiting,
		Words{
			"the error may still be {bound}, the limit is {limit}", "The bound shrinks with each pulse.",
			"Nothing to do: that takes seconds to minutes. If it does not end, the pulse is noisier than clock.max-error allows.",
		},
		Words{
			"误差上限为 {bound}，仍高于限值 {limit}", "误差上限会随每个秒脉冲 (PPS) 缩小。",
			"无需操作：几秒到几分钟即可。如果一直达不到，说明脉冲的噪声超过了 clock.max-error 所允许的范围。",
		},
	},
	{
		AcquiringEdge, PartClock, Bad,
		Words{
			"the pulse may be stamped up to {edge} late, always alike, and the limit on the error is {limit}", "No one has measured that latency of this pulse input, so it is part of the bound.",
			"Compare with a clock that is known to be right and set pulse.latency and pulse.latency-error, use a GPIO pin instead of a USB port, or raise clock.max-error above {bound}.",
		},
		Words{
			"脉冲的时间戳可能始终晚 {edge}，而误差的限值为 {limit}", "本机脉冲输入的这一固定延迟未经测量，因此计入误差上限。",
			"与一台确知准确的时钟比较后设置 pulse.latency 和 pulse.latency-error；或改用 GPIO 引脚代替 USB 口；或把 clock.max-error 调到 {bound} 以上。",
		},
	},
	{
		AcquiringSentences, PartClock, Bad,
		Words{
			"there are only sentences, whose error may be {bound}, and the limit is {limit}", "Without a pulse the time cannot become better than that.",
			"Connect the PPS pin of the receiver and set pulse.device, or, if a coarse time is enough, raise clock.max-error above {bound}.",
		},
		Words{
			"只有 NMEA 语句可用，误差上限为 {bound}，而限值为 {limit}", "没有秒脉冲 (PPS) 就不可能更准。",
			"接上接收机的 PPS 引脚并设置 pulse.device；如果粗略的时间就够用，可把 clock.max-error 调到 {bound} 以上。",
		},
	},
	{
		Locked, PartClock, Good,
		Words{"the clock is locked to {host} for {clock_for}; the error is below {bound}{of_edge}", "", ""},
		Words{"时钟已与{host}同步 {clock_for}，误差上限 {bound}{of_edge}", "", ""},
	},
	{
		LockedSentences, PartClock, Good,
		Words{"the clock follows the sentences of {host} for {clock_for}, without a pulse; the error is below {bound}", "", ""},
		Words{"时钟已跟随{host}的 NMEA 语句 {clock_for}（没有秒脉冲），误差上限 {bound}", "", ""},
	},
	{
		Holdover, PartClock, Waiting,
		Words{
			"the clock has run by itself for {silence}; the error is still below {bound}", "Clients are safe until {safe_until} (bound below {limit}).",
			"Nothing is lost yet: bring the pulses back before then.",
		},
		Words{
			"时钟已自行守时 (holdover) {silence}，目前误差不超过 {bound}（仍在增大）", "客户端在 {safe_until} 之前可放心使用（误差上限低于 {limit}）。",
			"目前尚无损失：请在此之前恢复秒脉冲 (PPS)。",
		},
	},
	{
		HoldoverUnbelieved, PartClock, Bad,
		Words{
			"pulses arrive, but are too far off the clock's course to be believed ({outliers} of the last ones), and so it has run by itself for {silence}",
			"Either they have changed, or the oscillator has; the error is still below {bound}. Clients are safe until {safe_until} (bound below {limit}).",
			"Look for interference at the antenna, noise on the PPS wire, and sudden heat or draught at the board. What stays is believed in the end.",
		},
		Words{
			"秒脉冲 (PPS) 虽然到达，但偏离时钟走势过大而不可信（占近期的 {outliers}），因此时钟已自行守时 (holdover) {silence}",
			"不是脉冲变了，就是振荡器变了；目前误差不超过 {bound}（仍在增大）。客户端在 {safe_until} 之前可放心使用（误差上限低于 {limit}）。",
			"检查天线是否受干扰、PPS 线上是否有噪声，以及电路板附近是否骤热或有气流。持续不变的新状态最终会被接受。",
		},
	},
	{
		HoldoverHeld, PartClock, Bad,
		Words{
			"the receiver is held off, and the clock has run by itself for {silence}", "Its samples are not used while network servers or the oscillator contradict it; the error is still below {bound}. Clients are safe until {safe_until}.",
			"See what the witnesses say. The receiver is followed again when nothing has spoken against it for two minutes.",
		},
		Words{
			"接收机暂不采用，时钟已自行守时 (holdover) {silence}", "在网络服务器或振荡器与它矛盾期间，不使用它的样本；目前误差不超过 {bound}（仍在增大）。客户端在 {safe_until} 之前可放心使用。",
			"请看“旁证”一项。两分钟内再无矛盾时，会重新跟随接收机。",
		},
	},
	{
		NeverConfirmed, PartClock, Bad,
		Words{
			"the receiver was never confirmed since the start, and network servers say another time", "No time is served, since no one knows which is right.",
			"See what the witnesses say. If you are sure of the receiver, take the wrong servers out of network.servers and restart gpsntpd.",
		},
		Words{
			"启动以来接收机从未得到证实，而网络服务器给出的是另一个时间", "无法判断哪一个正确，因此不对外提供时间。",
			"请看“旁证”一项。如果确信接收机无误，请把有错的服务器从 network.servers 中去掉，然后重启 gpsntpd。",
		},
	},
	{
		HoldoverOver, PartClock, Bad,
		Words{
			"the clock has run by itself for too long ({silence}): the error may be {bound}, the limit is {limit}", "",
			"Bring the pulses back: a few seconds later the clock is synchronized again.",
		},
		Words{
			"时钟自行守时 (holdover) 已太久（{silence}）：误差上限达 {bound}，而限值为 {limit}", "",
			"请恢复秒脉冲 (PPS)：几秒钟后时钟就会重新同步。",
		},
	},
	{
		Client, PartClock, Good,
		Words{"the clock follows {servers} for {clock_for}; the error is below {bound}", "", ""},
		Words{"时钟已跟随{servers} {clock_for}，误差上限 {bound}", "", ""},
	},
	{
		Fallback, PartClock, Waiting,
		Words{
			"the clock follows {servers} for {clock_for}, since their bound is smaller than that of holdover; the error is below {bound}",
			"What is served is stratum {stratum}. It is stratum 1 again within 10 s of a receiver that is believed; the clock is slewed, never stepped.",
			"Nothing is lost for clients that accept stratum {stratum}: bring the receiver back.",
		},
		Words{
			"时钟已跟随{servers} {clock_for}，因为它们的误差上限小于守时 (holdover)；目前误差不超过 {bound}",
			"对外授时为层级 {stratum} (stratum {stratum})。接收机恢复可信后 10 s 内回到层级 1；时钟只缓慢调整，绝不跳变。",
			"接受层级 {stratum} 的客户端没有损失：请恢复接收机。",
		},
	},
	{
		OtherSecond, PartClock, Bad,
		Words{
			"the reference is not believed, since it names another second than the clock", "Pulse and sentences have agreed on theirs for {agreed}. After 13 minutes the clock is set by them.",
			"Nothing to do if the receiver is right. Compare with a server that you trust (`gpsntpctl query`); if it is wrong, restart or replace it within that time.",
		},
		Words{
			"不采信参考源，因为它给出的秒与时钟不一致", "秒脉冲 (PPS) 与语句彼此一致已有 {agreed}；满 13 分钟后时钟将按它们校准。",
			"如果接收机是对的，无需操作。请与您信任的服务器比较（`gpsntpctl query`）；如果接收机错了，请在此之前重启或更换它。",
		},
	},
	{
		SteppedBack, PartClock, Waiting,
		Words{
			"someone moved the clock, which was set right again and waits for the next sample", "It is served again after that.",
			"Stop whoever sets the clock: two programs must not do that.",
		},
		Words{
			"有程序拨动了时钟；现已拨正，正在等待下一个样本", "之后即恢复对外授时。",
			"停用另一个设置时钟的程序：不能有两个程序同时调整时钟。",
		},
	},
	{
		Disbelieved, PartClock, Bad,
		Words{
			"the samples have left the clock's course ({outliers} of the last ones are not believed) and the error may be {bound}", "Pulse or oscillator have changed more than either should.",
			"Look at the receiver's antenna and for a sudden change of temperature. What stays for some minutes is believed in the end.",
		},
		Words{
			"样本偏离了时钟的走势（近期有 {outliers} 不可信），误差上限达 {bound}", "秒脉冲 (PPS) 或振荡器的变化超出了正常范围。",
			"检查接收机天线，以及温度是否骤变。持续几分钟的新状态最终会被接受。",
		},
	},
	{
		Recovering, PartClock, Waiting,
		Words{
			"samples come again and the clock is being checked: the error may be {bound}, the limit is {limit}", "",
			"Nothing to do: it is synchronized again as soon as the bound is below the limit.",
		},
		Words{
			"样本已恢复，正在核对时钟：误差上限为 {bound}，限值为 {limit}", "",
			"无需操作：误差上限一低于限值就会重新同步。",
		},
	},
}
