package main

import (
	"strings"
	"unicode/utf8"

	"gpsntpd/discipline"
)

// Columns of the table of status. What does not fit is wrapped.
const (
	columns      = 80
	labelColumn  = 10
	valueColumn  = 23
	valueColumns = columns - valueColumn
)

// table80 is a table in the making: sections of labelled rows.
type table80 struct {
	strings.Builder
	style
	title string // of the section, until its first row
	label string // of the row before
}

func (t *table80) section(title string) {
	t.WriteString("\n")
	t.title, t.label = title, ""
}

// row adds a row; a label that repeats is left out.
func (t *table80) row(label, value string) { t.mark(label, "", "", value) }

// device adds a row for the state of a device: the word, and what it means.
func (t *table80) device(state, meaning string) {
	if meaning != "" {
		meaning = t.say(": %s", meaning)
	}
	t.mark("state", or(t.word(state)), t.ofDevice(state), meaning)
}

// mark adds a row whose value is a word in colour and the rest.
func (t *table80) mark(label, word, colour, rest string) {
	shown := label
	if label == t.label {
		shown = ""
	}
	for _, line := range wrap(word+rest, valueColumns) {
		if colour != "" {
			line = strings.Replace(line, word, colour+word+t.end, 1)
			colour = ""
		}
		t.WriteString(padded(t.say(t.title), labelColumn) + padded(t.say(shown), valueColumn-labelColumn) + line + "\n")
		t.title, shown = "", ""
	}
	t.label = label
}

func (t *table80) ofClock(state string) string {
	switch state {
	case discipline.Locked.String():
		return t.good
	case discipline.Unsynchronized.String():
		return t.bad
	}
	return t.fair
}

func (t *table80) ofDevice(state string) string {
	switch state {
	case "ok":
		return t.good
	case "off", "":
		return ""
	}
	return t.bad
}

// wrap breaks s at spaces into lines of at most width characters, and a word
// that is longer than a line wherever it must; Chinese between characters.
func wrap(s string, width int) (lines []string) {
	if wide(s) > utf8.RuneCountInString(s) {
		for _, line := range folded(s, width) {
			for r := []rune(line); len(r) > 0; { // a word may be longer than a line
				n := len(r)
				for wide(string(r[:n])) > width {
					n--
				}
				lines, r = append(lines, string(r[:n])), r[n:]
			}
		}
		return lines
	}
	if utf8.RuneCountInString(s) <= width {
		return []string{s} // with its alignment
	}
	line := ""
	for _, word := range strings.Fields(s) {
		if joined := line + " " + word; line != "" && utf8.RuneCountInString(joined) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		r := []rune(word)
		for ; len(r) > width; r = r[width:] {
			lines = append(lines, string(r[:width]))
		}
		line = string(r)
	}
	return append(lines, line)
}
