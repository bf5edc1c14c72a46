package why

// The codes of the pulse per second.
const (
	PulseDeviceOK  Code = "pulse_device_ok"
	PulseOff       Code = "pulse_off"
	PulseMissing   Code = "pulse_missing"
	PulseDenied    Code = "pulse_denied"
	PulseBusy      Code = "pulse_busy"
	PulseFailed    Code = "pulse_failed"
	PulseOK        Code = "pulse_ok"
	PulseSilent    Code = "pulse_silent"
	PulseIrregular Code = "pulse_irregular"
	WrongEdge      Code = "wrong_edge"
)

var pulseStates = [...]State{
	{
		PulseDeviceOK, PartPulseDevice, Good,
		Words{"the pulse device {pulse} is open", "", ""},
		Words{"秒脉冲 (PPS) 设备 {pulse} 已打开", "", ""},
	},
	{
		PulseOff, PartPulseDevice, Good,
		Words{"no pulse is configured; sentences alone discipline the clock, a thousand times more coarsely", "", ""},
		Words{"没有配置秒脉冲 (PPS)，只靠 NMEA 语句校时，精度差约一千倍", "", ""},
	},
	{
		PulseMissing, PartPulseDevice, Bad,
		Words{
			"the pulse device {pulse} is not there", "Missing for {pulse_for}.",
			"Load its driver (Raspberry Pi: dtoverlay=pps-gpio,gpiopin=18 in config.txt, then reboot) or set pulse.device in the configuration.",
		},
		Words{
			"找不到秒脉冲 (PPS) 设备 {pulse}", "已等待 {pulse_for}。",
			"加载驱动（树莓派：在 config.txt 中加入 dtoverlay=pps-gpio,gpiopin=18 后重启），或在配置文件中设置 pulse.device。",
		},
	},
	{
		PulseDenied, PartPulseDevice, Bad,
		Words{
			"gpsntpd may not open the pulse device {pulse}", "",
			"Install the udev rule that comes with gpsntpd, or give its user access to the group that `ls -l {pulse}` shows.",
		},
		Words{
			"gpsntpd 没有权限打开秒脉冲 (PPS) 设备 {pulse}", "",
			"安装 gpsntpd 附带的 udev 规则，或让其运行用户加入 `ls -l {pulse}` 显示的用户组。",
		},
	},
	{
		PulseBusy, PartPulseDevice, Bad,
		Words{
			"another program holds the pulse device {pulse}", "Often it is gpsd or chronyd.",
			"`sudo gpsntpctl holders {pulse}` says which, and how to stop it.",
		},
		Words{
			"秒脉冲 (PPS) 设备 {pulse} 正被其他程序占用", "常见的是 gpsd 或 chronyd。",
			"运行 `sudo gpsntpctl holders {pulse}` 可查出占用者以及停止它的方法。",
		},
	},
	{
		PulseFailed, PartPulseDevice, Bad,
		Words{
			"the pulse device {pulse} opened and then failed", "It is tried again and again, for {pulse_for} so far.",
			"`dmesg` may say why. A device of the line discipline ends with its serial port: plug that in again.",
		},
		Words{
			"秒脉冲 (PPS) 设备 {pulse} 打开后发生故障", "正在反复重试，已持续 {pulse_for}。",
			"`dmesg` 可能会说明原因。由串口线路规程产生的 PPS 设备会随串口一起消失：请重新插好串口。",
		},
	},
	{
		PulseOK, PartPulse, Good,
		Words{"pulses arrive{apart}", "", ""},
		Words{"秒脉冲 (PPS) 正常到达{apart}", "", ""},
	},
	{
		PulseSilent, PartPulse, Bad,
		Words{
			"no pulses arrive on {pulse}", "There has been none for {pulse_for}. Most receivers pulse only with a fix.",
			"If the receiver has a fix, check the PPS wire and the pin (`cat /sys/class/pps/pps*/assert` shows whether the kernel sees any).",
		},
		Words{
			"{pulse} 上没有秒脉冲 (PPS) 到达", "已有 {pulse_for} 没有脉冲。多数接收机只有定位后才输出秒脉冲。",
			"如果接收机已定位，请检查 PPS 接线和引脚（`cat /sys/class/pps/pps*/assert` 可看到内核是否收到脉冲）。",
		},
	},
	{
		PulseIrregular, PartPulse, Bad,
		Words{
			"the edges on {pulse} are not one second apart{apart}", "When several come in each second, nothing tells which of them begins it.",
			"Look for noise on the PPS wire (route it away from power, keep it short), and for a receiver that is set to another pulse rate.",
		},
		Words{
			"{pulse} 上的边沿间隔不是一秒{apart}", "如果每秒有好几个边沿，就无法判断哪一个是整秒。",
			"检查 PPS 线上的干扰（远离电源线、尽量短），以及接收机的脉冲频率是否被改成了别的值。",
		},
	},
	{
		WrongEdge, PartPulse, Bad,
		Words{
			"the wrong edge of the pulse is used: not the {edge} edge begins the second, but the other one", "The chosen edge comes a pulse's length off{width}.",
			"Set pulse.edge = \"{other_edge}\" in the configuration and restart gpsntpd.",
		},
		Words{
			"使用了秒脉冲 (PPS) 的错误边沿：整秒对应的不是 {edge} 边沿，而是另一个", "所选边沿偏差一个脉冲宽度{width}。",
			"在配置文件中设置 pulse.edge = \"{other_edge}\"，然后重启 gpsntpd。",
		},
	},
}
