package main

import (
	"math"
	"strings"

	"gpsntpd/server/control"
)

// The plot of the sky. Characters are about twice as high as wide.
const (
	skyColumns = 41
	skyRows    = 21
)

// sky is a plot in the making: north is up, the zenith in the middle, the
// horizon at the edge, and elevation falls evenly in between.
type sky [skyRows][]rune

func newSky(all []control.Satellite) *sky {
	var s sky
	for i := range s {
		s[i] = []rune(strings.Repeat(" ", skyColumns))
	}
	for _, elevation := range []float64{0, 30, 60} {
		for azimuth := range 360 {
			row, column := place(elevation, float64(azimuth))
			s[row][column] = '·'
		}
	}
	row, column := place(90, 0)
	s[row][column] = '┼'
	for i, letter := range "NESW" {
		row, column := place(0, float64(90*i))
		s[row][column] = letter
	}
	taken := map[[2]int]bool{}
	for _, x := range all {
		if x.ElevationDegrees != nil && x.AzimuthDegrees != nil {
			s.add(label(&x), float64(*x.ElevationDegrees), float64(*x.AzimuthDegrees), taken)
		}
	}
	return &s
}

// place is where a direction lies in the plot; degrees.
func place(elevation, azimuth float64) (row, column int) {
	r := (90 - min(max(elevation, 0), 90)) / 90
	sin, cos := math.Sincos(azimuth * math.Pi / 180)
	row = int(math.Round((skyRows - 1) / 2 * (1 - r*cos)))
	column = int(math.Round((skyColumns - 1) / 2 * (1 + r*sin)))
	return row, column
}

// add writes a label at its place, or at the nearest row that is free there.
func (s *sky) add(label string, elevation, azimuth float64, taken map[[2]int]bool) {
	row, column := place(elevation, azimuth)
	column = min(max(column-len(label)/2, 0), skyColumns-len(label))
	free := func(row int) bool {
		if row < 0 || row >= skyRows {
			return false
		}
		for i := -1; i <= len(label); i++ {
			if taken[[2]int{row, column + i}] {
				return false
			}
		}
		return true
	}
	for _, off := range []int{0, 1, -1, 2, -2} {
		if !free(row + off) {
			continue
		}
		for i, r := range label {
			s[row+off][column+i] = r
			taken[[2]int{row + off, column + i}] = true
		}
		return
	}
}

func (s *sky) lines() []string {
	all := make([]string, skyRows)
	for i, row := range s {
		all[i] = string(row)
	}
	return all
}
