package why

// The codes of what the receiver says of antenna, fix and date.
const (
	AntennaOK       Code = "antenna_ok"
	AntennaUnsaid   Code = "antenna_unsaid"
	AntennaInternal Code = "antenna_internal"
	AntennaOpen     Code = "antenna_open"
	AntennaShort    Code = "antenna_short"
	FixOK           Code = "fix_ok"
	NoFix           Code = "no_fix"
	FewSatellites   Code = "few_satellites"
	DateOK          Code = "date_ok"
	NoDate          Code = "no_date"
	NoTime          Code = "no_time"
	BadTime         Code = "bad_time"
	LeapSecond      Code = "leap_second"
	Jamming         Code = "jamming"
	Jammed          Code = "jammed"
	Spoofed         Code = "spoofed"
	Unresolved      Code = "unresolved"
	Contradicts     Code = "contradicts"
	UTCUnknown      Code = "utc_unknown"
)

var skyStates = [...]State{
	{
		AntennaOK, PartAntenna, Good,
		Words{"the receiver says that its antenna is well", "", ""},
		Words{"接收机报告天线正常", "", ""},
	},
	{
		AntennaUnsaid, PartAntenna, Unknown,
		Words{"the receiver does not say how its antenna is", "", "Nothing to do: many receivers never say."},
		Words{"接收机不报告天线状态", "", "无需操作：许多接收机从不报告。"},
	},
	{
		AntennaInternal, PartAntenna, Good,
		Words{"the receiver uses its internal antenna", "", ""},
		Words{"接收机正在使用内置天线", "", ""},
	},
	{
		AntennaOpen, PartAntenna, Bad,
		Words{
			"the receiver says that no antenna is connected (open)", "An active antenna draws some milliamperes; the receiver feels none.",
			"Screw the antenna on and check its cable. A passive antenna, or one behind a splitter that blocks DC, is reported like this too and may be all right.",
		},
		Words{
			"接收机报告天线开路（未连接）", "有源天线会消耗几毫安电流，而接收机没有检测到。",
			"拧紧天线接头并检查馈线。无源天线，或经过隔直功分器的天线，也会这样报告，可能并无问题。",
		},
	},
	{
		AntennaShort, PartAntenna, Bad,
		Words{
			"the receiver says that its antenna is shorted", "It has switched the antenna's supply off.",
			"Unplug the antenna: if the message ends, replace the antenna or its cable (water in the connector is the usual cause).",
		},
		Words{
			"接收机报告天线短路", "它已切断天线供电。",
			"拔下天线：如果告警消失，请更换天线或馈线（接头进水是常见原因）。",
		},
	},
	{
		FixOK, PartFix, Good,
		Words{"the receiver has a fix{with_used}", "", ""},
		Words{"接收机已定位{with_used}", "", ""},
	},
	{
		NoFix, PartFix, Bad,
		Words{
			"the receiver has no fix{with_view}", "A first fix takes up to 15 min under a free sky; {no_fix_for} so far.",
			"Give the antenna a view of the sky: a window shows half of it at best, and metal or coated glass nothing at all. Then wait.",
		},
		Words{
			"接收机尚未定位{with_view}", "天空开阔时首次定位最长需要 15 分钟，目前已过 {no_fix_for}。",
			"请让天线能看到天空：窗边最多只能看到一半，金属或镀膜玻璃会完全遮挡信号。然后耐心等待。",
		},
	},
	{
		FewSatellites, PartFix, Bad,
		Words{
			"only {used} satellites are used", "With fewer than 4 one bad signal can move the time.",
			"Move the antenna to where it sees more of the sky, away from walls and from USB 3 and HDMI cables, which disturb GPS.",
		},
		Words{
			"仅使用了 {used} 颗卫星", "少于 4 颗时，一路异常信号就可能使时间出错。",
			"把天线移到视野更开阔的地方，远离墙壁以及会干扰 GPS 的 USB 3 和 HDMI 线缆。",
		},
	},
	{
		Jamming, PartFix, Bad,
		Words{
			"the receiver reports radio interference", "It still has a fix.",
			"Move the antenna away from transmitters, USB 3 and HDMI cables and switching power supplies.",
		},
		Words{
			"接收机报告存在无线电干扰", "它目前仍能定位。",
			"让天线远离发射机、USB 3 和 HDMI 线缆以及开关电源。",
		},
	},
	{
		Jammed, PartFix, Bad,
		Words{
			"the receiver has no fix and reports strong radio interference", "Something transmits on the frequency of the satellites.",
			"Move the antenna away from transmitters, USB 3 and HDMI cables and switching power supplies. Then look for a jammer nearby.",
		},
		Words{
			"接收机无法定位，并报告存在强烈的无线电干扰", "有设备正在卫星频率上发射信号。",
			"让天线远离发射机、USB 3 和 HDMI 线缆以及开关电源，然后排查附近是否有干扰器。",
		},
	},
	{
		Spoofed, PartFix, Bad,
		Words{
			"the receiver says that its signals are forged", "No second is taken from it until it says otherwise.",
			"Compare the clock with other servers. Move the antenna, or find the transmitter that imitates satellites.",
		},
		Words{
			"接收机报告其信号是伪造的", "在它撤回这一报告之前，不采用它给出的任何一秒。",
			"请与其他服务器核对时间。移动天线，或找出冒充卫星的发射机。",
		},
	},
	{
		DateOK, PartDate, Good,
		Words{"the receiver names time and date", "", ""},
		Words{"接收机给出时间和日期", "", ""},
	},
	{
		NoDate, PartDate, Waiting,
		Words{
			"the receiver has not sent a date yet", "A cold u-blox needs up to 12.5 min for UTC parameters; {receiver_for} so far.",
			"Nothing to do at first. If it lasts for more than 15 min, have the receiver send RMC or ZDA sentences.",
		},
		Words{
			"接收机还没有给出日期", "冷启动的 u-blox 最长需要 12.5 分钟才能收到 UTC 参数，目前已过 {receiver_for}。",
			"暂时无需操作。如果超过 15 分钟仍然如此，请让接收机输出 RMC 或 ZDA 语句。",
		},
	},
	{
		NoTime, PartDate, Waiting,
		Words{
			"the receiver does not know the time of day yet", "That comes with its first satellites; {receiver_for} so far.",
			"Wait some minutes with a view of the sky. A receiver that has a fix and still names no time has to be set to send RMC or ZDA sentences.",
		},
		Words{
			"接收机还不知道当前时刻", "收到第一批卫星信号后才会知道，目前已过 {receiver_for}。",
			"在天线能看到天空的情况下等几分钟。已定位却仍不给时刻的接收机，需要设置为输出 RMC 或 ZDA 语句。",
		},
	},
	{
		Unresolved, PartDate, Waiting,
		Words{
			"the receiver has not confirmed its time yet", "It may be off by leap seconds until it has; {receiver_for} so far.",
			"Nothing to do: a cold receiver needs up to 12.5 min to hear the leap seconds.",
		},
		Words{
			"接收机尚未确认其时间", "在确认之前可能相差几个闰秒，目前已过 {receiver_for}。",
			"无需操作：冷启动的接收机最长需要 12.5 分钟才能收到闰秒信息。",
		},
	},
	{
		Contradicts, PartDate, Bad,
		Words{
			"the receiver's text and its binary messages name different seconds", "That has been so for {receiver_for}.",
			"Restart the receiver; check that only one receiver is on the line. Or have it send one kind of message alone.",
		},
		Words{
			"接收机的文本语句与二进制消息给出的秒不一致", "已持续 {receiver_for}。",
			"重启接收机，并确认线路上只接了一台接收机；或让它只发送一种消息。",
		},
	},
	{
		UTCUnknown, PartDate, Good,
		Words{"the receiver names time and date, and knows UTC to a microsecond only so far", "", ""},
		Words{"接收机给出时间和日期，但目前所知的 UTC 只准到 1 µs", "", ""},
	},
	{
		BadTime, PartDate, Bad,
		Words{
			"the receiver names impossible or contradictory times", "That has been so for {receiver_for}.",
			"Restart the receiver. If that does not help, update its firmware or replace it; check that only one receiver is on the line.",
		},
		Words{
			"接收机给出的时间不可能成立或自相矛盾", "已持续 {receiver_for}。",
			"重启接收机；如无效，请升级其固件或更换，并确认线路上只接了一台接收机。",
		},
	},
	{
		LeapSecond, PartDate, Waiting,
		Words{
			"the receiver is in a leap second", "It has no name in our count.",
			"Nothing to do: it is over within a second.",
		},
		Words{
			"接收机正处于闰秒之中", "系统时间的计数中没有这一秒。",
			"无需操作：一秒之内就会结束。",
		},
	},
}
