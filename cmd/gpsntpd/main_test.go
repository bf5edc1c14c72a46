package main

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestTheLastWordsNameTheKernelsError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	heard, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer heard.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	for want, err := range map[string]error{
		"STATUS=steer: operation not permitted\nERRNO=1": errors.Join(fmt.Errorf("steer: %w", unix.EPERM), errors.New("more")),
		"STATUS=no clock\nERRNO=0":                       errors.New("no clock"),
	} {
		lastWords(err)
		buffer := make([]byte, 512)
		n, err := heard.Read(buffer)
		if got := string(buffer[:n]); err != nil || got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
