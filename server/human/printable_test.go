package human

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestWhatSteersATerminalIsWrittenOut(t *testing.T) {
	for in, want := range map[string]string{
		"locked, 0.2 µs — 正常":   "locked, 0.2 µs — 正常",
		"\x1b]0;owned\a":        `\x1b]0;owned\a`,
		"two\nlines\r\ttab":     `two\nlines\r\ttab`,
		"\u009b31m":             `\u009b31m`,
		"\x9b31m":               `\x9b31m`,
		"evil\u202egnp.exe":     `evil\u202egnp.exe`,
		"\x7f\U000e0041":        `\x7f\U000e0041`,
		`a "word" and a \x1b`:   `a "word" and a \x1b`,
		"no-break\u00a0space �": "no-break\u00a0space �",
	} {
		if got := Printable(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("\x1b[2J\u009b\u202e\U000e0041\xff�\\u001b\n正")
	f.Fuzz(func(t *testing.T, s string) {
		plain := Printable(s)
		if again := Printable(plain); again != plain || !utf8.ValidString(plain) {
			t.Fatalf("%q, then %q", plain, again)
		}
		text, err := json.Marshal(map[string]string{"a": s, s: "b"})
		if err != nil {
			t.Fatal(err)
		}
		var before, after, clean map[string]string
		if err := json.Unmarshal(text, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(JSON(text), &after); err != nil || after["a"] != before["a"] || len(after) != len(before) {
			t.Fatalf("%q, not %q: %v", after, before, err)
		}
		if err := json.Unmarshal(PlainJSON(text), &clean); err != nil {
			t.Fatalf("%s: %v", PlainJSON(text), err)
		}
		for _, shown := range []string{string(JSON(text)), string(PlainJSON(text)), clean["a"]} {
			if Printable(shown) != shown {
				t.Fatalf("%q steers", shown)
			}
		}
		if Printable(before["a"]) == before["a"] && clean["a"] != before["a"] {
			t.Fatalf("%q, not %q", clean["a"], before["a"])
		}
	})
}
