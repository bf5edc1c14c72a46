package setup

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gpsntpd/server/why"
)

func TestEveryTextIsInBothLanguagesAndNamesTheSame(t *testing.T) {
	name := regexp.MustCompile(`\{[a-z]+\}`)
	for key, both := range texts {
		english, chinese := name.FindAllString(both[0], -1), name.FindAllString(both[1], -1)
		slices.Sort(english)
		slices.Sort(chinese)
		if both[0] == "" || both[1] == "" || !slices.Equal(english, chinese) {
			t.Errorf("%s: %q", key, both)
		}
		code, _, _ := strings.Cut(key, ".")
		if Title(code, why.English) == "" || texts[code][0] == "" {
			t.Errorf("%s has no title, or no text", code)
		}
	}
}

func TestEveryStepOfEveryTreeSaysSomethingWhole(t *testing.T) {
	for _, tr := range trees(t) {
		s := tr.plant(t)
		for _, l := range []why.Language{why.English, why.Chinese} {
			s.Language = l
			for _, st := range s.Plan(t.Context(), tr.choice).Steps {
				if st.Text == "" || strings.ContainsAny(st.Text+st.Remedy, "{}") || Title(st.Code, l) == "" {
					t.Errorf("%s: %+v", tr.name, st)
				}
				if (st.State == Blocked || st.State == Hint || st.State == Hand) && st.Remedy == "" {
					t.Errorf("%s: %s: nothing is said of what to do", tr.name, st.Code)
				}
			}
		}
	}
}

func TestAUnitWithTwoNamesIsOneUnit(t *testing.T) {
	tr := read(t, "testdata/bookworm-pi3-recipe.txt")
	tr.host.units["chronyd.service"] = &condition{enabled: true, active: true, alias: "chrony.service"}
	s := tr.plant(t)
	if err := s.Apply(t.Context(), s.Plan(t.Context(), tr.choice)); err != nil {
		t.Fatal(err)
	}
	for _, line := range s.Commands.(*host).ran {
		if strings.Contains(line, "chronyd") {
			t.Error(line)
		}
	}
}

func TestAPulseThatTheHATBringsIsNotAskedForTwice(t *testing.T) {
	tr := read(t, "testdata/trixie-cm5-eeprom.txt")
	tr.files["sys/class/pps/pps0/name"] = "pps@5.-1\n"
	s := tr.plant(t)
	for _, st := range s.Plan(t.Context(), tr.choice).Steps {
		if strings.Contains(st.Wanted, "pps-gpio") {
			t.Errorf("%+v", st)
		}
	}
}

func TestALinkOfAnImageDoesNotLeadIntoThisSystem(t *testing.T) {
	tr := read(t, "testdata/bookworm-pi5.txt")
	for _, link := range []string{"etc/gpsntpd", "var/lib/gpsntpd-setup"} {
		s, outside := tr.plant(t), t.TempDir()
		s.Offline = true
		path := filepath.Join(s.Root, link)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Symlink(outside, path)); err != nil {
			t.Fatal(err)
		}
		if err := s.Apply(t.Context(), s.Plan(t.Context(), tr.choice)); err == nil {
			t.Errorf("%s: written", link)
		}
		if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
			t.Errorf("%s: %v %v", link, entries, err)
		}
	}
}
