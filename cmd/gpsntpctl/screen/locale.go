package screen

import (
	"cmp"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"gpsntpd/server/why"
)

// UTF8 reports whether the user's terminal is said to show UTF-8; setlocale(3)
// looks it up in this order.
func UTF8() bool {
	locale := strings.ToLower(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_CTYPE"), os.Getenv("LANG")))
	return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
}

// Spoken is the language that a flag asks for, else that of the environment, if
// the terminal can show it.
func Spoken(flag string) why.Language {
	if flag == "" && UTF8() {
		flag = cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	}
	if strings.HasPrefix(strings.ToLower(flag), string(why.Chinese)) {
		return why.Chinese
	}
	return why.English
}

// ASCII writes the signs that our tables and plots are made of in ASCII, for a terminal
// that shows nothing else.
type ASCII struct {
	io.Writer
	rest []byte // the beginning of a sign that has not ended yet
}

// Write implements io.Writer.
func (a *ASCII) Write(p []byte) (int, error) {
	text := append(a.rest, p...)
	whole := len(text)
	for i := whole - 1; i >= max(whole-utf8.UTFMax, 0); i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				whole = i
			}
			break
		}
	}
	a.rest = append([]byte(nil), text[whole:]...)
	if _, err := io.WriteString(a.Writer, InASCII(string(text[:whole]))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// InASCII is text in ASCII, as far as we write signs beyond that; in plots and in
// the middle of lines one column for one.
func InASCII(text string) string {
	return strings.NewReplacer(
		"µ", "u", "−", "-", "±", "+/-", "°", "", "…", "~", "·", ".", "–", "-", "×", "x",
		"█", "#", "▉", "#", "▊", "#", "▋", "#", "▌", "#", "▍", " ", "▎", " ", "▏", " ",
		"─", "-", "│", "|", "┼", "+", "→", "->", "●", "*", "○", "o", "√", "sqrt ",
	).Replace(text)
}
