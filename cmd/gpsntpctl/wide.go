package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	runes "unicode"
)

// wide is the width of s on a terminal: Chinese takes two columns.
func wide(s string) (columns int) {
	for _, r := range s {
		columns += columnsOf(r)
	}
	return columns
}

// columnsOf is the width of r: two for Han and for the punctuation of the same
// width (Unicode, East Asian Width, W and F), and for quotation marks, which
// Chinese terminals draw as wide.
func columnsOf(r rune) int {
	switch {
	case runes.Is(runes.Han, r), r >= 0x3000 && r <= 0x303f, r >= 0xff01 && r <= 0xff60, r == '“', r == '”':
		return 2
	}
	return 1
}

// padded is s, filled up with spaces to so many columns.
func padded(s string, columns int) string {
	return s + strings.Repeat(" ", max(columns-wide(s), 0))
}

// cell is a place in the form of a row: its width, with a minus to the left.
var cell = regexp.MustCompile(`%(-?)(\d*)[sdv]`)

// tabulated is a row of a table by a form such as "%-9s %5d", as fmt.Sprintf makes it, but
// for text of any width.
func tabulated(form string, cells ...any) string {
	i := 0
	return cell.ReplaceAllStringFunc(form, func(place string) string {
		at := cell.FindStringSubmatch(place)
		text := fmt.Sprint(cells[i])
		i++
		width, _ := strconv.Atoi(at[2]) // 0 for none
		if at[1] != "" {
			return padded(text, width)
		}
		return strings.Repeat(" ", max(width-wide(text), 0)) + text
	})
}

// Between these and the character before, or after them, no line is broken.
const (
	closing = "，。；：、）”！？"
	opening = "（“"
)

// folded breaks s into lines of at most so many columns: between words, and
// between any two Chinese characters.
func folded(s string, columns int) (lines []string) {
	var line, piece strings.Builder // a piece is not broken
	flush := func() {
		text := piece.String()
		piece.Reset()
		if wide(line.String())+wide(strings.TrimRight(text, " ")) > columns && line.Len() > 0 {
			lines = append(lines, strings.TrimRight(line.String(), " "))
			line.Reset()
		}
		line.WriteString(text)
	}
	before := rune(0)
	for _, r := range s {
		breaks := before == ' ' || columnsOf(r) == 2 || columnsOf(before) == 2
		if strings.ContainsRune(closing, r) || strings.ContainsRune(opening, before) || r == ' ' || before == 0 {
			breaks = false
		}
		if breaks {
			flush()
		}
		piece.WriteRune(r)
		before = r
	}
	flush()
	return append(lines, strings.TrimRight(line.String(), " "))
}
