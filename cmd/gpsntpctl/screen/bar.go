package screen

import (
	"math"
	"strings"
)

// Bar is a horizontal bar that fills part, from 0 to 1, of a number of columns, to an
// eighth of one.
func Bar(part float64, columns int) string {
	eighths := int(math.Round(part * float64(columns) * 8))
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return s
}
