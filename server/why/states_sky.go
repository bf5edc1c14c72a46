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
			"接收机报告天线开路（未连接）", "有源天线会消耗几毫安电流，而接收机检测不到。",
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
			"仅使用了 {used} 颗卫星", "少于 4 颗时，一路坏信号就可能使时间偏移。",
			"把天线移到视野更开阔的地方，远离墙壁以及会干扰 GPS 的 USB 3 和 HDMI 线缆。",
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
			"接收机正处于闰秒之中", "这一秒在我们的计数中没有名字。",
			"无需操作：一秒之内就会结束。",
		},
	},
}
