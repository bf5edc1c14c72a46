package main

import (
	"os"
	"testing"
	"time"
)

func TestAProgramsWorkAndMemoryAreMeasured(t *testing.T) {
	self := program{running: &os.Process{Pid: os.Getpid()}, started: time.Now().Add(-time.Hour)}
	m := meter{program: &self, from: time.Second}
	m.look(0)
	if !m.since.IsZero() {
		t.Error("it measures before its time")
	}
	m.look(time.Second)
	took := m.before.CPU
	big := make([]byte, 64<<20)
	for i := range big {
		big[i] = byte(i)
	}
	u := m.end()
	if took == 0 || u.CPU <= 0 || u.Private < int64(len(big)) || u.Resident < u.Private {
		t.Errorf("%v and then %+v after %d bytes were written", took, u, len(big))
	}
}
