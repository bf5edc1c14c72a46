package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
)

func TestTheNewestLinesOfTheLogAreKeptWithTheirFields(t *testing.T) {
	var r logRing
	if all := r.entries(); all == nil || len(all) != 0 {
		t.Errorf("at the start: %v", all)
	}
	log := zerolog.New(&r).With().Timestamp().Logger()
	before := time.Now()
	for i := range keptEntries + 7 {
		log.Warn().Float64("step_us", 1.5).Str("device", "a \"b\"").Int("n", i).Msg("clock stepped")
	}
	all := r.entries()
	if len(all) != keptEntries {
		t.Fatalf("%d entries", len(all))
	}
	for i, e := range all {
		if e.Level != "warn" || e.Message != "clock stepped" || len(e.Fields) != 3 || e.Fields.Get("step_us") != 1.5 ||
			e.Fields.Get("device") != `a "b"` || e.Fields.Get("n") != float64(i+7) || e.Time.Sub(before).Abs() > time.Minute {
			t.Fatalf("entry %d: %+v", i, e)
		}
	}
}

func TestALineThatIsTooLongOrTornIsNotKept(t *testing.T) {
	var r logRing
	for _, line := range []string{`{"level":"info"`, "", `{"message":"no time"}`, fmt.Sprintf(`{"message":%q}`, strings.Repeat("x", keptEntryBytes))} {
		if n, err := r.Write([]byte(line)); n != len(line) || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if all := r.entries(); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}

func TestWhatIsPrintedIsKeptAndNothingElse(t *testing.T) {
	before := zerolog.GlobalLevel()
	t.Cleanup(func() { zerolog.SetGlobalLevel(before) })
	for _, format := range []string{"console", "json"} {
		var printed bytes.Buffer
		log, kept, queue := newLog(config.Log{Level: "info", Format: format}, &printed)
		log.Debug().Msg("too fine")
		log.Info().Str("from", "starting").Msg("state")
		queue.close()
		all := kept.entries()
		if len(all) != 1 || all[0].Message != "state" || all[0].Fields.Get("from") != "starting" || all[0].Time.IsZero() {
			t.Errorf("%s: %+v", format, all)
		}
		if text := printed.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "starting") {
			t.Errorf("%s: printed %q", format, text)
		}
	}
}
