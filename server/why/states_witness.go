package why

// The codes of what network servers and the oscillator say of the receiver.
const (
	WitnessConfirmed    Code = "witness_confirmed"
	WitnessAlone        Code = "witness_alone"
	WitnessSilent       Code = "witness_silent"
	WitnessWrong        Code = "witness_wrong"
	WitnessDoubtful     Code = "witness_doubtful"
	WitnessContradicted Code = "witness_contradicted"
	WitnessRefuted      Code = "witness_refuted"
)

var witnessStates = [...]State{
	{
		WitnessConfirmed, PartWitness, Good,
		Words{"network servers confirm the receiver to {within}", "{witnesses}.", ""},
		Words{"网络服务器证实了接收机的时间，相差不超过 {within}", "{witnesses}。", ""},
	},
	{
		WitnessAlone, PartWitness, Waiting,
		Words{
			"no network server has said enough yet to confirm the receiver", "{witnesses}.",
			"Nothing to do at the start: a server confirms after two answers. `gpsntpctl sources` shows each of them.",
		},
		Words{
			"还没有网络服务器能证实接收机的时间", "{witnesses}。",
			"刚启动时无需操作：服务器应答两次后即可作证。用 `gpsntpctl sources` 查看每一台。",
		},
	},
	{
		WitnessSilent, PartWitness, Bad,
		Words{
			"no network server answers, so that nothing confirms the receiver", "None has answered for {no_answer}.",
			"Check the network, the firewall (UDP port 123 outwards) and the names in network.servers; `gpsntpctl sources` shows why each of them is not used.",
		},
		Words{
			"没有网络服务器应答，接收机的时间无从证实", "已有 {no_answer} 没有任何应答。",
			"检查网络、防火墙（出站 UDP 123 端口）和 network.servers 中的名称；`gpsntpctl sources` 会显示每台不被采用的原因。",
		},
	},
	{
		WitnessWrong, PartWitness, Bad,
		Words{
			"the network server {liar} is wrong: neither the receiver nor the other servers agree with it", "It has no part in the verdict.",
			"Tell who runs {liar}, or take it out of network.servers.",
		},
		Words{
			"网络服务器 {liar} 的时间不对：接收机和其他服务器都与它不一致", "判断时不采纳它。",
			"请告知 {liar} 的管理者，或把它从 network.servers 中去掉。",
		},
	},
	{
		WitnessDoubtful, PartWitness, Bad,
		Words{
			"either the receiver or the oscillator has moved, and it is not clear yet which", "Until then the receiver is not followed, and the clock runs by its oscillator.",
			"Wait for some minutes: network servers settle it. If it stays, look at the antenna and what is near it, and at the board's temperature.",
		},
		Words{
			"接收机或振荡器之一发生了变化，尚不清楚是哪一个", "在判明之前不跟随接收机，时钟靠振荡器自行走时。",
			"请等待几分钟：网络服务器会给出结论。如果一直如此，请检查天线及其周围环境，以及电路板的温度。",
		},
	},
	{
		WitnessContradicted, PartWitness, Bad,
		Words{
			"a network server says another time than the receiver, by {within}, and nothing tells which is right", "The receiver is not followed meanwhile. {witnesses}.",
			"Add servers of other operators to network.servers (three tell who is wrong), and compare both with a clock you trust.",
		},
		Words{
			"有网络服务器给出的时间与接收机相差 {within}，无法判断哪一个正确", "在此期间不跟随接收机。{witnesses}。",
			"在 network.servers 中增加其他运营方的服务器（三台即可判断谁错），并用可信的时钟核对两者。",
		},
	},
	{
		WitnessRefuted, PartWitness, Bad,
		Words{
			"the receiver is wrong by {within}: network servers of several operators say so", "It is not followed. {witnesses}.",
			"Look at the receiver: a week rollover or missing leap seconds (restart it, update its firmware), or a false signal at the antenna (spoofing).",
		},
		Words{
			"接收机的时间差了 {within}：多个运营方的网络服务器都这样表明", "不跟随接收机。{witnesses}。",
			"检查接收机：周数翻转或缺少闰秒（重启接收机、升级固件），或天线处有欺骗信号。",
		},
	},
}
