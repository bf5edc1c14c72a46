package main

// leapWords is what the values of the leap indicator mean (RFC 5905, figure 9).
var leapWords = [4]string{"no leap second", "a second is inserted", "a second is deleted", "not synchronized"}

// What each state of a device means, and what to do about it.
var (
	receiverWords = map[string]string{
		"missing":  "there is no such serial port. Plug the receiver in, enable the UART, or set receiver.device in the configuration.",
		"denied":   "gpsntpd may not open the serial port. Add its user to the group that `ls -l` shows for it, mostly dialout.",
		"busy":     "another program has the serial port open, often gpsd or a login console. `sudo gpsntpctl holders DEVICE` says which, and how to stop it.",
		"failed":   "the serial port opened and then failed; it is tried again. Check the plug, the cable and the power.",
		"silent":   "nothing arrives. Check the receiver's power, and that its TX is wired to our RX.",
		"garbage":  "bytes arrive, but no sentences at any speed. Is it a receiver that speaks NMEA, and is the wiring right?",
		"no_fix":   "the receiver has no fix. Give its antenna a view of the sky; a first start may take 15 minutes.",
		"no_date":  "it knows the time of day but not the date. Wait some minutes; if that does not help, have it send RMC or ZDA sentences.",
		"no_time":  "its sentences name no time of day. Wait for its first satellites, or have it send RMC or ZDA sentences.",
		"bad_time": "it names times that are impossible or contradict each other. Restart it; if that does not help, update or replace it.",
		"ok":       "it has a fix, and names time and date.",
	}
	pulseWords = map[string]string{
		"missing":    "there is no such pulse device. Load its driver (Raspberry Pi: dtoverlay=pps-gpio,gpiopin=18 in config.txt) or set pulse.device in the configuration.",
		"denied":     "gpsntpd may not open the pulse device. Give its user access to the group that `ls -l` shows for it, or install the udev rule.",
		"busy":       "another program holds the pulse device, often gpsd or chronyd. `sudo gpsntpctl holders DEVICE` says which, and how to stop it.",
		"failed":     "the pulse device opened and then failed; it is tried again. `dmesg` may say why.",
		"silent":     "no pulse arrives. Most receivers pulse only with a fix; if it has one, check the wire and the pin.",
		"irregular":  "the edges are not one second apart. Look for noise on the wire, and for a receiver that is set to another rate.",
		"wrong_edge": "the other edge begins the second, by the pulse's length and the sentences' arrival: change pulse.edge in the configuration.",
		"ok":         "one pulse arrives every second.",
		"off":        "no pulse is configured; sentences alone discipline the clock, a thousand times more coarsely.",
	}
	ntsWords = map[string]string{
		"no_certificate": "nts.certificate or nts.private-key cannot be read. The log says why; mostly gpsntpd's user may not read the key.",
		"no_date":        "no keys are exchanged before the clock was synchronized for the first time.",
		"expired":        "clients refuse the certificate. Replace the file; no restart is needed.",
		"ok":             "keys are exchanged.",
	}
)
