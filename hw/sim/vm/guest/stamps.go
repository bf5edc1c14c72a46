package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"gpsntpd/hw/sim/vm/trace"
)

// The address of simnic, and one that leads back to it.
var (
	nicAddress    = net.IPv4(10, 0, 0, 1)
	mirrorAddress = net.IPv4(10, 0, 0, 2)
)

const (
	asking   = 100 * time.Millisecond // how often a question is asked
	settling = time.Second            // of a link, less than ports take to agree on its speed
)

// sizes are those of the questions in turn, in bytes: a plain one, and as with NTS.
var sizes = []int{48, 960}

// stamps asks gpsntpd over simnic with PARAMETERS, and compares its receive
// timestamps with when the requests had arrived. It does so QUESTIONS times, then
// again after each SETTING, a parameter and its value; "-" changes none.
func stamps(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("stamps QUESTIONS PARAMETERS SETTING…: got %q", args)
	}
	questions, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	if err := errors.Join(load("simnic", args[1]), up("simnic0", nicAddress.To4())); err != nil {
		return err
	}
	records := json.NewEncoder(os.Stdout)
	p := program{kind: kind{path: "/usr/bin/gpsntpd", args: []string{"--control", control, "--config", "/etc/gpsntpd/gpsntpd.toml"},
		config: "[receiver]\nnot-before = 2026-01-01\n[pulse]\ndevice = \"off\"\n[server]\nlisten = [\"10.0.0.1:123\"]\n" + bare}}
	p.say = func(string) {} // the console is for records
	if err := p.start(); err != nil {
		return err
	}
	time.Sleep(4 * time.Second) // it starts, and tests the clock of the interface
	client := controlClient()
	for _, setting := range args[2:] {
		if name, value, ok := strings.Cut(setting, "="); ok {
			if err := os.WriteFile(nicParameter(name), []byte(value), 0o644); err != nil {
				return err
			}
			if name == "speed_mbps" {
				time.Sleep(settling)
			}
		}
		records.Encode(trace.Record{Event: "setting " + setting})
		for i := range questions {
			late, err := ask(sizes[i%len(sizes)])
			if err != nil {
				return err
			}
			records.Encode(trace.Record{Stamp: &trace.Stamp{Late: int64(late)}})
			time.Sleep(asking)
		}
		who, err := stampedBy(client)
		if err != nil {
			return err
		}
		records.Encode(trace.Record{Event: "timestamps " + who})
	}
	return records.Encode(trace.Record{End: true})
}

func nicParameter(name string) string { return "/sys/module/simnic/parameters/" + name }

// ask asks once, in a request of size bytes, and returns how long after its arrival
// that was stamped.
func ask(size int) (late time.Duration, err error) {
	conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: nicAddress}, &net.UDPAddr{IP: mirrorAddress, Port: 123})
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return 0, err
	}
	const header, unknown = 48, 0x7f00
	packet := make([]byte, size)
	packet[0], packet[40] = 4<<3|3, 1
	if size > header { // an extension field that no server knows
		binary.BigEndian.PutUint16(packet[header:], unknown)
		binary.BigEndian.PutUint16(packet[header+2:], uint16(size-header))
	}
	if _, err := conn.Write(packet); err != nil {
		return 0, err
	}
	if n, err := conn.Read(packet); err != nil || n != header {
		return 0, fmt.Errorf("%d bytes: %w", n, err)
	}
	text, err := os.ReadFile(nicParameter("arrived_ns"))
	if err != nil {
		return 0, err
	}
	arrived, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0, err
	}
	const unixEpoch = 2208988800 // in seconds since 1900
	seconds, fraction := binary.BigEndian.Uint32(packet[32:]), binary.BigEndian.Uint32(packet[36:])
	received := time.Unix(int64(seconds)-unixEpoch, int64(uint64(fraction)*1e9>>32))
	return received.Sub(time.Unix(0, arrived)), nil
}

// stampedBy is what gpsntpd says of its timestamps.
func stampedBy(client http.Client) (string, error) {
	resp, err := client.Get("http://gpsntpd/v1/status")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var said struct {
		Servers []struct {
			Timestamps string  `json:"timestamps"`
			Reason     *string `json:"timestamps_reason"`
		} `json:"servers"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&said); err != nil || len(said.Servers) != 1 {
		return "", fmt.Errorf("status: %+v, %w", said, err)
	}
	who := said.Servers[0].Timestamps
	if reason := said.Servers[0].Reason; reason != nil {
		who += ", " + *reason
	}
	return who, nil
}
