package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
)

// debugging is a log of which as many lines pass as are written.
func debugging(t *testing.T, out io.Writer) (zerolog.Logger, *logRing, *logRate) {
	before := zerolog.GlobalLevel()
	t.Cleanup(func() { zerolog.SetGlobalLevel(before) })
	return newLog(config.Log{Level: "debug", Format: "json"}, out)
}

func TestALogThatNobodyReadsMakesNobodyWaitAndSaysWhatIsMissing(t *testing.T) {
	in, out := io.Pipe()
	log, kept, queue := debugging(t, out)
	const more = 20
	for range queuedLines + 1 + more { // one may be on its way
		log.Debug().Msg("state")
	}
	if n := len(kept.entries()); n != queuedLines+1+more {
		t.Errorf("%d lines are kept", n)
	}
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(in)
		text <- string(b)
	}()
	queue.close()
	out.Close()
	got := <-text
	if n := strings.Count(got, `"state"`); n < queuedLines || n > queuedLines+1 || !strings.Contains(got, "lines are missing here") {
		t.Errorf("%d lines:\n%s", n, got)
	}
}

func TestALogThatIsNeverReadEnds(t *testing.T) {
	_, out := io.Pipe()
	log, _, queue := newLog(config.Log{Level: "info", Format: "console"}, out)
	log.Info().Msg("state")
	queue.close()
	out.Close()
	<-queue.queue.ended
}

func TestTheLastLinesOfTheLogAreWrittenInTheirOrder(t *testing.T) {
	var printed bytes.Buffer
	log, _, queue := debugging(t, &printed)
	for i := range 100 {
		log.Debug().Int("n", i).Msg("state")
	}
	queue.close()
	lines := strings.Split(printed.String(), "\n")
	if len(lines) != 101 || !strings.Contains(lines[0], `"n":0,`) || !strings.Contains(lines[99], `"n":99,`) {
		t.Errorf("%d lines: %s … %s", len(lines), lines[0], lines[99])
	}
}
