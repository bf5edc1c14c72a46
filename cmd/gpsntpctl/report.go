package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/blur"
	"gpsntpd/hw/clock"
	"gpsntpd/server/control"
	"gpsntpd/server/recorder"
)

func newReport(f *flags) *cobra.Command {
	path := ""
	c := &cobra.Command{
		Use:   "report",
		Short: "Make one file for a bug report, the position taken out",
		Long: `Make a file with all that helps to find out what is wrong: status, why, alarms,
counters, log, history, configuration, what the flight recorder holds, versions, and
facts of the kernel. The position of the antenna is taken out of what the receiver
sent; keys and passwords are not in it, nor who the clients are. Its README says
what is. Look at it before you send it to anybody.

Exit status: 0 it is made, also when gpsntpd does not answer: then it says so. 1 the file
cannot be written.`,
		Example: "  gpsntpctl report\n  gpsntpctl report -o bug.tar.gz && tar tzf bug.tar.gz",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			var text bytes.Buffer
			r := newPack(&text, "gpsntpd-report", now)
			r.gather(c.Context(), control.Environ().Client(f.control))
			if err := r.close(); err != nil {
				return err
			}
			if path == "-" {
				return write(c.OutOrStdout(), text.Bytes())
			}
			if path == "" {
				path = now.Format("gpsntpd-20060102T150405Z.tar.gz")
			}
			if err := writePrivate(path, text.Bytes()); err != nil {
				return failure{exitNotWritten, err}
			}
			if f.json {
				return writeLines(c.OutOrStdout(), []reported{{path, text.Len(), r.readme(screen.Style{})}})
			}
			p := f.style(c)
			return write(c.OutOrStdout(), []byte(p.Say("%s: %d bytes.", path, text.Len())+"\n\n"+r.readme(p)))
		},
	}
	c.Flags().StringVarP(&path, "output", "o", "", "`FILE` to write, - for standard output (default: a name with the date)")
	return c
}

// reported is report --json.
type reported struct {
	File   string `json:"file"`
	Bytes  int    `json:"bytes"`
	Readme string `json:"readme"` // what is in it, and what is not
}

// pack is an archive in the making.
type pack struct {
	zip    *gzip.Writer
	tar    *tar.Writer
	folder string
	now    time.Time
	added  []added
	hidden []string // words that are in none of its files
	err    error
}

func newPack(w io.Writer, folder string, now time.Time) *pack {
	z := gzip.NewWriter(w)
	return &pack{zip: z, tar: tar.NewWriter(z), folder: folder, now: now}
}

// added is a file of a pack, or why it is not there.
type added struct {
	name  string
	bytes int
	err   error
}

// readme says what is in it, and what is not. In the pack it is in English, for those who
// look for the cause.
func (p *pack) readme(in screen.Style) string {
	var b strings.Builder
	b.WriteString(in.Say(screen.Privacy) + "\n")
	for _, f := range p.added {
		if f.err != nil {
			b.WriteString(in.Say("%-16s  not there: %v", f.name, f.err) + "\n")
			continue
		}
		b.WriteString(in.Say("%-16s  %d bytes", f.name, f.bytes) + "\n")
	}
	return b.String()
}

// add puts a file into it, or says why it is not there.
func (p *pack) add(name string, text []byte, err error) {
	if err == nil {
		text = conceal(text, p.hidden)
		p.put(name, text)
	}
	p.added = append(p.added, added{name, len(text), err})
}

func (p *pack) put(name string, text []byte) {
	h := &tar.Header{Name: p.folder + "/" + name, Mode: 0o644, Size: int64(len(text)), ModTime: p.now, Format: tar.FormatPAX}
	if p.err == nil {
		p.err = p.tar.WriteHeader(h)
	}
	if p.err == nil {
		_, p.err = p.tar.Write(text)
	}
}

func (p *pack) close() error {
	p.put("README", []byte(p.readme(screen.Style{})))
	return errors.Join(p.err, p.tar.Close(), p.zip.Close())
}

// gather puts everything into it.
func (p *pack) gather(ctx context.Context, c *control.Client) {
	settings, err := c.Settings(ctx)
	p.hidden = secrets(settings.Value)
	for i, s := range settings.Value {
		settings.Value[i] = public(s)
	}
	p.add("config.toml", []byte(settingsText(settings.Value, screen.Style{})), err)
	status, err := c.Status(ctx)
	p.add("status.json", status.JSON, err)
	why, err := c.Why(ctx, "en")
	p.add("why.json", why.JSON, err)
	alarms, err := c.Alarms(ctx, "en")
	p.add("alarms.json", alarms.JSON, err)
	counters, err := c.Counters(ctx)
	p.add("counters.json", counters.JSON, err)
	leap, err := c.Leap(ctx)
	p.add("leap.json", leap.JSON, err)
	satellites, err := c.Satellites(ctx)
	p.add("satellites.json", satellites.JSON, err)
	pulse, err := c.Scatter(ctx)
	p.add("pulse.json", pulse.JSON, err)
	log, err := c.Log(ctx)
	p.add("log.json", log.JSON, err)
	for _, span := range control.Spans {
		history, err := c.History(ctx, span)
		p.add("history-"+span+".json", history.JSON, err)
	}
	text, err := recording(ctx, c)
	p.add("recorder.record", text, err)
	kernel, err := clock.ReadKernel()
	text = nil
	if err == nil {
		text, err = kernelJSON(&kernel)
	}
	p.add("kernel.json", text, err)
	p.add("versions.txt", fmt.Appendf(nil, "gpsntpctl %s\ngpsntpd %s\n", version, status.Value.Version), nil)
	p.add("host.txt", host("/"), nil)
}

// recording is what the flight recorder holds, without the position.
func recording(ctx context.Context, c *control.Client) ([]byte, error) {
	var text bytes.Buffer
	if err := c.Record(ctx, &text); err != nil {
		return nil, err
	}
	return unplaced(&text)
}

// How much of a recording is unpacked at once: events, and bytes of the receiver.
const (
	unpackedEvents = 1 << 14
	unpackedBytes  = 1 << 20
)

// unplaced is the recording in r without the position. It is unpacked a part at a time; of
// a sentence or frame between two parts nothing is left but its form.
func unplaced(r io.Reader) ([]byte, error) {
	var made recorder.Recording
	var events []recorder.Event
	size := 0
	end := func() {
		blur.Recording(events)
		made.Add(events)
		events, size = events[:0], 0
	}
	h, err := recorder.Read(r, func(e recorder.Event) error {
		events = append(events, e)
		size += len(e.Bytes)
		if whole := bytes.HasSuffix(e.Bytes, []byte("\n")); (len(events) >= unpackedEvents || size >= unpackedBytes) &&
			(whole || len(events) >= 2*unpackedEvents || size >= 2*unpackedBytes) {
			end()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	end()
	made.Header = h
	var text bytes.Buffer
	_, err = made.WriteTo(&text)
	return text.Bytes(), err
}
