package why

// The codes of a daemon that does not answer, for its client.
const (
	DaemonAnswers       Code = "daemon_answers"
	DaemonStarting      Code = "daemon_starting"
	DaemonStopped       Code = "daemon_stopped"
	DaemonAbsent        Code = "daemon_absent"
	DaemonConfiguration Code = "daemon_configuration"
	DaemonRefused       Code = "daemon_refused"
	DaemonPortTaken     Code = "daemon_port_taken"
	DaemonPortDenied    Code = "daemon_port_denied"
	DaemonFailed        Code = "daemon_failed"
	DaemonDenied        Code = "daemon_denied"
	DaemonStale         Code = "daemon_stale"
	DaemonElsewhere     Code = "daemon_elsewhere"
	DaemonHung          Code = "daemon_hung"
	DaemonSilent        Code = "daemon_silent"
)

var daemonStates = [...]State{
	{
		DaemonAnswers, PartDaemon, Good,
		Words{"gpsntpd answers", "", ""},
		Words{"gpsntpd 有应答", "", ""},
	},
	{
		DaemonStarting, PartDaemon, Waiting,
		Words{
			"systemd is just starting gpsntpd", "",
			"Ask again in some seconds; `gpsntpctl wait` does that by itself.",
		},
		Words{
			"systemd 正在启动 gpsntpd", "",
			"几秒钟后再试；`gpsntpctl wait` 会自动等待。",
		},
	},
	{
		DaemonStopped, PartDaemon, Bad,
		Words{
			"gpsntpd is installed but not running", "",
			"Start it: `sudo systemctl enable --now gpsntpd`.",
		},
		Words{
			"gpsntpd 已安装，但没有运行", "",
			"启动它：`sudo systemctl enable --now gpsntpd`。",
		},
	},
	{
		DaemonAbsent, PartDaemon, Bad,
		Words{
			"systemd knows no gpsntpd, and none answers at {socket}", "",
			"Install it, or run it by hand (`gpsntpd --sim` plays a simulated machine), and name its socket with --control.",
		},
		Words{
			"systemd 中没有 gpsntpd，{socket} 也没有应答", "",
			"请安装它，或手动运行（`gpsntpd --sim` 会模拟一台主机），并用 --control 指定其套接字。",
		},
	},
	{
		DaemonConfiguration, PartDaemon, Bad,
		Words{
			"gpsntpd does not start, since its configuration has a mistake", "",
			"`gpsntpd --check /etc/gpsntpd/gpsntpd.toml` names the line; then `sudo systemctl restart gpsntpd`.",
		},
		Words{
			"配置文件有错，gpsntpd 无法启动", "",
			"`gpsntpd --check /etc/gpsntpd/gpsntpd.toml` 会指出出错的行；改正后运行 `sudo systemctl restart gpsntpd`。",
		},
	},
	{
		DaemonRefused, PartDaemon, Bad,
		Words{
			"gpsntpd does not run, since the kernel does not let it steer the clock (no CAP_SYS_TIME)", "In a container the host's clock belongs to the host.",
			"Use the unit that comes with gpsntpd, give the container CAP_SYS_TIME, or start gpsntpd with --no-steer.",
		},
		Words{
			"内核不允许 gpsntpd 调整时钟（缺少 CAP_SYS_TIME），因此它没有运行", "在容器中，主机时钟归宿主机管理。",
			"使用 gpsntpd 附带的 systemd 单元，给容器加上 CAP_SYS_TIME，或以 --no-steer 启动 gpsntpd。",
		},
	},
	{
		DaemonPortTaken, PartDaemon, Bad,
		Words{
			"gpsntpd does not run, since another server has its port", "NTP is UDP port 123.",
			"`sudo ss -lunp 'sport = 123'` says which: stop it, mostly chrony, ntpsec or systemd-timesyncd, and start gpsntpd again.",
		},
		Words{
			"gpsntpd 没有运行，因为它的端口已被其他服务占用", "NTP 使用 UDP 123 端口。",
			"运行 `sudo ss -lunp 'sport = 123'` 查出占用者（多半是 chrony、ntpsec 或 systemd-timesyncd），停用后重新启动 gpsntpd。",
		},
	},
	{
		DaemonPortDenied, PartDaemon, Bad,
		Words{
			"gpsntpd does not run, since it may not serve a port below 1024 (no CAP_NET_BIND_SERVICE)", "",
			"Use the unit that comes with gpsntpd, or another port: --listen :11123.",
		},
		Words{
			"gpsntpd 没有运行，因为它无权使用 1024 以下的端口（缺少 CAP_NET_BIND_SERVICE）", "",
			"使用 gpsntpd 附带的 systemd 单元，或换一个端口：--listen :11123。",
		},
	},
	{
		DaemonFailed, PartDaemon, Bad,
		Words{
			"gpsntpd has failed and is not running", "",
			"`journalctl -u gpsntpd -n 20` says why.",
		},
		Words{
			"gpsntpd 出错退出，没有运行", "",
			"`journalctl -u gpsntpd -n 20` 会说明原因。",
		},
	},
	{
		DaemonDenied, PartDaemon, Bad,
		Words{
			"the socket {socket} is there, but you may not open it", "",
			"Use sudo, or add yourself to the group _gpsntp and log in again.",
		},
		Words{
			"套接字 {socket} 存在，但您没有权限打开", "",
			"使用 sudo，或把自己加入 _gpsntp 组后重新登录。",
		},
	},
	{
		DaemonStale, PartDaemon, Bad,
		Words{
			"the socket {socket} is there, but no one answers at it", "A gpsntpd that was killed has left it.",
			"Start gpsntpd again: it takes the socket over.",
		},
		Words{
			"套接字 {socket} 存在，但没有程序应答", "它是被强行终止的 gpsntpd 留下的。",
			"重新启动 gpsntpd：它会接管该套接字。",
		},
	},
	{
		DaemonElsewhere, PartDaemon, Bad,
		Words{
			"gpsntpd is running, but not with the socket {socket}", "",
			"Leave --control and $GPSNTPD_CONTROL out, or set them to control.socket of the configuration.",
		},
		Words{
			"gpsntpd 正在运行，但用的不是套接字 {socket}", "",
			"去掉 --control 和 $GPSNTPD_CONTROL，或把它们设为配置中的 control.socket。",
		},
	},
	{
		DaemonHung, PartDaemon, Bad,
		Words{
			"gpsntpd takes the question, but does not answer in time", "",
			"Look at the load of the host with `top`; systemd's watchdog restarts a gpsntpd that hangs within 20 s.",
		},
		Words{
			"gpsntpd 接受了请求，但没有及时应答", "",
			"用 `top` 查看主机负载；如果 gpsntpd 卡死，systemd 看门狗会在 20 秒内重启它。",
		},
	},
	{
		DaemonSilent, PartDaemon, Bad,
		Words{
			"no gpsntpd answers at {socket}", "",
			"Is it running? Start it, or name its socket with --control.",
		},
		Words{
			"{socket} 没有 gpsntpd 应答", "",
			"它在运行吗？请启动它，或用 --control 指定其套接字。",
		},
	},
}
