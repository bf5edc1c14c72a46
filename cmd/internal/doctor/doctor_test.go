package doctor

import (
	"context"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/discipline"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

var placeholder = regexp.MustCompile(`{[a-z]+}`)

func TestEveryFindingIsSaidInBothLanguagesAndEachBadOneHasARemedy(t *testing.T) {
	seen := map[why.Code]bool{}
	for _, s := range table() {
		if seen[s.code] || why.Known(s.code).Code == s.code {
			t.Errorf("%s stands twice", s.code)
		}
		seen[s.code] = true
		if !slices.Contains(links[:], s.link) {
			t.Errorf("%s: no link %q", s.code, s.link)
		}
		for _, w := range []words{s.english, s.chinese} {
			if w.clause == "" || strings.HasSuffix(w.clause, ".") || strings.HasSuffix(w.clause, "。") {
				t.Errorf("%s: clause %q", s.code, w.clause)
			}
			if (s.severity == Warning || s.severity == Fault) && w.remedy == "" {
				t.Errorf("%s: no remedy", s.code)
			}
		}
		names := func(w words) []string {
			all := placeholder.FindAllString(w.clause+w.detail+w.remedy, -1)
			slices.Sort(all)
			return all
		}
		if en, zh := names(s.english), names(s.chinese); !slices.Equal(en, zh) {
			t.Errorf("%s: %v in English, %v in Chinese", s.code, en, zh)
		}
		if strings.ContainsFunc(s.english.clause, func(r rune) bool { return r > 0x2fff }) || !strings.ContainsFunc(s.chinese.clause, func(r rune) bool { return r > 0x2fff }) {
			t.Errorf("%s: which language?", s.code)
		}
	}
}

func TestEveryLinkHasANameInBothLanguagesAndDependsOnEarlierOnes(t *testing.T) {
	for i, link := range links {
		if en, zh := LinkName(link, why.English), LinkName(link, why.Chinese); en == "" || zh == "" || len(en) > 14 {
			t.Errorf("%s: %q, %q", link, en, zh)
		}
		for _, on := range depends[link] {
			if j := slices.Index(links[:], on); j < 0 || j >= i {
				t.Errorf("%s depends on %s, which does not come before it", link, on)
			}
		}
	}
}

// answering is a machine on which gpsntpd runs, with these facts.
func answering(f *why.Facts) Question {
	h := Tree("/nonexistent")
	h.Addresses = func() []netip.Addr {
		return []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")}
	}
	h.Ask = func(_ context.Context, servers []string) map[string]Said {
		all := map[string]Said{}
		for _, s := range servers {
			all[s] = Said{true, 1, true}
		}
		return all
	}
	q := Question{Host: h, Config: config.Default(), Language: why.English, Answers: true}
	for _, l := range f.Explain(why.English).Links {
		q.Why.Links = append(q.Why.Links, control.Link{Part: string(l.Part), Code: string(l.Code), Condition: string(l.Condition), Text: l.Text, Remedy: l.Remedy})
	}
	q.Status.Servers = []control.Listener{{Listen: "0.0.0.0:123", Requests: 1000}, {Listen: "[::]:123"}}
	return q
}

func locked() *why.Facts {
	f := &why.Facts{Operation: why.Simulated, Storage: "ok", Pulse: why.Pulse{Seen: true}}
	f.Receiver.Word, f.Pulse.Word, f.Receiver.Used, f.NTS.Word, f.Sensor.Word = "ok", "ok", 9, "off", "ok"
	f.Clock.State, f.Clock.ByPulse = discipline.Locked, true
	f.Leap = why.Leap{Known: true, Left: 1000 * 24 * time.Hour}
	return f
}

func codes(found []Finding, s Severity) (all []why.Code) {
	for _, f := range found {
		if f.Severity == s {
			all = append(all, f.Code)
		}
	}
	return all
}

func TestOfARunningDaemonAllIsTakenAndItIsAskedAtEachAddress(t *testing.T) {
	found := Examine(t.Context(), answering(locked()))
	if Worst(found) != 0 {
		t.Errorf("%+v", found)
	}
	good := codes(found, OK)
	for _, want := range []why.Code{why.Locked, why.PulseOK, why.DaemonAnswers, socketOurs, answersOK, clientsOK, firewallOpen} {
		if !slices.Contains(good, want) {
			t.Errorf("no %s in %v", want, good)
		}
	}
	if n := len(good); n > 24 {
		t.Errorf("%d rows", n)
	}
}

func TestWhatFollowsFromAnEarlierFindingNamesIt(t *testing.T) {
	f := locked()
	f.Receiver.Word, f.Pulse.Word, f.Clock.State, f.Clock.Silence, f.Clock.Bound, f.Clock.Limit = "no_fix", "silent", discipline.Unsynchronized, time.Hour, 2, 1
	q := answering(f)
	q.Ask = func(_ context.Context, servers []string) map[string]Said {
		return map[string]Said{servers[0]: {Answered: true}}
	}
	because := map[why.Code]why.Code{}
	for _, d := range Examine(t.Context(), q) {
		if d.bad() {
			because[d.Code] = d.Because
		}
	}
	want := map[why.Code]why.Code{
		why.NoFix: "", why.PulseSilent: why.NoFix, why.HoldoverOver: why.NoFix, why.NTPWarning: why.NoFix, answersWarn: why.NoFix, answersNone: why.NoFix,
	}
	if !maps.Equal(because, want) {
		t.Errorf("%v, want %v", because, want)
	}
}

func TestRefusalsAreAWarningWhenTheyAreMany(t *testing.T) {
	for refused, want := range map[uint64]why.Code{0: clientsOK, 99: clientsOK, 100: clientsRefused} {
		q := answering(locked())
		q.Counters = control.Counters{"ntp": {"denied": refused}}
		if found := Examine(t.Context(), q); !slices.ContainsFunc(found, func(f Finding) bool { return f.Code == want }) {
			t.Errorf("%d of 1000: no %s", refused, want)
		}
	}
}

func TestExitStatusesAreThoseOfTheWorst(t *testing.T) {
	for want, all := range [][]Severity{{OK, Note, Unknown}, {OK, Warning, Note}, {Warning, Fault, OK}} {
		var found []Finding
		for _, s := range all {
			found = append(found, Finding{Severity: s})
		}
		if got := Worst(found); got != want {
			t.Errorf("%v: %d", all, got)
		}
	}
}
