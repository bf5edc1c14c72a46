package screen

import "strings"

// Columns is how wide a screen is, and those of a Table's values. What does not fit is
// wrapped.
const (
	Columns      = 80
	labelColumn  = 10
	valueColumn  = 23
	ValueColumns = Columns - valueColumn
)

// Table is a table in the making: sections of labelled rows. Titles and labels are texts,
// as Style.Say takes them; values are said already.
type Table struct {
	strings.Builder
	Style
	title string // of the section, until its first row
	label string // of the row before
}

// Section begins a section, below an empty line.
func (t *Table) Section(title string) {
	t.WriteString("\n")
	t.Title(title)
}

// Title begins a section with the next row.
func (t *Table) Title(title string) { t.title, t.label = title, "" }

// Row adds a row; a label that repeats is left out.
func (t *Table) Row(label, value string) { t.Mark(label, "", "", value) }

// Device adds a row for the state of a device: the word, and what it means.
func (t *Table) Device(state, meaning string) {
	if meaning != "" {
		meaning = t.Say(": %s", meaning)
	}
	t.Mark("state", Or(t.Word(state)), t.OfDevice(state), meaning)
}

// Mark adds a row whose value is a word in colour and the rest.
func (t *Table) Mark(label, word, colour, rest string) {
	shown := label
	if label == t.label {
		shown = ""
	}
	for _, line := range Wrap(word+rest, ValueColumns) {
		if colour != "" {
			line = strings.Replace(line, word, t.In(colour, word), 1)
			colour = ""
		}
		t.WriteString(Pad(t.Say(t.title), labelColumn) + Pad(t.Say(shown), valueColumn-labelColumn) + line + "\n")
		t.title, shown = "", ""
	}
	t.label = label
}

// Paragraph is s in lines of a screen.
func Paragraph(s string) string { return strings.Join(Fold(s, Columns), "\n") + "\n" }

// Beside puts two columns of lines beside each other, the right one after a number of
// columns and a space.
func Beside(left, right []string, columns int) string {
	var b strings.Builder
	for i := range max(len(left), len(right)) {
		line := ""
		if i < len(left) {
			line = left[i]
		}
		if i < len(right) {
			line += strings.Repeat(" ", max(columns-Width(line), 0)) + " " + right[i]
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// Margin is how wide the two columns are that stand left of an entry's text: a title, and a
// word.
type Margin struct{ Title, Word int }

// Entry is paragraphs beside a title and a word in a colour of p, which stand on the first
// line.
func (m Margin) Entry(p Style, title, word, colour string, paragraphs ...string) string {
	var b strings.Builder
	title = Pad(title, m.Title)
	mark := p.In(colour, word) + Pad("", m.Word-Width(word))
	for _, text := range paragraphs {
		for _, line := range Fold(text, Columns-m.Title-m.Word) {
			b.WriteString(title + mark + line + "\n")
			title, mark = Pad("", m.Title), Pad("", m.Word)
		}
	}
	return b.String()
}
