package screen

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Width is how many columns s takes on a terminal: Chinese takes two.
func Width(s string) (columns int) {
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
	case unicode.Is(unicode.Han, r), r >= 0x3000 && r <= 0x303f, r >= 0xff01 && r <= 0xff60, r == '“', r == '”':
		return 2
	}
	return 1
}

// Pad fills s up with spaces to a number of columns.
func Pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(columns-Width(s), 0))
}

// cell is a place in the form of a row: its width, with a minus to the left.
var cell = regexp.MustCompile(`%(-?)(\d*)[sdv]`)

// Line is a line of a table by a form such as "%-9s %5d", as fmt.Sprintf makes it, but for
// text of any width.
func Line(form string, cells ...any) string {
	i := 0
	return cell.ReplaceAllStringFunc(form, func(place string) string {
		at := cell.FindStringSubmatch(place)
		text := fmt.Sprint(cells[i])
		i++
		width, _ := strconv.Atoi(at[2]) // 0 for none
		if at[1] != "" {
			return Pad(text, width)
		}
		return strings.Repeat(" ", max(width-Width(text), 0)) + text
	})
}

// Between these and the character before, or after them, no line is broken.
const (
	closing = "，。；：、）”！？"
	opening = "（“"
)

// Fold breaks s into lines of at most that many columns: between words, and
// between any two Chinese characters.
func Fold(s string, columns int) (lines []string) {
	var line, piece strings.Builder // a piece is not broken
	flush := func() {
		text := piece.String()
		piece.Reset()
		if Width(line.String())+Width(strings.TrimRight(text, " ")) > columns && line.Len() > 0 {
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

// Cut shortens s to n columns.
func Cut(s string, n int) string {
	if Width(s) <= n {
		return s
	}
	kept := []rune(s)
	for len(kept) > 0 && Width(string(kept)) > n-1 {
		kept = kept[:len(kept)-1]
	}
	return string(kept) + "…"
}

// Wrap breaks s at spaces into lines of at most width columns, and a word that is
// longer than a line wherever it must; Chinese between characters.
func Wrap(s string, width int) (lines []string) {
	if Width(s) > utf8.RuneCountInString(s) {
		for _, line := range Fold(s, width) {
			for r := []rune(line); len(r) > 0; { // a word may be longer than a line
				n := len(r)
				for Width(string(r[:n])) > width {
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
