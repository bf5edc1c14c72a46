package doctor

import "gpsntpd/server/why"

// The codes of the machine.
const (
	boardKnown      why.Code = "board_known"
	boardUnknown    why.Code = "board_unknown"
	powerOK         why.Code = "power_ok"
	undervoltage    why.Code = "undervoltage"
	undervoltageWas why.Code = "undervoltage_was"
	throttled       why.Code = "throttled"
	powerUnread     why.Code = "power_unread"
	kernelPPS       why.Code = "kernel_pps"
	kernelLoadable  why.Code = "kernel_pps_loadable"
	kernelNoPPS     why.Code = "kernel_no_pps"
	overlayOK       why.Code = "overlay_ok"
	overlayReboot   why.Code = "overlay_reboot"
	overlayMissing  why.Code = "overlay_missing"
	lineDiscipline  why.Code = "line_discipline"
	noDiscipline    why.Code = "no_line_discipline"
	rtcOK           why.Code = "rtc_ok"
	rtcMissing      why.Code = "rtc_missing"
)

var machineStates = [...]state{
	{
		boardKnown, linkBoard, OK,
		words{clause: "this is {subject}"},
		words{clause: "本机是 {subject}"},
	},
	{
		boardUnknown, linkBoard, Unknown,
		words{clause: "nothing tells which board this is"},
		words{clause: "无法得知这是什么主板"},
	},
	{
		powerOK, linkPower, OK,
		words{clause: "the supply voltage has been sufficient since the start"},
		words{clause: "启动以来供电电压一直正常"},
	},
	{
		undervoltage, linkPower, Fault,
		words{
			"the supply voltage is too low", "The board slows down, a receiver on USB drops out, and the card may lose data.",
			"Use the power supply that is made for the board and a short cable; take other USB devices off.",
		},
		words{
			"供电电压过低", "主板会降频，USB 接收机会掉线，存储卡可能丢失数据。",
			"使用该主板专用的电源和较短的电源线；拔掉其他 USB 设备。",
		},
	},
	{
		undervoltageWas, linkPower, Warning,
		words{
			"the supply voltage was too low at some time since the start", "",
			"Use the power supply that is made for the board and a short cable.",
		},
		words{
			"启动以来供电电压曾经过低", "",
			"使用该主板专用的电源和较短的电源线。",
		},
	},
	{
		throttled, linkPower, Warning,
		words{
			"the processor was slowed down since the start, since it was too hot", "Interrupts of the pulse come later then.",
			"Give the board a heat sink or a fan; `vcgencmd measure_temp` shows how hot it is.",
		},
		words{
			"启动以来处理器曾因过热而降频", "降频时秒脉冲的中断会来得更晚。",
			"给主板加装散热片或风扇；`vcgencmd measure_temp` 可查看温度。",
		},
	},
	{
		powerUnread, linkPower, Unknown,
		words{clause: "whether the supply voltage suffices cannot be read here", remedy: "`sudo vcgencmd get_throttled` tells: 0x0 is good."},
		words{clause: "此处无法读取供电电压是否正常", remedy: "运行 `sudo vcgencmd get_throttled`：0x0 表示正常。"},
	},
	{
		kernelPPS, linkKernel, OK,
		words{clause: "the kernel has PPS"},
		words{clause: "内核支持 PPS"},
	},
	{
		kernelLoadable, linkKernel, OK,
		words{clause: "the kernel can have PPS: its module is there, and is not needed yet"},
		words{clause: "内核可以支持 PPS：模块已安装，尚未用到"},
	},
	{
		kernelNoPPS, linkKernel, Fault,
		words{
			"this kernel ({release}) has no PPS", "",
			"Install a kernel with CONFIG_PPS, as Debian and Raspberry Pi OS have it (in the cloud: linux-image-amd64 instead of a cloud kernel). Without a pulse, pulse.device = \"off\", the time is good to some 100 ms.",
		},
		words{
			"当前内核 ({release}) 不支持 PPS", "",
			"请安装启用了 CONFIG_PPS 的内核，如 Debian 和 Raspberry Pi OS 自带的内核（云主机上用 linux-image-amd64 代替 cloud 内核）。不用脉冲时设置 pulse.device = \"off\"，时间只能准到约 100 ms。",
		},
	},
	{
		overlayOK, linkOverlay, OK,
		words{clause: "the overlay pps-gpio is loaded for {subject}"},
		words{clause: "overlay pps-gpio 已加载，用于 {subject}"},
	},
	{
		overlayReboot, linkOverlay, Fault,
		words{
			"{subject} asks for the overlay pps-gpio, but it is not loaded", "",
			"Reboot. If it is still not loaded then: `dmesg | grep -i pps`, and is the line below a [section] of another board?",
		},
		words{
			"{subject} 中写了 overlay pps-gpio，但它没有加载", "",
			"请重启。如果重启后仍未加载：查看 `dmesg | grep -i pps`，并检查该行是否写在其他主板的 [section] 之下。",
		},
	},
	{
		overlayMissing, linkOverlay, Fault,
		words{
			"no pin of this board is a pulse input: the overlay pps-gpio is not loaded", "",
			"`sudo gpsntpctl setup --apply` does it; by hand: add dtoverlay=pps-gpio,gpiopin=18 to {subject}, with the pin that the HAT has its PPS on, and reboot.",
		},
		words{
			"本机没有引脚用作脉冲输入：overlay pps-gpio 未加载", "",
			"运行 `sudo gpsntpctl setup --apply` 即可；也可手动：在 {subject} 中加入 dtoverlay=pps-gpio,gpiopin=18（改为扩展板 PPS 所用的引脚）并重启。",
		},
	},
	{
		lineDiscipline, linkOverlay, OK,
		words{clause: "the kernel can take pulses from the DCD line of {subject}"},
		words{clause: "内核可以从 {subject} 的 DCD 线接收脉冲"},
	},
	{
		noDiscipline, linkOverlay, Fault,
		words{
			"this kernel ({release}) cannot take pulses from the DCD line of {subject}: it has no pps_ldisc", "",
			"Install a kernel with CONFIG_PPS_CLIENT_LDISC, as Debian has it (linux-image-amd64, not a cloud kernel).",
		},
		words{
			"当前内核 ({release}) 无法从 {subject} 的 DCD 线接收脉冲：没有 pps_ldisc", "",
			"请安装启用了 CONFIG_PPS_CLIENT_LDISC 的内核，如 Debian 的 linux-image-amd64（不要用 cloud 内核）。",
		},
	},
	{
		rtcOK, linkRTC, OK,
		words{clause: "a real-time clock ({subject}) keeps the date without power"},
		words{clause: "实时时钟 ({subject}) 断电后仍保持日期"},
	},
	{
		rtcMissing, linkRTC, Note,
		words{clause: "there is no real-time clock: after a power cut the date is not known before the first fix"},
		words{clause: "没有实时时钟 (RTC)：断电后要到首次定位才知道日期"},
	},
}
