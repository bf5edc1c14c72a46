package leaps

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gpsntpd/discipline/leap"
)

// list is a leap-seconds.list that was made at that time (seconds of NTP's era 0).
func list(made time.Time) string {
	const era = 2208988800 // 1900 to 1970
	return fmt.Sprintf("#$\t%d\n#@\t%d\n2272060800\t10\t# 1 Jan 1972\n2287785600\t11\t# 1 Jul 1972\n", made.Unix()+era, made.AddDate(1, 0, 0).Unix()+era)
}

func TestTheNewestListCountsWhereverItIs(t *testing.T) {
	root := t.TempDir()
	put := func(name, text string) {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	newest := func(configured string, want string, bad ...string) {
		t.Helper()
		var refused []string
		_, source := Newest(root, configured, func(path string, err error) { refused = append(refused, path) })
		if source != want || fmt.Sprint(refused) != fmt.Sprint(bad) {
			t.Errorf("%s, refused %v; want %s, %v", source, refused, want, bad)
		}
	}
	builtin := time.Unix(leap.Builtin().Updated, 0)
	newest("", "built in")
	put(lists[0], list(builtin.AddDate(-1, 0, 0)))
	newest("", "built in")
	put(lists[1], list(builtin.AddDate(1, 0, 0)))
	newest("", lists[1])
	newest("/etc/none", lists[1], "/etc/none")
	put("/etc/own", list(builtin.AddDate(2, 0, 0)))
	newest("/etc/own", "/etc/own")
	put(lists[2], "nonsense")
	newest("", lists[1], lists[2])
}
