package web

import (
	"math"

	"gpsntpd/server/control"
)

// What the page draws is told with few digits and without names: a sky has up to 60
// satellites.

// skyNews is the sky, with an array for each satellite: its system and number, elevation
// and azimuth in degrees, dB-Hz, whether it is used. What is not known is nil.
type skyNews struct {
	Age        *float64 `json:"age_seconds,omitempty"` // when that is too much
	Used       *int     `json:"used"`
	InView     *int     `json:"in_view"`
	Satellites [][6]any `json:"satellites"`
}

func skyOf(sky *control.Satellites) skyNews {
	n := skyNews{Used: sky.Used, InView: sky.InView, Satellites: [][6]any{}}
	if sky.Stale {
		n.Age = whole(sky.AgeSeconds)
	}
	for _, s := range sky.Satellites {
		n.Satellites = append(n.Satellites, [6]any{s.System, s.Number, s.ElevationDegrees, s.AzimuthDegrees, s.CN0DBHz, s.Used})
	}
	return n
}

// scatterNews is a scatter, in ns.
type scatterNews struct {
	Age    *float64     `json:"age_seconds,omitempty"` // when that is too much
	Count  int          `json:"count"`
	Mean   *float64     `json:"mean"`
	Jitter *float64     `json:"jitter"`
	Edges  []int64      `json:"edges"` // of the bars: one more than there are
	Counts []int        `json:"counts"`
	Allan  [][2]float64 `json:"allan"` // s, and the deviation
}

func scatterOf(c *control.Scatter) scatterNews {
	ns := func(seconds *float64) *float64 {
		if seconds == nil {
			return nil
		}
		x := math.Round(*seconds*1e10) / 10
		return &x
	}
	n := scatterNews{Count: c.Count, Mean: ns(c.MeanSeconds), Jitter: ns(c.JitterSeconds), Edges: []int64{}, Counts: []int{}, Allan: [][2]float64{}}
	if c.Stale {
		n.Age = whole(c.AgeSeconds)
	}
	for i, b := range c.Histogram {
		if i == 0 {
			n.Edges = append(n.Edges, nanoseconds(b.FromSeconds).Nanoseconds())
		}
		n.Edges, n.Counts = append(n.Edges, nanoseconds(b.ToSeconds).Nanoseconds()), append(n.Counts, b.Count)
	}
	for _, a := range c.Allan {
		if a.Deviation > 0 {
			digit := math.Pow(10, math.Floor(math.Log10(a.Deviation))-3)
			n.Allan = append(n.Allan, [2]float64{a.TauSeconds, math.Round(a.Deviation/digit) * digit})
		}
	}
	return n
}

func whole(seconds *float64) *float64 {
	if seconds == nil {
		return nil
	}
	x := math.Floor(*seconds)
	return &x
}

// point is what the charts go on with: offset and bound in ns, ppm, °C, requests since
// the start. What is not known is nil.
type point [5]*float64

func pointOf(s *control.Status) point {
	to := func(v *float64, scale float64, round func(float64) float64) *float64 {
		if v == nil {
			return nil
		}
		x := round(*v*scale) / math.Max(1, scale/1e9)
		return &x
	}
	in := func(v *float64, digits float64) *float64 {
		if v == nil {
			return nil
		}
		x := math.Round(*v*digits) / digits
		return &x
	}
	n := float64(requests(s))
	return point{to(s.OffsetSeconds, 1e9, math.Round), to(s.BoundSeconds, 1e9, math.Ceil), in(s.FrequencyPPM, 1e4), in(s.Temperature.Celsius, 100), &n}
}
