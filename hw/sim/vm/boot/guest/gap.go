package main

import (
	"fmt"
	"net"
	"os"
	"time"
)

// gap asks this host for the time ten times a second until the file is gone, and
// prints the longest time without an answer, in milliseconds.
func gap(while string) error {
	worst, last := time.Duration(0), monotonic()
	request := make([]byte, 48)
	request[0] = 4<<3 | 3 // version 4, client
	answer := make([]byte, 256)
	for {
		if _, err := os.Stat(while); err != nil {
			fmt.Println("longest gap", max(worst, monotonic()-last).Milliseconds(), "ms")
			return nil
		}
		if ask(request, answer) == nil {
			now := monotonic()
			worst, last = max(worst, now-last), now
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// ask sends a request and waits for its answer for a tenth of a second.
func ask(request, answer []byte) error {
	c, err := net.Dial("udp", "127.0.0.1:123")
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(100 * time.Millisecond))
	if _, err := c.Write(request); err != nil {
		return err
	}
	_, err = c.Read(answer)
	return err
}
