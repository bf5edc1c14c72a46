package board

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// console takes the kernel's console off the header's serial port.
func (b *Boot) console() error {
	text, ok := b.Files[b.cmdline]
	if !ok {
		return fmt.Errorf("%s is not there", b.cmdline)
	}
	line, rest, err := commandLine(text)
	if err != nil {
		return fmt.Errorf("%s: %w", b.cmdline, err)
	}
	found := false
	for word := range strings.FieldsSeq(line) {
		if !b.onHeader(word) {
			continue
		}
		found = true
		b.Edits = append(b.Edits, Edit{Part: PartConsole, File: b.cmdline, Current: word})
		line = without(line, word)
	}
	if !found {
		b.Edits = append(b.Edits, Edit{Part: PartConsole, File: b.cmdline, Done: true})
		return nil
	}
	b.Files[b.cmdline] = append([]byte(line), rest...)
	return nil
}

// onHeader reports whether a word of the command line puts a console, or the
// kernel's debugger, onto the header.
func (b *Boot) onHeader(word string) bool {
	name, value, _ := strings.Cut(word, "=")
	if name != "console" && name != "kgdboc" {
		return false
	}
	port, _, _ := strings.Cut(value, ",")
	switch port {
	case "ttyAMA0":
		return true
	case "ttyS0":
		return b.model.UART != UARTRP1
	case "serial0": // of a Pi 5 it is the debug connector, unless it is told otherwise
		p, _, err := b.parse()
		return b.model.UART != UARTRP1 || err == nil && p.consoleOnHeader()
	}
	return false
}

func (p parsed) consoleOnHeader() bool {
	for _, given := range p.base {
		if given.name == "uart0_console" && on(given.value) {
			return true
		}
	}
	return false
}

// commandLine is the line of cmdline.txt, and the end of the file after it. What
// has no root file system, or more than one line, is half of something.
func commandLine(text []byte) (line string, rest []byte, err error) {
	trimmed := bytes.TrimRight(text, " \t\r\n")
	line, rest = string(trimmed), text[len(trimmed):]
	switch {
	case len(trimmed) == 0:
		return "", nil, fmt.Errorf("it is empty")
	case bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text):
		return "", nil, fmt.Errorf("it is damaged: it is no text")
	case strings.ContainsAny(line, "\r\n"):
		return "", nil, fmt.Errorf("it has more than one line; the kernel gets the first only")
	case !strings.Contains(" "+line, " root="):
		return "", nil, fmt.Errorf("it has no root=; a kernel would not find its root file system")
	}
	return line, rest, nil
}

// without is a line less its first such word, and the space after it or, at the
// end, before it. Whatever strings.Fields takes for a space parts two words.
func without(line, word string) string {
	end := 0
	for field := range strings.FieldsSeq(line) {
		start := end + strings.Index(line[end:], field)
		end = start + len(field)
		if field != word {
			continue
		}
		if _, space := utf8.DecodeRuneInString(line[end:]); space > 0 {
			return line[:start] + line[end+space:]
		}
		_, space := utf8.DecodeLastRuneInString(line[:start])
		return line[:start-space]
	}
	return line
}
