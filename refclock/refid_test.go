package refclock

import "testing"

func TestAReferenceIdentifierIsANameOnlyAtStratumOne(t *testing.T) {
	for _, c := range []struct {
		id      RefID
		stratum uint8
		want    string
	}{
		{RefIDOf("GPS"), 1, "GPS"},
		{RefIDOf("NMEA"), 1, "NMEA"},
		{RefIDOf("GALILEO"), 1, "GALI"},
		{RefIDOf(""), 1, ""},
		{RefID{192, 0, 2, 7}, 2, "192.0.2.7"},
		{RefIDOf("GPS"), 2, "71.80.83.0"},
	} {
		if got := c.id.Text(c.stratum); got != c.want {
			t.Errorf("% x at stratum %d: %q, not %q", c.id[:], c.stratum, got, c.want)
		}
	}
}
