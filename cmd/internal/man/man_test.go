package man

import (
	"strings"
	"testing"
)

func TestNothingInATextIsRoff(t *testing.T) {
	for text, want := range map[string]string{
		`.SH it's -- \fB`: `\&.SH it\(aqs \-\- \efB`,
		"5 µs − ~^`":      `5 \[u00B5]s \[u2212] \(ti\(ha\(ga`,
		"'tis":            `\&'tis`,
	} {
		if got := escape(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

func TestParagraphsAreFilledAndWhatIsIndentedIsNot(t *testing.T) {
	p := &page{}
	p.section("X")
	p.text("one\ntwo\n  three\n  four\nfive\n\n" + strings.Repeat("word ", 30))
	long := strings.TrimSuffix(strings.Repeat("word ", 15), " ")
	want := ".SH X\none two\n.PP\n.nf\n.RS 4\nthree\nfour\n.RE\n.fi\n.PP\nfive\n.PP\n" + long + "\n" + long + "\n"
	if p.String() != want {
		t.Errorf("got\n%s\nwant\n%s", p, want)
	}
}
