// Command ask sends datagrams to NTP servers and prints what comes back: for
// the tests that compare servers, in a network of its own.
//
//	ask                         a line of input is "SERVER SOURCE HEX", one of output all answers in hexadecimal
//	ask SERVER FILE HEX         exchanges keys by NTS, with the authority in FILE and these records: C2S, S2C and cookies
//
// SERVER and SOURCE are addresses and ports; port 0 is any.
package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"
)

func main() {
	err := errors.New("want nothing, or SERVER FILE HEX")
	switch len(os.Args) {
	case 1:
		err = asks(os.Stdin, os.Stdout)
	case 4:
		err = exchangeKeys(os.Stdout, os.Args[1], os.Args[2], os.Args[3])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ask:", err)
		os.Exit(1)
	}
}

func asks(r io.Reader, w io.Writer) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var server, source, digits string
		if n, _ := fmt.Sscan(lines.Text(), &server, &source, &digits); n < 2 { // a datagram may be empty
			return fmt.Errorf("%q is no question", lines.Text())
		}
		packet, err := hex.DecodeString(digits)
		if err != nil {
			return err
		}
		answers, err := ask(server, source, packet)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w, strings.Join(answers, " ")); err != nil {
			return err
		}
	}
	return lines.Err()
}

// Sizes in bytes, and how long and how often the second question is asked.
const (
	header      = 48
	longest     = 65535
	transmitAt  = 40
	originAt    = 24
	readTimeout = 500 * time.Millisecond
	attempts    = 6
)

// ask sends packet, then a request that every server answers. What comes
// before that answer is the answer to packet: a server takes what one socket
// sends in order.
func ask(server, source string, packet []byte) (answers []string, err error) {
	to, err1 := netip.ParseAddrPort(server)
	from, err2 := netip.ParseAddrPort(source)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	conn, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(from), net.UDPAddrFromAddrPort(to))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.Write(packet); err != nil {
		return nil, err
	}
	last := make([]byte, header)
	last[0] = 4<<3 | 3
	rand.Read(last[transmitAt:]) // never fails
	b := make([]byte, longest)
	for range attempts {
		if _, err := conn.Write(last); err != nil {
			return nil, err
		}
		if err := conn.SetReadDeadline(time.Now().Add(readTimeout)); err != nil {
			return nil, err
		}
		for {
			n, err := conn.Read(b)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				break
			}
			if err != nil {
				return nil, err
			}
			if n == header && bytes.Equal(b[originAt:originAt+8], last[transmitAt:]) {
				return answers, nil
			}
			answers = append(answers, hex.EncodeToString(b[:n]))
		}
	}
	return nil, fmt.Errorf("%s answers nothing after %x", server, packet)
}
