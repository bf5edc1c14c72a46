package why

// The codes of what brings the sentences.
const (
	ReceiverOK      Code = "receiver_ok"
	ReceiverOff     Code = "receiver_off"
	ReceiverMissing Code = "receiver_missing"
	ReceiverDenied  Code = "receiver_denied"
	ReceiverBusy    Code = "receiver_busy"
	ReceiverConsole Code = "receiver_console"
	ReceiverLogin   Code = "receiver_login"
	ReceiverShared  Code = "receiver_shared"
	ReceiverFailed  Code = "receiver_failed"
	SentencesOK     Code = "sentences_ok"
	ReceiverSilent  Code = "receiver_silent"
	ReceiverGarbage Code = "receiver_garbage"
)

var receiverStates = [...]State{
	{
		ReceiverOff, PartReceiver, Good,
		Words{"this host has no receiver, as configured; it follows network servers", "", ""},
		Words{"按配置本机没有接收机，跟随网络服务器", "", ""},
	},
	{
		ReceiverOK, PartReceiver, Good,
		Words{"the serial port {receiver} is open{at_baud}", "", ""},
		Words{"串口 {receiver} 已打开{at_baud}", "", ""},
	},
	{
		ReceiverMissing, PartReceiver, Bad,
		Words{
			"the serial port {receiver} is not there", "Missing for {receiver_for}.",
			"Plug the receiver in, enable the UART, or set receiver.device in the configuration; gpsntpd takes it as soon as it appears.",
		},
		Words{
			"找不到串口 {receiver}", "已等待 {receiver_for}。",
			"请插好接收机、启用 UART，或在配置文件中设置 receiver.device；设备一出现 gpsntpd 就会自动打开。",
		},
	},
	{
		ReceiverDenied, PartReceiver, Bad,
		Words{
			"gpsntpd may not open the serial port {receiver}", "",
			"Add gpsntpd's user to the group that `ls -l {receiver}` shows, mostly dialout, and restart gpsntpd.",
		},
		Words{
			"gpsntpd 没有权限打开串口 {receiver}", "",
			"把 gpsntpd 的运行用户加入 `ls -l {receiver}` 显示的用户组（通常是 dialout），然后重启 gpsntpd。",
		},
	},
	{
		ReceiverBusy, PartReceiver, Bad,
		Words{
			"{holder} has the serial port {receiver} open", "{often}{left_alone}",
			"`sudo gpsntpctl holders {receiver}` says which, and how to stop it.",
		},
		Words{
			"串口 {receiver} 正被{holder}占用", "{often}{left_alone}",
			"运行 `sudo gpsntpctl holders {receiver}` 可查出占用者以及停止它的方法。",
		},
	},
	{
		ReceiverConsole, PartReceiver, Bad,
		Words{
			"no serial port is left for the receiver: {receiver} is the console of this machine", "gpsntpd does not touch it.{left_alone}",
			"Plug the receiver in elsewhere. If it is wired to {receiver}: take console={port} out of the kernel's command line (cmdline.txt), reboot, and see that no login is left there.",
		},
		Words{
			"没有可供接收机使用的串口：{receiver} 是本机的控制台", "gpsntpd 不会打开它。{left_alone}",
			"请把接收机接到其他串口。如果它就接在 {receiver} 上：从内核命令行 (cmdline.txt) 中去掉 console={port} 并重启，再确认该串口上没有登录程序。",
		},
	},
	{
		ReceiverLogin, PartReceiver, Bad,
		Words{
			"no serial port is left for the receiver: a login waits on {receiver}", "gpsntpd does not touch it.{left_alone}",
			"Plug the receiver in elsewhere. If it is wired to {receiver}: `sudo systemctl disable --now {holder}`.",
		},
		Words{
			"没有可供接收机使用的串口：{receiver} 上有登录程序 (getty) 在等待", "gpsntpd 不会打开它。{left_alone}",
			"请把接收机接到其他串口。如果它就接在 {receiver} 上：`sudo systemctl disable --now {holder}`。",
		},
	},
	{
		ReceiverShared, PartReceiver, Bad,
		Words{
			"the serial port {receiver} is open{at_baud}, as configured, although {beside}", "Both read from it, and each loses what the other one reads.",
			"Stop the other one: take console={port} out of the kernel's command line (cmdline.txt), `sudo systemctl disable --now serial-getty@{port}.service`; `sudo gpsntpctl holders {receiver}` says who else has it open.",
		},
		Words{
			"串口 {receiver} 已按配置打开{at_baud}，但{beside}", "两者都从该串口读取，各自会丢失被对方读走的数据。",
			"请停用另一方：从内核命令行 (cmdline.txt) 中去掉 console={port}，运行 `sudo systemctl disable --now serial-getty@{port}.service`；`sudo gpsntpctl holders {receiver}` 可查出还有谁打开了它。",
		},
	},
	{
		ReceiverFailed, PartReceiver, Bad,
		Words{
			"the serial port {receiver} opened and then failed", "It is tried again and again, for {receiver_for} so far.",
			"Check the plug, the cable and the power of the receiver; `dmesg` may say more about the port.",
		},
		Words{
			"串口 {receiver} 打开后发生故障", "正在反复重试，已持续 {receiver_for}。",
			"检查接收机的插头、线缆和供电；`dmesg` 里可能有该串口的更多信息。",
		},
	},
	{
		SentencesOK, PartSentences, Good,
		Words{"sentences arrive with sound checksums", "", ""},
		Words{"NMEA 语句正常到达，校验和正确", "", ""},
	},
	{
		ReceiverSilent, PartSentences, Bad,
		Words{
			"the receiver on {receiver} says nothing", "Nothing has arrived for {receiver_for}.{left_alone}",
			"Check the receiver's power, that its TX is wired to our RX, and that no login console uses the port (console=serial0 in cmdline.txt).",
		},
		Words{
			"接收机（{receiver}）没有发来任何数据", "已有 {receiver_for} 没有收到一个字节。{left_alone}",
			"检查接收机供电，确认它的 TX 接到本机的 RX，并确认串口没有被用作登录控制台（cmdline.txt 中的 console=serial0）。",
		},
	},
	{
		ReceiverGarbage, PartSentences, Bad,
		Words{
			"the receiver on {receiver} sends nothing that can be read", "No sound message has come for {receiver_for}.{left_alone}",
			"If receiver.baud is set, set it to \"auto\". Does it speak NMEA or UBX, and is the wiring right (3.3 V, common ground)?",
		},
		Words{
			"接收机（{receiver}）发来的数据里没有可识别的消息", "已有 {receiver_for} 没有收到校验正确的消息。{left_alone}",
			"如果设置了 receiver.baud，请改为 \"auto\"；并确认接收机输出 NMEA 或 UBX、接线正确（3.3 V 电平、共地）。",
		},
	},
}
