package config

import (
	"math"
	"slices"
	"time"

	"gpsntpd/server/control"
)

// key is one thing that a file may set.
type key struct {
	name string // section.key, or one above all sections
	doc  string // one sentence
	value
}

// place is the section of k, "" for none, and its name there.
func (k key) place() (section, name string) { return control.Place(k.name) }

// keys lists every key, in the order of the documentation. What they set is c.
func keys(c *Config) []key {
	language := key{"language", "Language of the page, of alarms and of why where none is asked for; \"auto\" is that of the browser, and English.",
		or(&c.Language, "auto", choice(&c.Language, "en", "zh"))}
	return slices.Concat([]key{language}, clockKeys(c), networkKeys(c), serverKeys(c), programKeys(c))
}

// clockKeys are about where the time comes from.
func clockKeys(c *Config) []key {
	return []key{
		{"receiver.enabled", "Whether this host has a receiver; else there is no pulse either, and network.servers are followed (state client).",
			toggle(&c.Receiver.Enabled)},
		{"receiver.device", "Serial ports that the receiver may be on; the first that yields sentences is read.",
			list(&c.Receiver.Devices, "the path of a device or a pattern such as /dev/ttyUSB*", isPath)},
		{"receiver.baud", "Speed of the serial port, in bits per second; \"auto\" listens until sentences make sense.",
			or(&c.Receiver.Baud, "auto", number(&c.Receiver.Baud, 300, 4_000_000))},
		{"receiver.not-before", "No date before this one is believed: 1024 weeks are added until it is not.",
			or(&c.Receiver.NotBefore, "build", date(&c.Receiver.NotBefore))},
		{"receiver.sentence-latency", "How late the first sentence of a second begins; it matters while there is no pulse.",
			or(&c.Receiver.SentenceLatency, "learned", duration(&c.Receiver.SentenceLatency, time.Millisecond, time.Second))},
		{"receiver.sawtooth", "What the receiver says of each pulse's error (UBX TIM-TP): \"auto\" takes it off while pulses scatter less for it; \"off\" is for a pulse that something else makes of the receiver's.",
			choice(&c.Receiver.Sawtooth, "auto", "off")},
		{"receiver.configure", "What may be done to the receiver: \"auto\" has it send and do what a clock needs, in its RAM only; \"monitor\" asks it and changes nothing; \"off\" sends not one byte.",
			choice(&c.Receiver.Configure, "auto", "monitor", "off")},
		{"receiver.elevation-mask", "Satellites lower than this many degrees above the horizon are not used; \"receiver\" leaves that to it.",
			or(&c.Receiver.ElevationMask, "receiver", set(&c.Receiver.ElevationMask, func(p *int) value { return number(p, 0, 60) }))},
		{"receiver.cable-delay", "How late the signal is for the antenna's cable, about 5 ns for each metre, which the receiver takes off; \"receiver\" leaves that to it.",
			or(&c.Receiver.CableDelay, "receiver", set(&c.Receiver.CableDelay, func(p *time.Duration) value { return duration(p, 0, 10*time.Microsecond) }))},
		{"receiver.constellations", "Systems that are used: gps, galileo, beidou, glonass, qzss, sbas; none leaves that to the receiver.",
			optional(&c.Receiver.Constellations, "gps, galileo, beidou, glonass, qzss or sbas", isConstellation)},
		{"pulse.device", "PPS device, by path, by number (\"pps0\") or by what /sys/class/pps/*/name or path says; \"dcd:/dev/ttyS0\" is the DCD line of a serial port, \"gpio:18\" a line of the header that no overlay has taken, \"phc:eth0\" the clock of a network interface (\"phc:eth0@SDP1\": that pin of it).",
			or(&c.Pulse.Device, "off", text(&c.Pulse.Device, "a device", isPulse))},
		{"pulse.compare", "Another path by which the same pulse is seen, which tells how late the first one always is: \"auto\" is the level of the pin, where the board is known; else as pulse.device.",
			or(&c.Pulse.Compare, "off", text(&c.Pulse.Compare, "\"auto\" or a device", isPulse))},
		{"pulse.edge", "The edge that marks the second; the other one comes a pulse's length later.",
			choice(&c.Pulse.Edge, "assert", "clear")},
		{"pulse.latency", "How late the pulse is stamped (cable, interrupt); it is taken off.",
			duration(&c.Pulse.Latency, -10*time.Millisecond, 10*time.Millisecond)},
		{"pulse.latency-error", "How much later than that it may still be, always alike; it is part of the error bound. \"board\" is what is known of boards like this one, or 1us once pulse.latency is set.",
			or(&c.Pulse.LatencyError, "board", set(&c.Pulse.LatencyError, func(p *time.Duration) value { return duration(p, 0, 10*time.Millisecond) }))},
		{"clock.steer", "Whether the clock of this host is steered; else a clock of the program's own is disciplined and served.",
			toggle(&c.Clock.Steer)},
		{"clock.max-error", "Above this bound answers say \"not synchronized\".",
			duration(&c.Clock.MaxError, time.Microsecond, 10*time.Second)},
		{"clock.step-threshold", "How far another program must move the clock before it is stepped back at once.",
			duration(&c.Clock.StepThreshold, time.Millisecond, 10*time.Second)},
		{"clock.bound-page", "Memory that databases and other programs of this host take the clock's bound from, as clients of ClockBound do (protocol version 2); they look for /run/clockbound/shm0.",
			or(&c.Clock.Bound, "off", text(&c.Clock.Bound, "a path that begins with /", isPath))},
		{"clock.leap-seconds", "A leap-seconds.list beside the system's and the one built in; the newest is used.",
			or(&c.Clock.LeapSeconds, "auto", text(&c.Clock.LeapSeconds, "a path that begins with /", isPath))},
		{"clock.temperature", "Temperature sensor near the oscillator, by what /sys/class/thermal/*/type or /sys/class/hwmon/*/name says; \"auto\" takes the nearest one.",
			or(&c.Clock.Temperature, "off", text(&c.Clock.Temperature, "\"auto\" or the name of a sensor such as cpu-thermal or coretemp/Core 0", isSensor))},
	}
}

// networkKeys are about the servers that are asked for it.
func networkKeys(c *Config) []key {
	return []key{
		{"network.servers", "NTP servers that are asked for the time, each with its options. They bear witness for the receiver, and are followed while it is not believed and their bound is smaller than that of holdover. There are none by default.",
			timeServers(&c.Network.Servers)},
		{"network.authorities", "Certificates, in PEM, of authorities that may vouch for servers of NTS beside those of the system.",
			or(&c.Network.Authorities, "system", text(&c.Network.Authorities, "a path that begins with /", isPath))},
	}
}

// serverKeys are about who gets it.
func serverKeys(c *Config) []key {
	return []key{
		{"server.listen", "Where NTP requests are answered; without an address on all of them.",
			list(&c.Server.Listen, "an address and a port such as \"192.0.2.1:123\", \"[2001:db8::1]:123\" or \":123\"", isListen)},
		{"server.interface", "The only network interface that requests are taken from and answered on.",
			or(&c.Server.Interface, "all", text(&c.Server.Interface, "the name of an interface such as eth0", isInterface))},
		{"server.dscp", "Differentiated services code point of the answers: how routers rank them; 46 is expedited forwarding.",
			number(&c.Server.DSCP, 0, 63)},
		{"server.hardware-timestamps", "Whether requests are dated by the network interface where it can and its clock proves good, or by the kernel alone.",
			choice(&c.Server.Hardware, "auto", "off")},
		{"server.workers", "How many threads answer at each address; \"auto\" is one for each processor.",
			or(&c.Server.Workers, "auto", number(&c.Server.Workers, 1, 64))},
		{"server.fast-path", "\"xdp\" has the kernel answer plain requests by itself, before its firewall sees them, which takes privileges.",
			choice(&c.Server.FastPath, "off", "xdp")},
		{"server.refid", "Reference identifier while the pulse disciplines the clock.",
			text(&c.Server.RefID, "1 to 4 printable ASCII characters", isRefID)},
		{"server.sentence-refid", "Reference identifier while sentences alone discipline the clock.",
			text(&c.Server.SentenceRefID, "1 to 4 printable ASCII characters", isRefID)},
		{"server.allow", "Who is answered; of two prefixes the longer one decides.",
			prefixes(&c.Server.Allow)},
		{"server.deny", "Who is not answered; it wins over the same prefix in allow.",
			prefixes(&c.Server.Deny)},
		{"server.rate-limit", "How often a client may ask, each second and at once after a pause.",
			limit(&c.Server.RateLimit)},
		{"server.keys", "File of symmetric keys, as chrony and ntp have them; requests that are signed with one get signed answers.",
			or(&c.Server.Keys, "off", text(&c.Server.Keys, "a path that begins with /", isPath))},
		{"server.ntpq", "Who may look with ntpq, which cannot change anything.",
			prefixes(&c.Server.Ntpq)},
		{"server.broadcast", "Broadcast and multicast addresses that the time is sent to without being asked (mode 5), from the port that answers.",
			destinations(&c.Server.Broadcast)},
		{"server.broadcast-interval", "How often.",
			duration(&c.Server.BroadcastInterval, time.Second, 1024*time.Second)},
		{"server.broadcast-key", "Number of the key in server.keys that broadcasts are signed with; whoever takes them unsigned takes anybody's.",
			or(&c.Server.BroadcastKey, "off", number(&c.Server.BroadcastKey, 1, math.MaxInt32))},
		{"nts.certificate", "Certificate of the key exchange, with those that lead to its root, in PEM; without one there is no NTS.",
			or(&c.NTS.Certificate, "off", text(&c.NTS.Certificate, "a path that begins with /", isPath))},
		{"nts.private-key", "Its private key, in PEM; \"certificate\": in the same file.",
			or(&c.NTS.PrivateKey, "certificate", text(&c.NTS.PrivateKey, "a path that begins with /", isPath))},
		{"nts.listen", "Where keys are exchanged, by TCP; without an address on all of them.",
			list(&c.NTS.Listen, "an address and a port such as \"192.0.2.1:4460\" or \":4460\"", isListen)},
		{"nts.server", "The server that clients are sent to for the time, by name or address; \"same\": the one that they exchange keys with.",
			or(&c.NTS.Server, "same", text(&c.NTS.Server, "a name or an address", isPrintable))},
		{"nts.master-keys", "File of the keys under which cookies are sealed; \"state\": one in the state directory.",
			or(&c.NTS.MasterKeys, "state", text(&c.NTS.MasterKeys, "a path that begins with /", isPath))},
	}
}

// programKeys are about the program itself.
func programKeys(c *Config) []key {
	return []key{
		{"web.listen", "Where the page is shown, by HTTP; without an address on all of them.",
			or(&c.Web.Listen, "off", text(&c.Web.Listen, "an address and a port such as \"127.0.0.1:8123\" or \":8123\"", isListen))},
		{"web.names", "Names of this host that browsers and Prometheus may ask for, beside its own one and its addresses.",
			optional(&c.Web.Names, "a name such as time.example", isName)},
		{"web.certificate", "Certificate of the page, with those that lead to its root, in PEM; without one there is no TLS.",
			or(&c.Web.Certificate, "off", text(&c.Web.Certificate, "a path that begins with /", isPath))},
		{"web.private-key", "Its private key, in PEM; \"certificate\": in the same file.",
			or(&c.Web.PrivateKey, "certificate", text(&c.Web.PrivateKey, "a path that begins with /", isPath))},
		{"web.password-file", "File of those who may read, as `htpasswd -B` writes it; without one everybody may.",
			or(&c.Web.Passwords, "off", text(&c.Web.Passwords, "a path that begins with /", isPath))},
		{"web.trusted-proxy", "Who may say with X-Forwarded-For for whom it asks, at the page and at the metrics.",
			prefixes(&c.Web.Proxies)},
		{"metrics.listen", "Where Prometheus may ask for /metrics, by HTTP; without an address on all of them.",
			or(&c.Metrics.Listen, "off", text(&c.Metrics.Listen, "an address and a port such as \"127.0.0.1:9123\" or \":9123\"", isListen))},
		{"recorder.size", "Memory for what the devices sent and the daemon decided in the last hours, for a bug report; 0 records nothing.",
			size(&c.Recorder.Size, 2e6, 256e6)},
		{"statistics.directory", "Folder for files as ntpd (loopstats, peerstats, clockstats, temps) and chronyd (tracking.log) write them.",
			or(&c.Statistics.Directory, "off", text(&c.Statistics.Directory, "a path that begins with /", isPath))},
		{"statistics.days", "How many days' files are kept there.",
			number(&c.Statistics.Days, 1, 3660)},
		{"log.level", "The least important messages that are printed.",
			choice(&c.Log.Level, "debug", "info", "warn", "error")},
		{"log.format", "For people or for programs.",
			choice(&c.Log.Format, "console", "json")},
		{"alarms.exec", "Program that is run for each alarm that is raised or cleared, with its arguments; code, severity, state and text are added.",
			program(&c.Alarms.Exec)},
		{"alarms.webhook", "URL that each of them is posted to, as JSON.",
			or(&c.Alarms.Webhook, "off", text(&c.Alarms.Webhook, "a URL such as https://example.net/hook", isWebhook))},
		{"alarms.services", "Files that name a service each, and the secrets for it: DingTalk, WeCom, Feishu, Slack, Telegram, mail, or another webhook.",
			optional(&c.Alarms.Services, "a path that begins with /", isPath)},
		{"alarms.syslog", "Where each of them is sent to as a line of syslog: a facility of this host's, another host, or both.",
			syslog(&c.Alarms.Syslog)},
		{"alarms.language", "Language of what is delivered; \"same\" is that of language. The log is in English.",
			or(&c.Alarms.Language, "same", choice(&c.Alarms.Language, "en", "zh"))},
		{"control.socket", "Socket that gpsntpctl talks to; \"auto\" takes the place that fits how the daemon was started.",
			or(&c.Control.Socket, "auto", text(&c.Control.Socket, "a path that begins with /", isPath))},
		{"sandbox.landlock", "Whether the kernel keeps the daemon to the files that it needs, where it can.",
			choice(&c.Sandbox.Landlock, "auto", "off")},
		{"sandbox.write", "Folders in which the program of alarms.exec may write, beside /tmp.",
			optional(&c.Sandbox.Write, "a path that begins with /", isPath)},
	}
}
