package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

// stream is a stream of events, as the HTML standard has it.
type stream struct {
	http.ResponseWriter
	*http.ResponseController
}

// tell tells an event of that name.
func (s *stream) tell(name string, v any) error {
	line, err := encode(v)
	if err != nil {
		return err
	}
	return s.line(name, line)
}

// encode writes v as it is: it is put into no page.
func encode(v any) ([]byte, error) {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(line.Bytes(), []byte("\n")), err
}

func (s *stream) line(name string, line []byte) error {
	var b bytes.Buffer
	if name != "" {
		b.WriteString("event: " + name + "\n")
	}
	b.WriteString("data: ")
	b.Write(line)
	b.WriteString("\n\n")
	_ = s.SetWriteDeadline(time.Now().Add(streamTimeout))
	if _, err := s.Write(b.Bytes()); err != nil {
		return err
	}
	return s.Flush()
}

// other tells an event unless its last one was the same.
func (s *stream) other(l *listener, name string, v any) error {
	line, err := encode(v)
	if err != nil || l.last[name] == string(line) {
		return err
	}
	l.last[name] = string(line)
	return s.line(name, line)
}
