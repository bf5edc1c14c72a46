package web

import (
	"html/template"
	"regexp"
	"strings"
)

// The page marks what changes in it as cells: an element with an id, and all that is
// in it. What a browser is told later are those cells that have changed. In a cell
// there may be others, for which it is the frame: a list is told anew when it has
// another entry, and else only the texts that are in it.
//
// A mark is between two NULs, which html/template lets through nowhere else: the id
// where a cell begins, and nothing where it ends.
const nul = "\x00"

// begin and end are for what is more than a text.
func begin(id string) template.HTML { return template.HTML(nul + id + nul) }

func end() template.HTML { return nul + nul }

// inCell is a text in a cell of its own.
func inCell(id string, text template.HTML) template.HTML { return begin(id) + text + end() }

// plain is text, and nothing in it is markup.
func plain(text string) template.HTML { return template.HTML(template.HTMLEscapeString(text)) }

// cell is what is in the element with that id.
type cell struct {
	id     string
	html   string
	shape  string // html without what is in the cells within
	within int    // of all the cells that which this one is in; -1: none
}

// cells takes the marks out of a text, and returns what they mark: each before those
// that are in it.
func cells(marked string) (html string, all []cell) {
	var text, shape strings.Builder
	type opened struct {
		cell  int
		at    int // in text
		shape string
	}
	var open []opened
	text.Grow(len(marked))
	for {
		before, rest, found := strings.Cut(marked, nul)
		text.WriteString(before)
		shape.WriteString(before)
		if !found {
			return text.String(), all
		}
		var id string
		id, marked, _ = strings.Cut(rest, nul)
		if id != "" {
			within := -1
			if len(open) > 0 {
				within = open[len(open)-1].cell
			}
			all = append(all, cell{id: id, within: within})
			open = append(open, opened{len(all) - 1, text.Len(), shape.String()})
			shape.Reset()
			continue
		}
		o := open[len(open)-1]
		open = open[:len(open)-1]
		all[o.cell].html, all[o.cell].shape = text.String()[o.at:], shape.String()
		shape.Reset()
		shape.WriteString(o.shape + nul)
	}
}

// told is what a browser has, by the id of the cell.
type told map[string]was

// was is a cell as it was told last. Its html is "" when it was told as a part of
// another.
type was struct{ shape, html string }

// changed returns the cells that are not as told, and takes them for told. Those that
// may wait do so while only their numbers are others; what is in a cell that waits is
// not asked for. A value is all that is in the cell, or what newNumbers returns.
func (t told) changed(all []cell, wait func(id string) bool) map[string]any {
	news := map[string]any{}
	whole := make([]bool, len(all)) // it is told, alone or as a part of the one around it
	waits := make([]bool, len(all))
	for i, c := range all {
		if c.within >= 0 {
			whole[i], waits[i] = whole[c.within], waits[c.within]
		}
		waits[i] = waits[i] || wait(c.id)
		before := t[c.id]
		switch {
		case !whole[i] && before.shape == c.shape && before != was{}:
			continue
		case !whole[i] && waits[i] && alike(before.shape, c.shape):
			continue
		case whole[i]:
			t[c.id] = was{c.shape, ""}
			continue
		}
		whole[i], t[c.id] = true, was{c.shape, c.html}
		if n := newNumbers(before.html, c.html); n != nil {
			news[c.id] = n
		} else {
			news[c.id] = c.html
		}
	}
	return news
}

var number = regexp.MustCompile(`[0-9]+`)

// alike reports whether two texts differ in nothing but numbers.
func alike(a, b string) bool {
	return number.ReplaceAllLiteralString(a, "0") == number.ReplaceAllLiteralString(b, "0")
}

// newNumbers tells what to make of before: where it is split at its numbers, so that
// every other part is one, each number that has changed follows the index of its part.
// nil: something else has changed, too.
func newNumbers(before, after string) (news []any) {
	if before == "" || !alike(before, after) {
		return nil
	}
	old := number.FindAllString(before, -1)
	for i, n := range number.FindAllString(after, -1) {
		if n != old[i] {
			news = append(news, 2*i+1, n)
		}
	}
	return news
}
