package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"time"
)

// client asks as a proxy does, on one connection.
var client = http.Client{Timeout: 10 * time.Second}

// with asks with a user and a password for a client of the proxy, and reports whether that
// was let in.
func with(url, user, password string, from netip.Addr) (bool, error) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return false, err
	}
	r.SetBasicAuth(user, password)
	r.Header.Set("X-Forwarded-For", from.String())
	answer, err := client.Do(r)
	if err != nil {
		return false, nil
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK, nil
}

// guess tries one password after the other, four at a time.
func guess(url string, lasts time.Duration, from netip.Addr) (result, error) {
	return many(lasts, 4, func(i int, end time.Time) (r result, all []time.Duration) {
		for time.Now().Before(end) {
			began := time.Now()
			ok, _ := with(url, "ann", fmt.Sprint("guess ", i, r.Asked), from)
			r.add(time.Since(began), ok, &all)
		}
		return r, all
	}), nil
}

// enter asks count times with the right password, a second after the other.
func enter(url string, count int, user, password string, from netip.Addr) (r result, err error) {
	var all []time.Duration
	for range count {
		began := time.Now()
		ok, err := with(url, user, password, from)
		if err != nil {
			return r, err
		}
		r.add(time.Since(began), ok, &all)
		time.Sleep(time.Second)
	}
	r.of(all)
	return r, nil
}
