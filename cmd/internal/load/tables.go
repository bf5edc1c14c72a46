package main

import "fmt"

// table is a load, and what is asked of our server under it. A bar that is 0 is
// none.
type table struct {
	title string
	load
	cost, rate, receive float64 // against chronyd's: CPU time at most, answers/s at least, error of the receive time at most
	transmit            float64 // µs: error of the transmit time at most, median
}

// tables are what both servers are measured under.
func tables(p plan) []table {
	at := fmt.Sprintf("%d requests/s", p.rate)
	const most = "as many as it answers"
	cross := load{interleaved: true, length: p.length}
	slow := func(l load) load { l.rate = p.rate; return l }
	basic, mac, nts := load{length: p.length}, load{proof: symmetric, length: p.length}, load{proof: secured, length: p.length}
	return []table{
		{"basic, " + at, slow(basic), 0.95, 0, 1.1, 4},
		{"basic, " + most, basic, 0.95, 1.1, 0, 4},
		{"interleaved, " + at, slow(cross), 1, 0, 0, 0.5},
		{"interleaved, " + most, cross, 1, 0, 0, 0.5},
		{"AES-CMAC, " + at, slow(mac), 1, 0, 0, 0},
		{"AES-CMAC, " + most, mac, 1, 0, 0, 0},
		{"NTS, " + at, slow(nts), 1, 0, 0, 0},
		{"NTS, " + most, nts, 1, 0, 0, 0},
	}
}
