package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gpsntpd/hw/sim/vm/trace"
)

// boot runs a guest and returns what it recorded, and how much processor time it
// took of the host. Whatever else its console says is part of the error when it
// did not get to the end.
func boot(ctx context.Context, arch string, args ...string) (records []trace.Record, took time.Duration, err error) {
	c := exec.CommandContext(ctx, kit, slices.Concat([]string{"boot", arch}, args)...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	if err := c.Start(); err != nil {
		return nil, 0, err
	}
	records, rest := read(out)
	err = c.Wait()
	took = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	if err != nil {
		return nil, took, fmt.Errorf("%w: %s", err, rest)
	}
	if len(records) == 0 || !records[len(records)-1].End {
		return nil, took, fmt.Errorf("the guest did not get to its end: %s", rest)
	}
	return records, took, nil
}

// read takes records from a console, and what is none.
func read(console io.Reader) (records []trace.Record, rest string) {
	var other strings.Builder
	for s := bufio.NewScanner(console); s.Scan(); {
		var r trace.Record
		if json.Unmarshal(s.Bytes(), &r) == nil {
			records = append(records, r)
		} else {
			fmt.Fprintln(&other, s.Text())
		}
	}
	return records, other.String()
}

// keep writes the records of a run into the folder of logs, for whoever wants
// to know what happened.
func keep(folder, name string, records []trace.Record) error {
	f, err := os.Create(filepath.Join(folder, name+".json"))
	if err != nil {
		return err
	}
	defer f.Close()
	e := json.NewEncoder(f)
	for _, r := range records {
		if err := e.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
