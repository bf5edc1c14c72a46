package doctor

import "gpsntpd/server/why"

// The codes of what brings sentences and pulses.
const (
	uartOK       why.Code = "uart_ok"
	uartOff      why.Code = "uart_off"
	uartDebug    why.Code = "uart_debug"
	uartMini     why.Code = "uart_mini"
	uartUnused   why.Code = "uart_unused"
	portSpeaks   why.Code = "port_speaks"
	portOurs     why.Code = "port_ours"
	portUnread   why.Code = "port_unread"
	portLeft     why.Code = "port_left_alone"
	pulseSeen    why.Code = "pulse_seen"
	pulseOther   why.Code = "pulse_other_edge"
	accessOK     why.Code = "access_ok"
	userMissing  why.Code = "user_missing"
	portDenied   why.Code = "port_denied"
	pulseRefused why.Code = "pulse_denied_to_user"
)

var portStates = [...]state{
	{
		uartOK, linkUART, OK,
		words{clause: "the UART on the pins is {subject}"},
		words{clause: "引脚上的 UART 是 {subject}"},
	},
	{
		uartOff, linkUART, Fault,
		words{
			"the UART on the pins is switched off, and no receiver is on USB", "",
			"`sudo gpsntpctl setup --apply` does it; by hand: add enable_uart=1 to {subject} and reboot, or plug a receiver in on USB.",
		},
		words{
			"引脚上的 UART 没有启用，USB 上也没有接收机", "",
			"运行 `sudo gpsntpctl setup --apply` 即可；也可手动：在 {subject} 中加入 enable_uart=1 并重启，或插上 USB 接收机。",
		},
	},
	{
		uartDebug, linkUART, Fault,
		words{
			"the UART on the pins is switched off: {port} is the debug connector of this board", "",
			"`sudo gpsntpctl setup --apply` does it; by hand: add dtparam=uart0=on to {subject} and reboot: the receiver on GPIO 14 and 15 is /dev/ttyAMA0 then.",
		},
		words{
			"引脚上的 UART 没有启用：{port} 是这块主板的调试接口", "",
			"运行 `sudo gpsntpctl setup --apply` 即可；也可手动：在 {subject} 中加入 dtparam=uart0=on 并重启：之后接在 GPIO 14、15 上的接收机就是 /dev/ttyAMA0。",
		},
	},
	{
		uartMini, linkUART, Warning,
		words{
			"/dev/serial0 is the mini UART ({port}), since Bluetooth has the good one", "Its speed depends on the processor's, so that sentences break off.",
			"`sudo gpsntpctl setup --apply` does it; by hand: add dtoverlay=disable-bt to {subject}, `sudo systemctl disable hciuart`, and reboot.",
		},
		words{
			"/dev/serial0 是 mini UART ({port})，因为较好的 UART 被蓝牙占用", "它的波特率随处理器频率变化，语句会损坏。",
			"运行 `sudo gpsntpctl setup --apply` 即可；也可手动：在 {subject} 中加入 dtoverlay=disable-bt，运行 `sudo systemctl disable hciuart`，然后重启。",
		},
	},
	{
		uartUnused, linkUART, OK,
		words{clause: "the UART on the pins is switched off; there is a port on USB"},
		words{clause: "引脚上的 UART 没有启用；有 USB 串口"},
	},
	{
		portSpeaks, why.PartReceiver, OK,
		words{clause: "a receiver speaks on {subject} at {baud} baud"},
		words{clause: "{subject} 上有接收机在发送数据，波特率 {baud}"},
	},
	{
		portOurs, why.PartReceiver, OK,
		words{clause: "gpsntpd has {subject} open"},
		words{clause: "gpsntpd 已打开 {subject}"},
	},
	{
		portUnread, why.PartReceiver, Unknown,
		words{clause: "who speaks on {subject} cannot be heard: you may not open it", remedy: "Ask again as root: `sudo gpsntpctl doctor`."},
		words{clause: "您没有权限打开 {subject}，无法得知上面有什么", remedy: "请以 root 身份再运行一次：`sudo gpsntpctl doctor`。"},
	},
	{
		portLeft, why.PartReceiver, Note,
		words{clause: "{subject} is left alone: {beside}"},
		words{clause: "{subject} 没有打开：{beside}"},
	},
	{
		pulseSeen, why.PartPulse, OK,
		words{clause: "{subject} sees pulses on {where}, {edge} edge"},
		words{clause: "{subject} 在 {where} 上收到脉冲（{edge} 边沿）"},
	},
	{
		pulseOther, why.PartPulse, Fault,
		words{
			"{subject} sees the {edge} edge of the pulse on {where}, and not the one that is configured", "",
			"Set pulse.edge = \"{edge}\" in the configuration and restart gpsntpd.",
		},
		words{
			"{subject} 在 {where} 上只收到脉冲的 {edge} 边沿，而配置的是另一个", "",
			"在配置中设置 pulse.edge = \"{edge}\" 并重启 gpsntpd。",
		},
	},
	{
		accessOK, linkAccess, OK,
		words{clause: "the user {subject} may open port and pulse"},
		words{clause: "用户 {subject} 有权打开串口和脉冲设备"},
	},
	{
		userMissing, linkAccess, Warning,
		words{
			"there is no user {subject} on this host, as whom gpsntpd runs", "",
			"Install the package, or `sudo systemd-sysusers` after make install.",
		},
		words{
			"本机没有 gpsntpd 的运行用户 {subject}", "",
			"请安装软件包，或在 make install 之后运行 `sudo systemd-sysusers`。",
		},
	},
	{
		portDenied, linkAccess, Fault,
		words{
			"the user _gpsntp may not open {subject} ({mode})", "",
			"`sudo usermod -aG {group} _gpsntp`, then restart gpsntpd.",
		},
		words{
			"用户 _gpsntp 没有权限打开 {subject} ({mode})", "",
			"运行 `sudo usermod -aG {group} _gpsntp`，然后重启 gpsntpd。",
		},
	},
	{
		pulseRefused, linkAccess, Fault,
		words{
			"the user _gpsntp may not open {subject} ({mode})", "",
			"Install 60-gpsntpd.rules of gpsntpd, then `sudo udevadm control --reload && sudo udevadm trigger --action=add --subsystem-match=pps --subsystem-match=ptp --subsystem-match=gpio`.",
		},
		words{
			"用户 _gpsntp 没有权限打开 {subject} ({mode})", "",
			"安装 gpsntpd 的 60-gpsntpd.rules，然后运行 `sudo udevadm control --reload && sudo udevadm trigger --action=add --subsystem-match=pps --subsystem-match=ptp --subsystem-match=gpio`。",
		},
	},
}
