package screen

import (
	"strings"
	"testing"
)

func TestARowOfATableIsAsWideAsItsForm(t *testing.T) {
	for _, c := range [][4]string{{"%-6s|%5s|%s", "地址", "请求", "地址  | 请求|x"}, {"%-6s|%5s|%s", "ab", "长长长", "ab    |长长长|x"}} {
		if got := Line(c[0], c[1], c[2], "x"); got != c[3] {
			t.Errorf("%q, want %q", got, c[3])
		}
	}
}

func TestASignThatComesInPiecesIsWrittenOnce(t *testing.T) {
	var b strings.Builder
	a := ASCII{Writer: &b}
	for _, piece := range []string{"3 \xc2", "\xb5s ", "\xe2\x88", "", "\x92", "1"} {
		if n, err := a.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Error(n, err)
		}
	}
	if b.String() != "3 us -1" {
		t.Errorf("%q", b.String())
	}
}
