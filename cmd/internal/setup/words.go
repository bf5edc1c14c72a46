package setup

import (
	"strings"

	"gpsntpd/server/why"
)

// words says things in a language.
type words struct{ why.Language }

// Title is the name of a step, for people.
func Title(code string, l why.Language) string { return words{l}.say(code+".title", nil) }

// say fills {NAME} of a text with the names and values that follow each other.
func (w words) say(key string, names []string) string {
	text, ok := texts[key]
	if !ok { // a step that is done says the same
		text = texts[strings.TrimSuffix(key, ".done")]
	}
	which := 0
	if w.Language == why.Chinese {
		which = 1
	}
	pairs := make([]string, 0, len(names))
	for i := 0; i+1 < len(names); i += 2 {
		pairs = append(pairs, "{"+names[i]+"}", names[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(text[which])
}

// texts are in English and in Chinese.
var texts = map[string][2]string{
	"unknown_board.title":  {"board", "主板"},
	"unknown_board":        {"Of this board ({board}) it is not known how its pins get a serial port and a pulse. Nothing is edited.", "不知道这块主板（{board}）的引脚如何用作串口和脉冲输入。未做任何修改。"},
	"unknown_board.remedy": {"By hand: give the pulse's pin the device tree node pps-gpio, take the console off the serial port, and disable serial-getty@ on it; then: sudo systemctl enable --now gpsntpd. If it is a Raspberry Pi under another name: --board NAME. For a receiver on USB, or whose port and pulse are there already: --hat none.", "手工步骤：在设备树中为脉冲引脚添加 pps-gpio 节点，将控制台移出该串口，并禁用其上的 serial-getty@；然后：sudo systemctl enable --now gpsntpd。如果它是以其他名称出现的树莓派：--board 名称。如果接收机接在 USB 上，或串口和脉冲已经就绪：--hat none。"},

	"no_boot.title":  {"boot files", "启动文件"},
	"no_boot":        {"There is no config.txt in /boot/firmware or /boot.", "/boot/firmware 和 /boot 中都没有 config.txt。"},
	"no_boot.remedy": {"Mount the boot partition: sudo mount /boot/firmware", "请挂载启动分区：sudo mount /boot/firmware"},

	"generated.title":  {"boot files", "启动文件"},
	"generated":        {"{file} is written anew by Debian's raspi-firmware at each update. Nothing is edited.", "{file} 会在每次更新时被 Debian 的 raspi-firmware 重写。未做任何修改。"},
	"generated.remedy": {"By hand: put dtoverlay=pps-gpio,gpiopin=N and the lines for the serial port into /etc/default/raspi-firmware-custom, a CONSOLES= without the serial port into /etc/default/raspi-firmware, and the overlay's file into /boot/firmware/overlays; then: sudo update-initramfs -u", "手工步骤：将 dtoverlay=pps-gpio,gpiopin=N 和串口的各行写入 /etc/default/raspi-firmware-custom，在 /etc/default/raspi-firmware 中写入不含串口的 CONSOLES=，并把 overlay 文件放入 /boot/firmware/overlays；然后：sudo update-initramfs -u"},

	"damaged.title":  {"boot files", "启动文件"},
	"damaged":        {"A file in {file} is not as it should be, and is not edited: {error}.", "{file} 中有文件内容异常，因此未做修改：{error}。"},
	"damaged.remedy": {"Mend it, or take it from a backup, before the next reboot; then begin anew.", "请在下次重启之前修复它，或从备份恢复；然后重新开始。"},

	"no_overlay.title":  {"overlay", "overlay"},
	"no_overlay":        {"The firmware would not find the overlay {overlay}: it is not in {folder}.", "固件找不到 overlay {overlay}：它不在 {folder} 中。"},
	"no_overlay.remedy": {"Install the system's overlays (package raspi-firmware or linux-firmware-raspi), or take an image of Raspberry Pi OS or Ubuntu.", "请安装系统的 overlay（软件包 raspi-firmware 或 linux-firmware-raspi），或改用 Raspberry Pi OS 或 Ubuntu 的镜像。"},

	"unknown_hat.title":  {"HAT", "HAT"},
	"unknown_hat":        {"The HAT calls itself \"{hat}\", which is not in our table: where its pulse is cannot be known.", "HAT 上报的名称“{hat}”不在程序的表中：无法得知脉冲在哪个引脚。"},
	"unknown_hat.remedy": {"Look up in its manual which GPIO bears PPS, and say --pin N; --pin none if none does.", "请查阅其手册中 PPS 所在的 GPIO，并给出 --pin N；如果没有 PPS，则用 --pin none。"},

	"no_pin.title":  {"HAT", "HAT"},
	"no_pin":        {"The receiver has no EEPROM that says which pin the pulse comes in at.", "接收机没有 EEPROM，无法得知脉冲接在哪个引脚。"},
	"no_pin.remedy": {"Say --hat NAME ({hats}), or --pin N with the GPIO that PPS is wired to; --pin none if it is not.", "请给出 --hat 名称（{hats}），或 --pin N（PPS 所接的 GPIO）；没有接 PPS 则用 --pin none。"},

	"configuration_wrong.title":  {"configuration", "配置"},
	"configuration_wrong":        {"gpsntpd would not start with {file}: {error}", "gpsntpd 无法用 {file} 启动：{error}"},
	"configuration_wrong.remedy": {"Mend it: gpsntpctl config check", "请修复：gpsntpctl config check"},

	"journal.title":  {"journal", "改动记录"},
	"journal":        {"What an earlier --apply has changed cannot be read: {error}", "无法读取先前 --apply 的改动记录：{error}"},
	"journal.remedy": {"Look at {file}; without it, --undo cannot take anything back.", "请查看 {file}；没有它，--undo 无法恢复。"},

	"pulse.title":     {"pulse", "脉冲"},
	"pulse":           {"The kernel stamps GPIO {pin} once pps-gpio is loaded.", "加载 pps-gpio 后，内核会给 GPIO {pin} 上的脉冲打时间戳。"},
	"pulse_hat.title": {"pulse", "脉冲"},
	"pulse_hat":       {"The HAT brings its pulse itself.", "HAT 自带脉冲设置。"},
	"uart.title":      {"serial port", "串口"},
	"uart":            {"The receiver's port on the header is off by default.", "排针上接收机所用的串口默认关闭。"},
	"uart.done":       {"The header's serial port is on.", "排针上的串口已启用。"},
	"bluetooth.title": {"Bluetooth", "蓝牙"},
	"bluetooth":       {"Bluetooth has the good serial port; the other one's speed follows the core clock. Bluetooth is off afterwards. To keep it: dtoverlay=miniuart-bt.", "蓝牙占用了较好的串口，另一个串口的波特率随核心频率变化。修改后蓝牙将关闭；若要保留蓝牙：dtoverlay=miniuart-bt。"},
	"bluetooth.done":  {"The good serial port is the header's.", "较好的串口已归排针使用。"},
	"console.title":   {"console", "控制台"},
	"console":         {"The kernel's console would talk to the receiver on its port.", "内核控制台会在接收机的串口上输出。"},
	"console.done":    {"No console is on the receiver's port.", "接收机的串口上没有控制台。"},
	"terminal.title":  {"terminal", "终端"},
	"terminal":        {"You are logged in on {terminal}: after the reboot there is no login on it.", "您正登录在 {terminal} 上：重启后该端口不再提供登录。"},
	"terminal.remedy": {"See that SSH or a screen works before you reboot.", "重启前请确认 SSH 或屏幕可用。"},
	"clash.title":     {"same pin", "引脚冲突"},
	"clash":           {"{current} in {file} uses GPIO {pin}, too.", "{file} 中的 {current} 也使用 GPIO {pin}。"},
	"clash.remedy":    {"Move one of the two, or take that line out: together, neither may work.", "请把其中一个换到别的引脚，或删除该行：同时使用时可能都不工作。"},
	"edge.title":      {"edge", "边沿"},
	"edge":            {"{current} in {file} takes the falling edge for the second; receivers mark it with the rising one.", "{file} 中的 {current} 把下降沿当作整秒；接收机用上升沿标记整秒。"},
	"edge.remedy":     {"Take assert_falling_edge out, unless the pulse is inverted on its way.", "请去掉 assert_falling_edge，除非脉冲在途中被反相。"},
	"other.title":     {"another pulse", "另一路脉冲"},
	"other":           {"{current} in {file} stays: a pulse at another pin.", "{file} 中的 {current} 予以保留：它是另一引脚上的脉冲。"},
	"other.remedy":    {"Take it out if nothing is wired there.", "如果那里没有接线，请将其删除。"},
	"no_pulse.title":  {"pulse", "脉冲"},
	"no_pulse":        {"No pin has the pulse. Sentences alone are a thousand times coarser.", "没有引脚接脉冲。只靠语句校时，精度差约一千倍。"},
	"no_pulse.remedy": {"Solder a wire from PPS to a GPIO and say --pin N, or raise clock.max-error.", "请从 PPS 焊一根线到某个 GPIO 并给出 --pin N，或调大 clock.max-error。"},
	"usb.title":       {"serial port", "串口"},
	"usb":             {"This HAT has no serial port on the header.", "这个 HAT 在排针上没有串口。"},
	"usb.remedy":      {"Connect its USB socket with one of the board's; gpsntpd finds it there.", "请将其 USB 接口与主板相连；gpsntpd 会在那里找到它。"},

	"elsewhere.title":           {"receiver", "接收机"},
	"elsewhere":                 {"It is not on the header: port and pulse are as they are.", "接收机没有接在排针上：串口和脉冲保持原样。"},
	"elsewhere.remedy":          {"gpsntpctl why says whether gpsntpd hears it.", "gpsntpctl why 会说明 gpsntpd 能否收到它的数据。"},
	"configuration.title":       {"configuration", "配置"},
	"configuration":             {"What has to differ from gpsntpd's defaults.", "需要与 gpsntpd 默认值不同的配置项。"},
	"configuration.done":        {"gpsntpd's configuration needs nothing more.", "gpsntpd 的配置无需再改。"},
	"configured_port.title":     {"configuration", "配置"},
	"configured_port":           {"{file} looks for the receiver at {current}; the header's port is {port}.", "{file} 在 {current} 寻找接收机；排针的串口是 {port}。"},
	"configured_port.remedy":    {"If the receiver is on the header: receiver.device = \"{port}\".", "如果接收机在排针上：receiver.device = \"{port}\"。"},
	"configured_pulse.title":    {"configuration", "配置"},
	"configured_pulse":          {"{file} takes the pulse from {current}; that of the pin is {wanted}.", "{file} 从 {current} 取脉冲；该引脚的脉冲在 {wanted}。"},
	"configured_pulse.remedy":   {"If that is meant: pulse.device = \"{wanted}\".", "如果要用该引脚：pulse.device = \"{wanted}\"。"},
	"configuration_hand.title":  {"configuration", "配置"},
	"configuration_hand":        {"{file} is written in a way that cannot be added to.", "{file} 的写法使程序无法追加内容。"},
	"configuration_hand.remedy": {"By hand: {wanted}", "请手工加入：{wanted}"},

	"getty.title":          {"login", "登录"},
	"getty":                {"A login waits on the receiver's port: {unit}.", "接收机的串口上有登录程序：{unit}。"},
	"hciuart.title":        {"Bluetooth", "蓝牙"},
	"hciuart":              {"{unit} would take the receiver for Bluetooth.", "{unit} 会把接收机当作蓝牙。"},
	"gpsd.title":           {"gpsd", "gpsd"},
	"gpsd":                 {"gpsd takes the receiver for itself. Programs that ask gpsd for the position no longer get it.", "gpsd 会独占接收机。向 gpsd 查询位置的程序将得不到位置。"},
	"time_daemon.title":    {"time daemon", "时间服务"},
	"time_daemon":          {"One program steers the clock. No longer at boot: {unit}.", "只能由一个程序调整时钟。不再开机启动：{unit}。"},
	"service.title":        {"service", "服务"},
	"service":              {"{unit} starts at boot.", "{unit} 开机启动。"},
	"not_installed.title":  {"service", "服务"},
	"not_installed":        {"gpsntpd.service is not installed here.", "这里没有安装 gpsntpd.service。"},
	"not_installed.remedy": {"Install the package, then say this again.", "请安装软件包，然后重新运行。"},
	"resume.title":         {"after reboot", "重启之后"},
	"resume":               {"Looks once whether all is there, and says so in the log.", "检查一次是否一切就绪，并写入日志。"},
	"resume_off.title":     {"after reboot", "重启之后"},
	"resume_off":           {"{unit} has looked after the reboot.", "{unit} 已在重启后检查。"},
	"group.title":          {"group", "用户组"},
	"group":                {"{user} may ask gpsntpd without sudo, from the next login on.", "{user} 从下次登录起无需 sudo 即可查询 gpsntpd。"},

	"firewall_ufw.title":        {"firewall", "防火墙"},
	"firewall_ufw":              {"ufw is on. Clients get in when it lets UDP port 123 through.", "ufw 已启用。放行 UDP 端口 123 后客户端才能访问。"},
	"firewall_ufw.remedy":       {"sudo ufw allow 123/udp", "sudo ufw allow 123/udp"},
	"firewall_firewalld.title":  {"firewall", "防火墙"},
	"firewall_firewalld":        {"firewalld is on. Clients get in when it lets UDP port 123 through.", "firewalld 已启用。放行 UDP 端口 123 后客户端才能访问。"},
	"firewall_firewalld.remedy": {"sudo firewall-cmd --permanent --add-service=ntp && sudo firewall-cmd --reload", "sudo firewall-cmd --permanent --add-service=ntp && sudo firewall-cmd --reload"},
	"firewall_nftables.title":   {"firewall", "防火墙"},
	"firewall_nftables":         {"nftables is on. Clients get in when its rules let UDP port 123 through.", "nftables 已启用。规则放行 UDP 端口 123 后客户端才能访问。"},
	"firewall_nftables.remedy":  {"In /etc/nftables.conf, in the chain input: udp dport 123 accept", "在 /etc/nftables.conf 的 input 链中：udp dport 123 accept"},

	"pulse_device.title":  {"pulse now", "脉冲现状"},
	"pulse_device":        {"The kernel has no pulse at GPIO {pin}: {device} is missing.", "内核没有 GPIO {pin} 的脉冲：缺少 {device}。"},
	"pulse_device.done":   {"The kernel has the pulse at GPIO {pin}.", "内核已有 GPIO {pin} 的脉冲。"},
	"pulse_device.remedy": {"Reboot if that has not been. Else: sudo dmesg | grep pps; sudo vclog --msg shows why the firmware did not load the overlay.", "如果还没有重启，请重启。否则：sudo dmesg | grep pps；sudo vclog --msg 显示固件为何没有加载 overlay。"},
	"port_device.title":   {"port now", "串口现状"},
	"port_device":         {"{port} is missing.", "缺少 {port}。"},
	"port_device.done":    {"{port} is there.", "{port} 已存在。"},
	"port_device.remedy":  {"Reboot if that has not been. Else look at config.txt: a later line may switch it off.", "如果还没有重启，请重启。否则请查看 config.txt：后面的行可能把它关掉了。"},
	"console_gone.title":  {"console now", "控制台现状"},
	"console_gone":        {"The kernel's console is still on {port}.", "内核控制台仍在 {port} 上。"},
	"console_gone.done":   {"The kernel's console is not on {port}.", "内核控制台不在 {port} 上。"},
	"console_gone.remedy": {"Reboot if that has not been. Else something adds console= to the command line: cat /proc/cmdline", "如果还没有重启，请重启。否则是有别的地方在命令行中加入了 console=：cat /proc/cmdline"},

	"restored.title":   {"restored", "已恢复"},
	"restored":         {"{file} is as it was.", "{file} 已恢复原样。"},
	"edited.title":     {"edited", "已被修改"},
	"edited":           {"{file} has been edited since, and is left as it is.", "{file} 此后被修改过，保持不变。"},
	"edited.remedy":    {"What it was is in {beside}: compare, and copy it back by hand.", "原来的内容在 {beside}：请比较后手工复制回去。"},
	"unit_back.title":  {"unit", "systemd 单元"},
	"unit_back":        {"{error}", "{error}"},
	"unit_back.done":   {"{wanted}", "{wanted}"},
	"group_back.title": {"group", "用户组"},
	"group_back":       {"{user} could not be taken out of the group: {error}", "无法将 {user} 移出用户组：{error}"},
	"group_back.done":  {"{user} is out of the group again.", "{user} 已移出用户组。"},
}
