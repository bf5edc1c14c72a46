package why

// The codes of what the daemon has been started for, and of what serves it.
const (
	OperationSteered   Code = "steered"
	OperationUnsteered Code = "not_steered"
	OperationSimulated Code = "simulated"
	OperationReplayed  Code = "replayed"

	LeapOK          Code = "leap_ok"
	LeapArmed       Code = "leap_armed"
	LeapUnknown     Code = "leap_unknown"
	LeapExpiresSoon Code = "leap_expires_soon"
	LeapExpired     Code = "leap_expired"

	SensorOK      Code = "sensor_ok"
	SensorOff     Code = "sensor_off"
	SensorMissing Code = "sensor_missing"
	SensorDenied  Code = "sensor_denied"
	SensorFailed  Code = "sensor_failed"
	SensorSilent  Code = "sensor_silent"

	StorageOK       Code = "storage_ok"
	StorageOff      Code = "storage_off"
	StorageReadOnly Code = "storage_read_only"
	StorageFull     Code = "storage_full"
	StorageFailed   Code = "storage_failed"

	LoadOK     Code = "load_ok"
	Overloaded Code = "overloaded"
)

var operationStates = [...]State{
	{
		OperationSteered, PartOperation, Good,
		Words{"gpsntpd steers the clock of this host", "", ""},
		Words{"gpsntpd 正在调整本机时钟", "", ""},
	},
	{
		OperationUnsteered, PartOperation, Good,
		Words{"the clock of this host is not steered, as was asked for; a clock of the program's own is served", "", ""},
		Words{"按要求不调整本机时钟，对外提供的是程序自己的时钟", "", ""},
	},
	{
		OperationSimulated, PartOperation, Good,
		Words{"receiver and pulse are simulated", "", ""},
		Words{"接收机和秒脉冲 (PPS) 都是模拟的", "", ""},
	},
	{
		OperationReplayed, PartOperation, Good,
		Words{"a capture is replayed, with a simulated pulse", "", ""},
		Words{"正在回放抓取的数据，秒脉冲 (PPS) 是模拟的", "", ""},
	},
}

var leapStates = [...]State{
	{
		LeapOK, PartLeap, Good,
		Words{"the list of leap seconds is valid for {leap_left}", "", ""},
		Words{"闰秒表还有 {leap_left}有效", "", ""},
	},
	{
		LeapArmed, PartLeap, Good,
		Words{"a leap second comes within a day, and the clock will make it", "", ""},
		Words{"一天之内有闰秒，时钟会自动处理", "", ""},
	},
	{
		LeapUnknown, PartLeap, Waiting,
		Words{
			"whether the list of leap seconds is valid shows with the first date", "",
			"Nothing to do for leap seconds before the date is known.",
		},
		Words{
			"要等知道日期后才能判断闰秒表是否有效", "",
			"知道日期之前，闰秒方面无需操作。",
		},
	},
	{
		LeapExpiresSoon, PartLeap, Bad,
		Words{
			"the list of leap seconds expires in {leap_left}", "",
			"Update the tzdata package and restart gpsntpd some time before.",
		},
		Words{
			"闰秒表将在 {leap_left}后过期", "",
			"请在此之前更新 tzdata 软件包并重启 gpsntpd。",
		},
	},
	{
		LeapExpired, PartLeap, Bad,
		Words{
			"the list of leap seconds expired {leap_ago} ago: the next leap second is not known", "",
			"Install the newest tzdata package, or get https://data.iana.org/time-zones/tzdb/leap-seconds.list and set clock.leap-seconds to its path; then restart gpsntpd.",
		},
		Words{
			"闰秒表已于 {leap_ago}前过期：无法得知下一次闰秒", "",
			"安装最新的 tzdata 软件包，或下载 https://data.iana.org/time-zones/tzdb/leap-seconds.list 并把 clock.leap-seconds 设为其路径，然后重启 gpsntpd。",
		},
	},
}

var temperatureStates = [...]State{
	{
		SensorOK, PartTemperature, Good,
		Words{"the temperature sensor {sensor} shows how warm the oscillator is", "", ""},
		Words{"温度传感器 {sensor} 正在提供振荡器的温度", "", ""},
	},
	{
		SensorOff, PartTemperature, Good,
		Words{"no temperature sensor is used", "", ""},
		Words{"没有使用温度传感器", "", ""},
	},
	{
		SensorMissing, PartTemperature, Good,
		Words{"there is no temperature sensor, so that holdover is coarser", "", ""},
		Words{"没有温度传感器，因此守时 (holdover) 精度会差一些", "", ""},
	},
	{
		SensorDenied, PartTemperature, Bad,
		Words{
			"the temperature sensor {sensor} may not be read", "",
			"Give gpsntpd's user the right to read it, or set clock.temperature = \"off\".",
		},
		Words{
			"没有权限读取温度传感器 {sensor}", "",
			"给 gpsntpd 的运行用户读取权限，或设置 clock.temperature = \"off\"。",
		},
	},
	{
		SensorFailed, PartTemperature, Bad,
		Words{
			"the temperature sensor {sensor} cannot be read any more", "Holdover is coarser without it.",
			"`dmesg` may say why; choose another sensor with clock.temperature if it does not come back.",
		},
		Words{
			"温度传感器 {sensor} 已无法读取", "没有它，守时 (holdover) 精度会下降。",
			"`dmesg` 可能会说明原因；如果不能恢复，请用 clock.temperature 选择另一个传感器。",
		},
	},
	{
		SensorSilent, PartTemperature, Bad,
		Words{
			"the temperature sensor {sensor} shows nothing", "",
			"Check that it works (`cat /sys/class/thermal/thermal_zone*/temp`), or choose another one with clock.temperature.",
		},
		Words{
			"温度传感器 {sensor} 没有读数", "",
			"检查它是否工作（`cat /sys/class/thermal/thermal_zone*/temp`），或用 clock.temperature 选择另一个。",
		},
	},
}

var storageStates = [...]State{
	{
		StorageOK, PartStorage, Good,
		Words{"what has been learnt is kept for the next start", "", ""},
		Words{"测得的参数会保存下来，供下次启动使用", "", ""},
	},
	{
		StorageOff, PartStorage, Good,
		Words{"nothing is kept for the next start, as there is no state directory", "", ""},
		Words{"没有状态目录，因此不保存任何数据", "", ""},
	},
	{
		StorageReadOnly, PartStorage, Bad,
		Words{
			"{stored_at} cannot be written: the storage is read-only, or belongs to someone else", "The time is not affected; the next start will be slower.",
			"Mount it read-write, check its owner, and check the card: Linux makes a file system read-only when the card fails.",
		},
		Words{
			"无法写入 {stored_at}：存储只读，或不属于 gpsntpd 的用户", "时间不受影响，但下次启动会慢一些。",
			"以读写方式挂载、检查属主，并检查存储卡：存储卡出错时 Linux 会把文件系统变为只读。",
		},
	},
	{
		StorageFull, PartStorage, Bad,
		Words{
			"{stored_at} cannot be written: the storage is full", "The time is not affected; the next start will be slower.",
			"Free some space (`df -h` and `df -i` show where).",
		},
		Words{
			"无法写入 {stored_at}：存储空间已满", "时间不受影响，但下次启动会慢一些。",
			"请清理空间（`df -h` 和 `df -i` 可查看占用）。",
		},
	},
	{
		StorageFailed, PartStorage, Bad,
		Words{
			"{stored_at} cannot be written", "The log says why. The time is not affected.",
			"Look at the log of gpsntpd and at `dmesg` for errors of the storage.",
		},
		Words{
			"无法写入 {stored_at}", "日志中有原因。时间不受影响。",
			"查看 gpsntpd 的日志以及 `dmesg` 中的存储错误。",
		},
	},
	{
		LoadOK, PartLoad, Good,
		Words{"gpsntpd keeps up with its work", "", ""},
		Words{"gpsntpd 能及时处理各项工作", "", ""},
	},
	{
		Overloaded, PartLoad, Bad,
		Words{
			"the processor is so busy that pulses are taken up {late} late", "Their stamps are the kernel's, so the time stays right; answers may be slow.",
			"See with `top` what keeps the processor busy, and move it to another host.",
		},
		Words{
			"处理器过于繁忙，秒脉冲 (PPS) 的处理延迟了 {late}", "时间戳由内核打上，因此时间仍然准确，但应答可能变慢。",
			"用 `top` 查看是什么占用了处理器，并把它移到其他主机上。",
		},
	},
}
