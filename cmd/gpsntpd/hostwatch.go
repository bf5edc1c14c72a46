package main

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"gpsntpd/cmd/internal/disk"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
	"gpsntpd/server/why"
)

// hostWatch looks every ten seconds at what the loop does not see: what the
// servers have counted, the certificate, the storage, who else steers clocks.
type hostWatch struct {
	servers    answering
	nts        *ntsService
	latest     *discipline.Latest
	clock      hw.Clock
	folder     string        // of the state; "": nothing is kept
	conditions func() string // of the machine, which the latency of the pulse input depends on; nil: unknown
	groups     string        // where systemd keeps the groups of services that run; "": no clock of a host is steered
	published  atomic.Pointer[seen]
	before     [recentLooks]why.NTP // the last counts, a ring
	looks      int
	machine    string // its conditions, when they were last looked at …
	sparing    int    // … and for how many looks they will do
}

// seen is what was seen at the last look.
type seen struct {
	ntp     why.NTP
	nts     why.NTS
	rival   string
	storage why.Disk
	stored  string
	machine string // its conditions
}

const (
	hostWatchEvery = 10 * time.Second
	recentLooks    = 6 // a minute
	sparingly      = 5 // looks that do without the machine's conditions: those cost some hundred files of sysfs
	services       = "/sys/fs/cgroup/system.slice"
)

// run looks until ctx ends.
func (s *hostWatch) run(ctx context.Context) error {
	again := time.NewTicker(hostWatchEvery)
	defer again.Stop()
	for {
		s.look()
		select {
		case <-ctx.Done():
			return nil
		case <-again.C:
		}
	}
}

func (s *hostWatch) look() {
	now := &seen{ntp: s.counted(), rival: rival(s.groups)}
	now.storage, now.stored = disk.Mine(s.folder), s.folder
	now.nts = s.ntsCondition()
	if s.sparing--; s.sparing < 0 && s.conditions != nil {
		s.sparing, s.machine = sparingly, s.conditions()
	}
	now.machine = s.machine
	s.published.Store(now)
}

// machineConditions are those of the last look; before the first, which is while the daemon
// starts, those of now.
func (s *hostWatch) machineConditions() string {
	switch now := s.published.Load(); {
	case now != nil:
		return now.machine
	case s.conditions != nil:
		return s.conditions()
	}
	return ""
}

// addTo adds what was seen to the facts of the loop. It does not wait.
func (s *hostWatch) addTo(f *why.Facts) {
	if now := s.published.Load(); now != nil {
		f.NTP, f.NTS, f.Rival, f.Storage, f.StoredAt = now.ntp, now.nts, now.rival, now.storage, now.stored
	}
}

// counted is what all servers have counted, in all and in the last minute.
func (s *hostWatch) counted() why.NTP {
	var n why.NTP
	for _, c := range s.servers.Counters() {
		n.Requests += c.Requests
		n.Denied += c.Verdicts[ntp.Denied]
		n.RateLimited += c.Verdicts[ntp.RateLimited] + c.Verdicts[ntp.RateKissed]
		n.BadKeys += c.Verdicts[ntp.UnknownKey] + c.Verdicts[ntp.BadMAC]
		n.SendFailed += c.Verdicts[ntp.SendFailed]
		n.Lost += c.Lost
	}
	return s.recent(n)
}

// recent adds to n what of it is of the last minute.
func (s *hostWatch) recent(n why.NTP) why.NTP {
	oldest := s.before[s.looks%recentLooks] // zero in the first minute
	s.before[s.looks%recentLooks] = n
	s.looks++
	n.Recent = why.Recent{
		Requests: n.Requests - oldest.Requests, Denied: n.Denied - oldest.Denied,
		RateLimited: n.RateLimited - oldest.RateLimited, BadKeys: n.BadKeys - oldest.BadKeys,
		SendFailed: n.SendFailed - oldest.SendFailed, Lost: n.Lost - oldest.Lost,
	}
	return n
}

// ntsCondition is the condition of NTS, by what is known of UTC.
func (s *hostWatch) ntsCondition() why.NTS {
	snapshot, now := s.latest.Load(), s.clock.Read()
	utc := refclock.At(now.Time, snapshot.OffsetAt(now.Time)).Std()
	status := s.nts.status(utc)
	n := why.NTS{Word: why.Exchange(status.State), Anew: s.nts.recentlyRenewed(now.Raw)}
	if status.CertificateNotAfter != nil {
		n.Left = status.CertificateNotAfter.Sub(utc)
	}
	return n
}

// rivals are the services that steer the clock of a host, as the unit has them.
var rivals = [...]string{"systemd-timesyncd", "chrony", "chronyd", "ntpsec", "ntp", "ntpd", "openntpd"}

// rival returns the name of one that runs, "" for none: systemd keeps a group
// for each service that does, which can be seen even from inside our sandbox.
func rival(groups string) string {
	if groups == "" {
		return ""
	}
	for _, name := range rivals {
		if _, err := os.Stat(filepath.Join(groups, name+".service")); err == nil {
			return name
		}
	}
	return ""
}
