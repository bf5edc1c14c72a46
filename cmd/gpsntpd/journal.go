package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rs/zerolog"
	"golang.org/x/sys/unix"
)

// journalled reports whether f goes to systemd's journal: JOURNAL_STREAM, which programs
// inherit also when their output goes elsewhere, is its device and inode
// (systemd.exec(5)).
func journalled(f *os.File) bool {
	var s unix.Stat_t
	return os.Getenv("JOURNAL_STREAM") != "" && unix.Fstat(int(f.Fd()), &s) == nil &&
		os.Getenv("JOURNAL_STREAM") == fmt.Sprintf("%d:%d", s.Dev, s.Ino)
}

// priorities are what the journal takes for each level, by the prefix <N> of a line
// (sd-daemon(3), syslog(3)).
var priorities = map[zerolog.Level]int{
	zerolog.DebugLevel: 7, zerolog.InfoLevel: 6, zerolog.WarnLevel: 4, zerolog.ErrorLevel: 3, zerolog.FatalLevel: 2, zerolog.PanicLevel: 2,
}

// journal writes lines of the log with the priority that the journal sorts them by. It
// dates them itself.
type journal struct {
	out     io.Writer
	plain   bytes.Buffer
	console *zerolog.ConsoleWriter // into plain; nil leaves lines as they are
}

func newJournal(out io.Writer, format string) *journal {
	j := &journal{out: out}
	if format == "console" {
		j.console = &zerolog.ConsoleWriter{
			Out: &j.plain, NoColor: true, FieldsOrder: important, PartsOrder: []string{zerolog.MessageFieldName},
		}
	}
	return j
}

// Write implements io.Writer, for one line of JSON.
func (j *journal) Write(line []byte) (int, error) {
	text := line
	if j.console != nil {
		j.plain.Reset()
		if _, err := j.console.Write(line); err != nil {
			return 0, err
		}
		text = j.plain.Bytes()
	}
	_, err := j.out.Write(append(fmt.Appendf(nil, "<%d>", priority(line)), text...))
	return len(line), err
}

// priority is that of a line, which begins with its level.
func priority(line []byte) int {
	if rest, ok := bytes.CutPrefix(line, []byte(`{"level":"`)); ok {
		word, _, _ := bytes.Cut(rest, []byte(`"`))
		if level, err := zerolog.ParseLevel(string(word)); err == nil {
			if n, ok := priorities[level]; ok {
				return n
			}
		}
	}
	return priorities[zerolog.InfoLevel]
}

// failed is the text of err for standard error: for the journal each line of it is an error.
func failed(err error, journal bool) string {
	text := "gpsntpd: " + err.Error()
	if journal {
		mark := fmt.Sprintf("<%d>", priorities[zerolog.ErrorLevel])
		text = mark + strings.ReplaceAll(text, "\n", "\n"+mark)
	}
	return text + "\n"
}
