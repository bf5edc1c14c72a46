package main

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
)

func TestAReceiverThatChangesItsMindAllDayDrivesNothingOutOfTheLog(t *testing.T) {
	before := zerolog.GlobalLevel()
	t.Cleanup(func() { zerolog.SetGlobalLevel(before) })
	synctest.Test(t, func(t *testing.T) {
		log, kept, rate := newLog(config.Log{Level: "info", Format: "json"}, io.Discard)
		log.Warn().Msg("what matters")
		const hours, often = 4, 5
		for i := range hours * 3600 * often {
			log.Info().Int("n", i).Msg("receiver")
			<-time.After(time.Second / often)
		}
		log.Error().Msg("at last")
		rate.close()
		all, lines, left, newest := kept.entries(), 0, 0.0, 0.0
		for _, e := range all {
			if e.Message == "receiver" {
				n, _ := e.Fields.Get("left_out").(float64)
				lines, left = lines+1, left+n
				newest = e.Fields.Get("n").(float64)
			}
		}
		if all[0].Message != "what matters" || lines > burstLines+hours*60+1 || lines+int(left) != hours*3600*often {
			t.Errorf("the first of %d lines is %q; %d of the receiver, %v left out", len(all), all[0].Message, lines, left)
		}
		if newest != hours*3600*often-1 {
			t.Errorf("the newest line of the receiver is %v", newest)
		}
	})
}
