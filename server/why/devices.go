package why

import (
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Which code each word of status stands for, part by part.

func port(r *Receiver) Code {
	switch hw.State(r.Word) {
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

func sentences(word string) Code {
	switch word {
	case "silent":
		return ReceiverSilent
	case "garbage":
		return ReceiverGarbage
	}
	return SentencesOK
}

func antenna(word string) Code {
	switch word {
	case "ok":
		return AntennaOK
	case "open":
		return AntennaOpen
	case "short":
		return AntennaShort
	case "internal":
		return AntennaInternal
	}
	return AntennaUnsaid
}

func fix(r *Receiver) Code {
	switch {
	case r.Word == refclock.ErrNoFix.Word:
		return NoFix
	case r.Word == "ok" && r.Used >= 0 && r.Used < fewSatellites && !r.Timing:
		return FewSatellites
	}
	return FixOK
}

func date(word string) Code {
	switch word {
	case refclock.ErrNoDate.Word:
		return NoDate
	case refclock.ErrNoTime.Word:
		return NoTime
	case refclock.ErrBadTime.Word:
		return BadTime
	case refclock.ErrLeapSecond.Word:
		return LeapSecond
	}
	return DateOK
}

func pulseDevice(word string) Code {
	switch hw.State(word) {
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

func pulse(word string) Code {
	switch word {
	case "silent":
		return PulseSilent
	case "irregular":
		return PulseIrregular
	case refclock.ErrWrongEdge.Word:
		return WrongEdge
	}
	return PulseOK
}

func pairing(f *Facts) Code {
	switch f.Pairing.Reason {
	case refclock.ErrNoPulse.Word:
		return NoPulseYet
	case refclock.ErrGlitch.Word, refclock.ErrIrregular.Word:
		return Glitch
	case refclock.ErrDiscontinued.Word:
		return Discontinued
	case refclock.ErrAmbiguous.Word:
		return Ambiguous
	case refclock.ErrLearning.Word:
		return Learning
	case refclock.ErrDisagrees.Word:
		return Disagrees
	case refclock.ErrUnconfirmed.Word:
		return Unconfirmed
	}
	return PairingOK
}

func sensor(f *Facts) Code {
	switch f.Sensor.Word {
	case "ok":
		return SensorOK
	case "off":
		return SensorOff
	case string(hw.Denied):
		return SensorDenied
	case string(hw.Failed), string(hw.Busy):
		return SensorFailed
	case "silent":
		return SensorSilent
	}
	return SensorMissing
}

func storage(f *Facts) Code {
	switch f.Storage {
	case "ok":
		return StorageOK
	case "read_only":
		return StorageReadOnly
	case "full":
		return StorageFull
	case "failed":
		return StorageFailed
	}
	return StorageOff
}

// OfReceiver returns the code that a word for the receiver's state in status
// stands for, the first along the path that is not good; "" for none.
func OfReceiver(word string) Code {
	r := Receiver{Device: Device{Word: word}, Used: -1}
	for _, c := range []Code{port(&r), sentences(word), fix(&r), date(word)} {
		if state(c).Condition != Good {
			return c
		}
	}
	if word != "ok" {
		return ""
	}
	return DateOK
}

// OfPulse is OfReceiver for the pulse.
func OfPulse(word string) Code {
	if word == "off" {
		return PulseOff
	}
	for _, c := range []Code{pulseDevice(word), pulse(word)} {
		if state(c).Condition != Good {
			return c
		}
	}
	if word != "ok" {
		return ""
	}
	return PulseOK
}

// OfNTS is OfReceiver for the key exchange, by the certificate that is known.
func OfNTS(n NTS) Code {
	c := nts(&Facts{NTS: n})
	if c == NTSOff && n.Word != "off" {
		return ""
	}
	return c
}
