package why

// The codes of which second a pulse begins.
const (
	PairingOK    Code = "pairing_ok"
	NoPulseYet   Code = "no_pulse_before"
	Glitch       Code = "glitch"
	Discontinued Code = "discontinued"
	Ambiguous    Code = "ambiguous"
	LineFull     Code = "line_full"
	Learning     Code = "learning"
	Disagrees    Code = "disagrees"
	Unconfirmed  Code = "unconfirmed"
	PhaseOK      Code = "phase_ok"
	PhaseUnseen  Code = "phase_unseen"
	PhaseJumped  Code = "phase_jumped"
)

var pairingStates = [...]State{
	{
		PairingOK, PartPairing, Good,
		Words{"sentences and clock agree on the second{with_margin}", "", ""},
		Words{"NMEA 语句与时钟的秒一致{with_margin}", "", ""},
	},
	{
		NoPulseYet, PartPairing, Waiting,
		Words{
			"the last sentence came without a pulse before it", "",
			"Wait some seconds. If it stays so, check whether pulses come every second.",
		},
		Words{
			"最近一条语句之前没有秒脉冲 (PPS)", "",
			"等几秒钟；如果一直如此，请检查是否每秒都有脉冲。",
		},
	},
	{
		Glitch, PartPairing, Waiting,
		Words{
			"the last edge was none of the pulse's", "Edges that do not come a whole second after a pulse are left out.",
			"Nothing to do when it happens now and then. If it is often (`gpsntpctl counters`), look for noise on the PPS wire.",
		},
		Words{
			"最近一个边沿不属于秒脉冲 (PPS)", "与前一个脉冲的间隔不是整秒的边沿会被丢弃。",
			"偶尔出现无需处理；如果频繁出现（见 `gpsntpctl counters`），请检查 PPS 线上的干扰。",
		},
	},
	{
		Discontinued, PartPairing, Bad,
		Words{
			"the receiver's seconds do not count up one by one", "",
			"Nothing to do if it is over in a minute: receivers correct themselves after the start. Otherwise set the receiver to one epoch a second and enough baud for it.",
		},
		Words{
			"接收机给出的时间不是逐秒递增", "",
			"如果一分钟内恢复则无需操作：接收机启动后会自行修正。否则请把接收机设为每秒一次输出，并使用足够高的波特率。",
		},
	},
	{
		Ambiguous, PartPairing, Bad,
		Words{
			"sentences arrive so near to a pulse that no one can tell which second they name{with_latency}", "",
			"Raise the baud rate of the receiver, or switch off sentences that are not needed, so that they come well within their second.",
		},
		Words{
			"语句到达的时刻离秒脉冲 (PPS) 太近，无法判断它对应哪一秒{with_latency}", "",
			"提高接收机的波特率，或关闭不需要的语句，让语句在所属的那一秒之内尽早到达。",
		},
	},
	{
		LineFull, PartPairing, Bad,
		Words{
			"the line from the receiver is full", "Sentences wait for it and come late, maybe by seconds, and nothing shows by how many.",
			"With receiver.configure = \"auto\" the receiver is told to say less (`gpsntpctl receiver`). Otherwise switch off GSV sentences, or raise its baud rate.",
		},
		Words{
			"接收机的串口带宽已占满", "语句要排队，可能迟到数秒，而且无法看出迟到多少。",
			"设置 receiver.configure = \"auto\" 时，gpsntpd 会让接收机少发一些（见 `gpsntpctl receiver`）；否则请关闭 GSV 语句，或提高它的波特率。",
		},
	},
	{
		Learning, PartPairing, Waiting,
		Words{
			"it is still being learnt how late the sentences are", "That takes some seconds after the first fix.",
			"Nothing to do: wait for some more sentences.",
		},
		Words{
			"正在测量 NMEA 语句的延迟", "首次定位后需要几秒钟。",
			"无需操作：再等几条语句即可。",
		},
	},
	{
		Disagrees, PartPairing, Bad,
		Words{
			"the receiver names another second than the clock", "One of the two is wrong, so the pulses are not used.",
			"Wait: a receiver without UTC parameters is off by some seconds and corrects itself within a quarter of an hour.",
		},
		Words{
			"接收机给出的秒与时钟不一致", "两者必有一个不对，因此暂不采用秒脉冲 (PPS)。",
			"请等待：还没有 UTC 参数的接收机会差几秒，一刻钟内会自行纠正。",
		},
	},
	{
		Unconfirmed, PartPairing, Bad,
		Words{
			"no sentence has confirmed the pulses for some seconds", "Pulses count only while sentences agree with them.",
			"Check that the receiver keeps sending sentences with a valid time, every second.",
		},
		Words{
			"已有数秒没有语句确认秒脉冲 (PPS)", "只有与语句吻合的脉冲才会被采用。",
			"检查接收机是否每秒都在发送带有效时间的语句。",
		},
	},
	{
		PhaseOK, PartPhase, Good,
		Words{"the pulse has kept its phase", "", ""},
		Words{"秒脉冲 (PPS) 的相位一直稳定", "", ""},
	},
	{
		PhaseUnseen, PartPhase, Unknown,
		Words{"no pulse has come yet whose phase could be judged", "", "Nothing to do here: that shows with the first pulses."},
		Words{"还没有收到秒脉冲 (PPS)，无法判断其相位", "", "此处无需操作：收到第一批脉冲后即可判断。"},
	},
	{
		PhaseJumped, PartPhase, Bad,
		Words{
			"the receiver's pulse jumped {jumped_ago} ago while its rate did not change", "The clock runs on without it until that is settled.",
			"Look at the receiver: a restart, a change of its settings, or interference moves the pulse. If it stays, its new phase is believed in the end.",
		},
		Words{
			"接收机的秒脉冲 (PPS) 在 {jumped_ago}前发生了跳变，而频率没有变化", "在判明之前，时钟不采用它，自行走时。",
			"检查接收机：重启、修改设置或干扰都会移动脉冲。如果新相位持续不变，最终会被接受。",
		},
	},
}
