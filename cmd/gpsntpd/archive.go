package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/cmd/internal/loop"
	"gpsntpd/hw"
	"gpsntpd/hw/serial"
	"gpsntpd/server/alarm"
	"gpsntpd/server/control"
	"gpsntpd/server/history"
	"gpsntpd/server/recorder"
	"gpsntpd/server/why"
)

// archive is what is kept of the past: log, history, recorder, statistics; and those who
// watch the present.
type archive struct {
	log         *logRing
	history     *history.History
	historyFile historyFile // of history
	watchers    *control.Watchers
	recorder    *recorder.Ring // nil: nothing is recorded
	files       *statisticsFiles
	moments     chan loop.Moment // of each second, from the loop
}

// archiveIn continues what was kept in folders, which is as systemd passes
// $STATE_DIRECTORY.
func archiveIn(folders string, c config.Config, lines *logRing, log zerolog.Logger) archive {
	file := historyIn(folders, log)
	return archive{
		log: lines, history: file.load(), historyFile: file, watchers: new(control.Watchers),
		recorder: recorder.New(c.Recorder.Size), files: newStatistics(c.Statistics, log), moments: make(chan loop.Moment, 1),
	}
}

// listen has what the receiver sends to p recorded.
func (k archive) listen(p *serial.Port) {
	if k.recorder != nil {
		p.Received = func(b []byte, at hw.Reading) { k.recorder.Add(recorder.Event{Kind: recorder.Bytes, At: at, Bytes: b}) }
	}
}

// second passes on how things are, unless the one before is still being dealt with.
func (k archive) second(m loop.Moment) {
	select {
	case k.moments <- m:
	default:
	}
}

// alarm tells those who watch of an alarm.
func (k archive) alarm(a alarm.Alarm) {
	if !k.watchers.Watched() {
		return
	}
	if e, err := control.NewEvent("alarm", loop.Notice(&a, why.English)); err == nil {
		k.watchers.Publish(e)
	}
}

// tasks keeps them for d.
func (k archive) tasks(d daemon) []task {
	b := publisher{daemon: d}
	return append(k.files.tasks(d.Status),
		task{"history", func(ctx context.Context) error { return k.historyFile.run(ctx, k.history) }},
		task{"publisher", b.run},
	)
}

// save keeps what is to be there at the next start.
func (k archive) save() { k.historyFile.save(k.history) }

// Record implements control.Daemon.
func (d daemon) Record(context.Context) (io.WriterTo, error) {
	if d.recorder == nil {
		return nil, errNoRecorder
	}
	return d.recorder.Recording(recorder.Header{Version: version, Recorded: time.Now().UTC()}), nil
}

// errNoRecorder says why there is nothing to be had.
var errNoRecorder = errors.New("nothing is recorded: recorder.size is 0")

// Watch implements control.Daemon.
func (d daemon) Watch(ctx context.Context) (<-chan control.Event, error) {
	return d.watchers.Watch(ctx)
}
