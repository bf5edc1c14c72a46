package leap

import "time"

// The leap seconds of IERS Bulletin C up to number 72: the first days of UTC
// with a new TAI − UTC, each one second more than before.
var firstDays = [...]string{
	"1972-01-01", "1972-07-01", "1973-01-01", "1974-01-01", "1975-01-01", "1976-01-01", "1977-01-01",
	"1978-01-01", "1979-01-01", "1980-01-01", "1981-07-01", "1982-07-01", "1983-07-01", "1985-07-01",
	"1988-01-01", "1990-01-01", "1991-01-01", "1992-07-01", "1993-07-01", "1994-07-01", "1996-01-01",
	"1997-07-01", "1999-01-01", "2006-01-01", "2009-01-01", "2012-07-01", "2015-07-01", "2017-01-01",
}

const (
	firstOffset    = 10 // TAI − UTC on the first of these days
	builtinUpdated = "2026-07-06"
	builtinExpires = "2027-06-28"
)

// Builtin is the table that was known when the program was written.
func Builtin() Table {
	t := Table{Updated: unix(builtinUpdated), Expires: unix(builtinExpires)}
	for i, day := range firstDays {
		t.steps = append(t.steps, step{unix(day), firstOffset + i})
	}
	return t
}

func unix(day string) int64 {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // a constant above is no date
	}
	return t.Unix()
}
