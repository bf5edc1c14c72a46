package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"gpsntpd/server/control"
)

// scene is a daemon in a condition that does not change, and the API in front of it.
type scene struct {
	began    time.Time
	state    string
	silence  error  // why it does not answer
	hostile  string // what stands where the receiver and clients can say something
	watchers control.Watchers
}

// moment is when all scenes are.
func moment() time.Time { return time.Date(2026, 11, 29, 12, 34, 56, 789e6, time.UTC) }

func (s *scene) now() time.Time { return s.began }

func (s *scene) Status(context.Context) (control.Status, error) {
	if s.silence != nil {
		return control.Status{}, s.silence
	}
	now := s.now()
	st := control.Status{
		Version: "0.1.0", State: s.state, Since: control.Time{Time: now.Add(-3*time.Hour - 12*time.Minute)}, Sentence: "as the control socket says it",
		Leap: 3, Now: control.Time{Time: now}, RootDispersionSeconds: 16,
		Receiver:    control.Receiver{Device: "/dev/ttyAMA0" + s.hostile, State: "missing"},
		Pulse:       control.Pulse{Device: "/dev/pps0", State: "missing"},
		Temperature: control.Temperature{Device: "cpu-thermal", State: "ok", Celsius: new(51.2)},
		Servers:     []control.Listener{{Listen: "[::]:123", Requests: 128934, Answers: 128901, Dropped: 33}},
		NTS:         control.NTS{State: "ok", CertificateNotAfter: &control.Time{Time: now.AddDate(2, 0, 0)}},
	}
	if s.state == "starting" {
		return st, nil
	}
	st.Receiver = control.Receiver{
		Device: "/dev/ttyAMA0" + s.hostile, State: "ok", Baud: new(9600), Sentences: 91234, Fix: new("3d"), SatellitesUsed: new(11), SatellitesInView: new(17),
		LatencySeconds: new(0.121), MarginSeconds: new(0.379), LastFixAgeSeconds: new(0.4),
	}
	st.Pulse = control.Pulse{Device: "/dev/pps0", State: "ok", Edge: new("assert"), Count: 11523, AgeSeconds: new(0.52), Rejected: 2}
	st.OffsetSeconds, st.FrequencyPPM, st.JitterSeconds, st.BoundSeconds = new(-2.1e-07), new(-11.804), new(9.8e-07), new(3.9e-06)
	st.Budget = &control.Budget{PulseSeconds: 3.2e-6, LatencySeconds: 4e-7, ReceiverSeconds: 0, LoopSeconds: 0, HoldoverSeconds: 3e-7}
	st.WanderPerRootSecond = new(1.1e-9)
	st.Holdover = &control.Holdover{Within1us: 35, Within10us: 560, Within100us: 3100, Within1ms: 14500}
	st.ReferenceTime, st.TAIOffsetSeconds = &control.Time{Time: now.Truncate(time.Second)}, new(37)
	st.Leap, st.Stratum, st.Refid, st.RootDispersionSeconds = 0, 1, new("GPS"), 3.0517578125e-05
	switch s.state {
	case "holdover":
		st.Pulse.State, st.Receiver.State, st.BoundSeconds = "silent", "silent", new(87.3e-6)
		st.Budget.HoldoverSeconds = 83.7e-6
		st.ReferenceTime = &control.Time{Time: now.Add(-48 * time.Minute)}
	case "unsynchronized":
		st.Leap, st.Stratum, st.Refid, st.BoundSeconds = 3, 0, nil, new(1.3e-3)
		st.Pulse.State, st.Receiver.State = "silent", "silent"
	}
	return st, nil
}

func (s *scene) Leap(context.Context) (control.Leap, error) {
	now := s.now()
	return control.Leap{
		Source: "built in", Updated: control.Time{Time: now.AddDate(0, -5, 0)}, Expires: control.Time{Time: now.AddDate(0, 7, 0)},
		Now: &control.Time{Time: now}, TAIOffsetSeconds: new(37),
	}, s.silence
}

func (s *scene) Why(_ context.Context, language string) (control.Why, error) {
	link := func(part, condition, text, remedy string) control.Link {
		return control.Link{Part: part, Code: condition, Condition: condition, Text: text + s.hostile, Remedy: remedy}
	}
	w := control.Why{State: s.state, Language: language, Sentence: "Locked to the receiver for 3 h 12 min; error below 3.9 µs.", Remedy: "Nothing to do.", Links: []control.Link{
		link("receiver", "good", "The receiver on /dev/ttyAMA0 speaks, at 9600 baud.", ""),
		link("fix", "good", "It has a 3D fix from 11 of 17 satellites.", ""),
		link("date", "good", "It names date and time, 0.12 s after each second.", ""),
		link("pulse", "good", "Pulses arrive on /dev/pps0, 1.000000 s apart.", ""),
		link("pairing", "good", "Each pulse is named by its sentence.", ""),
		link("clock", "good", "The clock follows, with an error below 3.9 µs.", ""),
		link("ntp", "good", "Clients are told stratum 1.", ""),
	}}
	if language == "zh" {
		w.Sentence, w.Remedy = "已锁定到接收机 3 小时 12 分；误差低于 3.9 µs。", "无需任何操作。"
		for i, text := range []string{"接收机在 /dev/ttyAMA0 上以 9600 波特发送数据。", "已用 17 颗卫星中的 11 颗得到三维定位。", "接收机给出日期和时间，晚于整秒 0.12 秒。", "/dev/pps0 上有脉冲，间隔 1.000000 秒。", "每个脉冲都有语句与之对应。", "时钟跟随参考，误差低于 3.9 µs。", "向客户端报告层级 1。"} {
			w.Links[i].Text = text
		}
	}
	for _, text := range []string{"Sentences arrive with sound checksums.", "The receiver does not say how its antenna is.", "The pulse has kept its phase.", "No one else moves the clock.", "NTS is off.", "The list of leap seconds is valid for 210 days 11 h.", "The temperature sensor cpu-thermal shows how warm the oscillator is.", "gpsntpd keeps up with its work; see `gpsntpctl counters`."} {
		if language == "zh" {
			text = "运行正常，详见 `gpsntpctl counters`。"
		}
		w.Links = append(w.Links, link("more", "good", text, ""))
	}
	switch s.state {
	case "starting":
		w.Sentence, w.Remedy = "No receiver is there yet: nothing is at /dev/ttyAMA0.", "Plug in the receiver, or name its port in receiver.device."
		w.Links[0] = link("receiver", "bad", "There is no serial port /dev/ttyAMA0.", "Enable the UART: raspi-config, Interface Options, Serial Port.")
		for i := 1; i < len(w.Links); i++ {
			w.Links[i].Condition, w.Links[i].Text = "unknown", "Cannot be judged without a receiver."
		}
	case "holdover":
		w.Sentence, w.Remedy = "Holdover: no usable pulse for 48 min, the receiver says nothing; error still below 88 µs.", "Check the antenna cable; the time stays good for another 3 h."
		w.Links[0] = link("receiver", "bad", "Nothing arrives from /dev/ttyAMA0 for 48 min.", "Check the receiver's power and its TX wire.")
		w.Links[3] = link("pulse", "bad", "No pulse arrives on /dev/pps0.", "Most receivers pulse only with a fix.")
		w.Links[5] = link("clock", "waiting", "The clock runs on by its crystal.", "")
	case "unsynchronized":
		w.Sentence, w.Remedy = "Not synchronized: the error may be 1.3 ms, more than the 1 ms that is allowed.", "Bring the receiver back; clients use other servers meanwhile."
		w.Links[5] = link("clock", "bad", "The bound is above max-error.", "")
		w.Links[6] = link("ntp", "bad", "Clients are told that we are not synchronized.", "")
	}
	return w, s.silence
}

func (s *scene) Alarms(_ context.Context, language string) (control.Alarms, error) {
	now := s.now()
	ago := func(d time.Duration) control.Time { return control.Time{Time: now.Add(-d)} }
	over := ago(26 * time.Hour)
	all := control.Alarms{}
	text, remedy := "No pulse for 48 min", "Check the antenna and its cable, then the PPS wire."
	if language == "zh" {
		text, remedy = "已有 48 分钟没有脉冲", "检查天线及其电缆，然后检查 PPS 连线。"
	}
	if s.state != "locked" {
		all = append(all, control.Alarm{Code: "no_pulse", Severity: "critical", Raised: ago(48 * time.Minute), Text: text + s.hostile, Remedy: remedy},
			control.Alarm{Code: "few_satellites", Severity: "warning", Raised: ago(49 * time.Minute), Text: "Only 3 satellites are used", Remedy: "Give the antenna a better view of the sky."})
	}
	return append(all, control.Alarm{Code: "no_pulse", Severity: "critical", Raised: ago(27 * time.Hour), Cleared: &over, Text: "No pulse", Remedy: remedy}), s.silence
}

// Moment is of all that.
func (s *scene) Moment(ctx context.Context, language string) (m control.Moment, err error) {
	if m.Status, err = s.Status(ctx); err == nil {
		m.Why, _ = s.Why(ctx, language)
		m.Alarms, _ = s.Alarms(ctx, language)
		m.Leap, _ = s.Leap(ctx)
	}
	return m, err
}

func (s *scene) Clients(context.Context) (control.Clients, error) {
	entry := func(address string, n uint64, age float64, verdict string) control.ClientEntry {
		return control.ClientEntry{
			Address: address + s.hostile, Requests: n, LastSeenAgeSeconds: age,
			Version: new(uint8(4)), Mode: new("client"), PollSeconds: new(64.0), Verdict: &verdict,
		}
	}
	return control.Clients{
		entry("192.168.10.11", 9000, 3, "answered"), entry("192.168.10.12", 4500, 256, "answered"), entry("192.168.10.13", 12, 257, "answered"),
		entry("192.168.10.14", 7, 20, "answered_unsynchronized"), entry("192.168.10.15", 70000, 0, "rate_limited"),
		{Address: "192.168.10.16", Requests: 3, LastSeenAgeSeconds: 5}, {Address: "2001:db8::1", Requests: 9, LastSeenAgeSeconds: 3599, PollSeconds: new(1.0), Verdict: new("answered")},
	}, nil
}

func (s *scene) Satellites(context.Context) (control.Satellites, error) {
	return control.Satellites{Used: new(1), InView: new(1), Satellites: []control.Satellite{{System: "gps", Number: 7, ElevationDegrees: new(40), AzimuthDegrees: new(120), CN0DBHz: new(38), Used: new(true)}}}, nil
}

func (s *scene) Scatter(context.Context) (control.Scatter, error) {
	return control.Scatter{Count: 3, MeanSeconds: new(1.2e-7), JitterSeconds: new(9.8e-7), Histogram: []control.Bar{{FromSeconds: -1e-7, ToSeconds: 1e-7, Count: 2}, {FromSeconds: 1e-7, ToSeconds: 3e-7, Count: 1}}, Allan: []control.AllanDeviation{{TauSeconds: 1, Deviation: 1.7e-6}}}, nil
}

func (s *scene) Watch(ctx context.Context) (<-chan control.Event, error) {
	return s.watchers.Watch(ctx)
}

// again tells those who watch that a second has passed.
func (s *scene) again(t *testing.T) {
	t.Helper()
	st, _ := s.Status(t.Context())
	e, err := control.NewEvent("status", st)
	if err != nil {
		t.Fatal(err)
	}
	s.watchers.Publish(e)
}

// api answers what control.Server does, as far as it is asked here.
func (s *scene) api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/watch", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "event: status\ndata: {}\n\n")
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("GET /v1/history", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		r := rand.New(rand.NewPCG(3, 4))
		h := control.History{Span: "60d", StepSeconds: 300}
		for range 17280 {
			h.OffsetSeconds = append(h.OffsetSeconds, new(2.2e-7*r.NormFloat64()))
		}
		h.WriteTo(w)
	})
	mux.HandleFunc("GET /v1/", func(w http.ResponseWriter, r *http.Request) {
		st, err := s.Status(r.Context())
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		json.NewEncoder(w).Encode(st)
	})
	return mux
}
