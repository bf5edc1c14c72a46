package why

import (
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Which code each word of status stands for, part by part.

func port(r *Receiver) Code {
	switch r.Word {
	case hw.Missing:
		return ReceiverMissing
	case hw.Denied:
		return ReceiverDenied
	case hw.Busy:
		return ReceiverBusy
	case hw.Console:
		return ReceiverConsole
	case hw.Login:
		return ReceiverLogin
	case hw.Failed:
		return ReceiverFailed
	}
	if r.Beside != "" {
		return ReceiverShared
	}
	return ReceiverOK
}

func sentences(word hw.State) Code {
	switch word {
	case hw.Silent:
		return ReceiverSilent
	case hw.Garbage:
		return ReceiverGarbage
	}
	return SentencesOK
}

func antenna(word refclock.Antenna) Code {
	switch word {
	case refclock.AntennaOK:
		return AntennaOK
	case refclock.AntennaOpen:
		return AntennaOpen
	case refclock.AntennaShort:
		return AntennaShort
	case refclock.AntennaInternal:
		return AntennaInternal
	}
	return AntennaUnsaid
}

func fix(r *Receiver) Code {
	switch {
	case r.Word == refclock.ErrSpoofed.State():
		return Spoofed
	case r.Word == refclock.ErrNoFix.State() && (r.Jamming == refclock.JammingCritical || r.Jamming == refclock.JammingWarning):
		return Jammed
	case r.Word == refclock.ErrNoFix.State():
		return NoFix
	case r.Jamming == refclock.JammingCritical || r.Jamming == refclock.JammingWarning:
		return Jamming
	case r.Word == hw.OK && r.Used >= 0 && r.Used < fewSatellites && !r.Timing:
		return FewSatellites
	}
	return FixOK
}

func date(r *Receiver) Code {
	switch r.Word {
	case refclock.ErrUnresolved.State():
		return Unresolved
	case refclock.ErrContradict.State():
		return Contradicts
	case refclock.ErrNoDate.State():
		return NoDate
	case refclock.ErrNoTime.State():
		return NoTime
	case refclock.ErrBadTime.State():
		return BadTime
	case refclock.ErrLeapSecond.State():
		return LeapSecond
	}
	if r.Standard == refclock.StandardUnknown {
		return UTCUnknown
	}
	return DateOK
}

func pulseDevice(word hw.State) Code {
	switch word {
	case hw.Missing:
		return PulseMissing
	case hw.Denied:
		return PulseDenied
	case hw.Busy:
		return PulseBusy
	case hw.Failed:
		return PulseFailed
	}
	return PulseDeviceOK
}

func pulse(word hw.State) Code {
	switch word {
	case hw.Silent:
		return PulseSilent
	case refclock.ErrIrregular.State():
		return PulseIrregular
	case refclock.ErrWrongEdge.State():
		return WrongEdge
	}
	return PulseOK
}

func pairing(f *Facts) Code {
	switch f.Pairing.Reason {
	case refclock.ErrNoPulse:
		return NoPulseYet
	case refclock.ErrGlitch, refclock.ErrIrregular:
		return Glitch
	case refclock.ErrDiscontinued:
		return Discontinued
	case refclock.ErrAmbiguous:
		return Ambiguous
	case refclock.ErrLineFull:
		return LineFull
	case refclock.ErrLearning:
		return Learning
	case refclock.ErrDisagrees:
		return Disagrees
	case refclock.ErrUnconfirmed:
		return Unconfirmed
	}
	return PairingOK
}

func sensor(f *Facts) Code {
	switch f.Sensor.Word {
	case hw.OK:
		return SensorOK
	case hw.Off:
		return SensorOff
	case hw.Denied:
		return SensorDenied
	case hw.Failed, hw.Busy:
		return SensorFailed
	case hw.Silent:
		return SensorSilent
	}
	return SensorMissing
}

func storage(f *Facts) Code { return StorageCode(f.Storage) }

// StorageCode is the code that the condition of the storage stands for.
func StorageCode(d Disk) Code {
	switch d {
	case DiskOK:
		return StorageOK
	case DiskReadOnly:
		return StorageReadOnly
	case DiskFull:
		return StorageFull
	case DiskFailed:
		return StorageFailed
	}
	return StorageOff
}

// OfReceiver returns the code that a word for the receiver's state in status
// stands for, the first along the path that is not good; "" for none.
func OfReceiver(word hw.State) Code {
	r := Receiver{Device: Device{Word: word}, Used: -1}
	for _, c := range []Code{port(&r), sentences(word), fix(&r), date(&r)} {
		if state(c).Condition != Good {
			return c
		}
	}
	if word != hw.OK {
		return ""
	}
	return DateOK
}

// PortCode is the code of a serial port that is not opened because of its state.
func PortCode(s hw.State) Code { return port(&Receiver{Device: Device{Word: s}}) }

// OfPulse is OfReceiver for the pulse.
func OfPulse(word hw.State) Code {
	if word == hw.Off {
		return PulseOff
	}
	for _, c := range []Code{pulseDevice(word), pulse(word)} {
		if state(c).Condition != Good {
			return c
		}
	}
	if word != hw.OK {
		return ""
	}
	return PulseOK
}

// OfNTS is OfReceiver for the key exchange, by the certificate that is known.
func OfNTS(n NTS) Code {
	c := nts(&Facts{NTS: n})
	if c == NTSOff && n.Word != ExchangeOff {
		return ""
	}
	return c
}
