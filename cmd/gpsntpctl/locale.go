package main

import (
	"cmp"
	"os"
	"strings"
)

// unicode tells whether the terminal's user reads UTF-8: as setlocale(3) looks
// it up.
func unicode() bool {
	locale := strings.ToLower(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_CTYPE"), os.Getenv("LANG")))
	return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
}

// people returns text as the user's terminal can show it: where that is not
// UTF-8, our few signs in ASCII.
func people(text string) []byte {
	if !unicode() {
		text = ascii(text)
	}
	return []byte(text)
}

// ascii writes the signs that our tables and plots are made of in ASCII, a
// column each where it matters.
func ascii(text string) string {
	return strings.NewReplacer(
		"µ", "u", "−", "-", "±", "+/-", "°", "", "…", "...", "·", ".", "–", "-", "×", "x",
		"█", "#", "▉", "#", "▊", "#", "▋", "#", "▌", "#", "▍", "", "▎", "", "▏", "",
		"─", "-", "│", "|", "●", "*", "○", "o",
	).Replace(text)
}
