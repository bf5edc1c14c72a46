package human

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable is s with whatever could steer a terminal or turn the direction of its
// text written out: an escape as \x1b, a C1 control as \u009b, a byte that is no
// UTF-8 as \xff. All else is as it was.
func Printable(s string) string {
	if !strings.ContainsFunc(s, hidden) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case hidden(r), r == utf8.RuneError && size == 1:
			q := strconv.QuoteToASCII(s[i : i+size])
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports whether r is no letter, mark, number, sign or space: a control, a
// format character, a separator of lines.
func hidden(r rune) bool { return !unicode.IsGraphic(r) }

// JSON is text, which is JSON, with the same meaning and nothing in it that steers a
// terminal: what JSON lets stand as it is (DEL, C1, directions of text) is escaped.
func JSON(text []byte) []byte {
	b := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, `\ufffd`...) // as encoding/json understands it
		case r >= utf8.RuneSelf && hidden(r), r == 0x7f:
			b = escape(b, r)
		default:
			b = append(b, text[:size]...)
		}
		text = text[size:]
	}
	return b
}

// escape writes r behind b as JSON does.
func escape(b []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	if r > 0xffff {
		r -= 0x10000
		return escape(escape(b, 0xd800+r>>10), 0xdc00+r&0x3ff)
	}
	return append(b, '\\', 'u', digits[r>>12], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}

// PlainJSON is text, which is JSON, with strings that are Printable: what is an escape
// in it for something that is not is the text of that escape.
func PlainJSON(text []byte) []byte {
	text = JSON(text)
	b := make([]byte, 0, len(text))
	for len(text) > 0 {
		size := 1
		if text[0] == '\\' {
			var steers bool
			if size, steers = escaped(text); steers {
				b = append(b, '\\')
				if size == len(`\ud800\udc00`) {
					b = append(append(b, text[:size/2]...), '\\')
					text, size = text[size/2:], size/2
				}
			}
		}
		b, text = append(b, text[:size]...), text[size:]
	}
	return b
}

// escaped is how long the escape is that text begins with, and whether what it stands
// for is hidden.
func escaped(text []byte) (size int, steers bool) {
	if len(text) < 2 {
		return len(text), false
	}
	switch text[1] {
	case 'b', 'f', 'n', 'r', 't':
		return 2, true
	case 'u':
	default:
		return 2, false
	}
	high, ok := unit(text)
	if !ok {
		return 2, false
	}
	low, pair := unit(text[6:])
	if high>>10 == 0xd800>>10 && pair && low>>10 == 0xdc00>>10 {
		return 12, hidden(0x10000 + (high&0x3ff)<<10 + low&0x3ff)
	}
	return 6, high>>11 != 0xd800>>11 && hidden(high) // half a pair is read as U+FFFD
}

// unit is the unit of UTF-16 that text begins with an escape for.
func unit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}
