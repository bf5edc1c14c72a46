package main

import "fmt"

// table is a load, and what is asked of our server under it.
type table struct {
	title string
	load
	together bool // both servers are asked in the same time, once
	bars
}

// bars are what figures of ours must be. One that is 0 is none.
type bars struct {
	cost, rate, receive, trip float64 // against chronyd's: CPU time at most, answers/s at least, error of the receive time and round trip at most
	transmit                  float64 // µs: error of the transmit time at most, median
	transmit50, transmit99    float64 // the same, against chronyd's
	late                      float64 // %: too late a transmit time at most
}

// tables are what both servers are measured under.
func tables(p plan) []table {
	at := fmt.Sprintf("%d requests/s", p.rate)
	const most = "as many as it answers"
	lan := bars{trip: 1.05, transmit50: 0.7, transmit99: 1, late: 1}
	cross := load{interleaved: true, length: p.length}
	slow := func(l load) load { l.rate = p.rate; return l }
	basic, mac, nts := load{length: p.length}, load{proof: symmetric, length: p.length}, load{proof: secured, length: p.length}
	fours := slow(basic)
	fours.burst, fours.calm = 4, true
	return []table{
		{title: "LAN, 1 request/s", load: load{rate: 1, calm: true, length: 100 * p.length}, together: true, bars: lan},
		{title: "LAN, 20 requests/s", load: load{rate: 20, calm: true, length: 15 * p.length}, together: true, bars: lan},
		{title: "LAN, 200 requests/s", load: load{rate: 200, calm: true, length: 5 * p.length}, together: true, bars: lan},
		{title: "LAN, 2000 requests/s", load: load{rate: 2000, calm: true, length: p.length}, bars: lan},
		{title: "LAN, " + at + " in fours", load: fours, bars: lan},
		{title: "basic, " + at, load: slow(basic), bars: bars{cost: 0.95, receive: 1.1, transmit: 4}},
		{title: "basic, " + most, load: basic, bars: bars{cost: 0.95, rate: 1.1, transmit: 4}},
		{title: "interleaved, " + at, load: slow(cross), bars: bars{cost: 1, transmit: 0.5}},
		{title: "interleaved, " + most, load: cross, bars: bars{cost: 1, transmit: 0.5}},
		{title: "AES-CMAC, " + at, load: slow(mac), bars: bars{cost: 1}},
		{title: "AES-CMAC, " + most, load: mac, bars: bars{cost: 1}},
		{title: "NTS, " + at, load: slow(nts), bars: bars{cost: 1}},
		{title: "NTS, " + most, load: nts, bars: bars{cost: 1}},
	}
}
