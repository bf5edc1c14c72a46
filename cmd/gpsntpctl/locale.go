package main

import (
	"cmp"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// unicode tells whether the user's terminal is said to show UTF-8; setlocale(3)
// looks it up in this order.
func unicode() bool {
	locale := strings.ToLower(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_CTYPE"), os.Getenv("LANG")))
	return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
}

// plainly has a verb print ASCII to a terminal that knows nothing else. JSON is
// UTF-8 for whoever reads it.
func (f *flags) plainly(c *cobra.Command) {
	if !f.json && !unicode() {
		c.SetOut(&asciiWriter{Writer: c.OutOrStdout()})
	}
}

// asciiWriter writes the signs that our tables and plots are made of in ASCII.
type asciiWriter struct {
	io.Writer
	rest []byte // the beginning of a sign that has not ended yet
}

// Write implements io.Writer.
func (a *asciiWriter) Write(p []byte) (int, error) {
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
	if _, err := io.WriteString(a.Writer, ascii(string(text[:whole]))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// ascii is text in ASCII, as far as we write signs beyond that; in plots and in
// the middle of lines one column for one.
func ascii(text string) string {
	return strings.NewReplacer(
		"µ", "u", "−", "-", "±", "+/-", "°", "", "…", "~", "·", ".", "–", "-", "×", "x",
		"█", "#", "▉", "#", "▊", "#", "▋", "#", "▌", "#", "▍", " ", "▎", " ", "▏", " ",
		"─", "-", "│", "|", "┼", "+", "→", "->", "●", "*", "○", "o", "√", "sqrt ", "→", ">",
	).Replace(text)
}
