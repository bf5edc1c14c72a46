package why

// Name is what p is called in a language.
func (p Part) Name(l Language) string {
	if name, ok := partNames[p]; ok && l == Chinese {
		return name
	}
	if name, ok := englishParts[p]; ok {
		return name
	}
	return string(p)
}

// Name is what c is called in a language.
func (c Condition) Name(l Language) string {
	if name, ok := conditionNames[c]; ok && l == Chinese {
		return name
	}
	return string(c)
}

var englishParts = map[Part]string{
	PartPulseDevice: "pulse device", PartWitness: "witnesses", PartRivals: "others", PartNTP: "NTP", PartNTS: "NTS", PartLeap: "leap seconds",
}

var partNames = map[Part]string{
	PartDaemon: "守护进程", PartOperation: "运行方式", PartReceiver: "接收机", PartSentences: "语句", PartAntenna: "天线",
	PartFix: "定位", PartDate: "日期", PartPulseDevice: "脉冲设备", PartPulse: "秒脉冲", PartPairing: "配对", PartWitness: "旁证",
	PartPhase: "相位", PartRivals: "其他程序", PartClock: "时钟", PartNTP: "NTP", PartNTS: "NTS", PartLeap: "闰秒",
	PartTemperature: "温度", PartStorage: "存储", PartLoad: "负载",
}

var conditionNames = map[Condition]string{Good: "正常", Waiting: "等待", Bad: "异常", Unknown: "未知"}
