package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"gpsntpd/server/control"
)

// scene is a daemon in a condition that does not change but for its time, and the
// API in front of it. It stands for those conditions that the simulated machine
// takes hours to get into.
type scene struct {
	began   time.Time // of the page's time
	state   string
	version string // of the program
	silence error  // why it does not answer
	mu      sync.Mutex
	hostile string // what stands where the receiver and clients can say something
}

// moment is when all scenes begin, unless a browser looks: it shows what moves.
func moment() time.Time { return time.Date(2026, 11, 29, 12, 34, 56, 789e6, time.UTC) }

func (s *scene) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.began
}

func (s *scene) go1() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began = s.began.Add(time.Second)
}

func (s *scene) Status(context.Context) (control.Status, error) {
	if s.silence != nil {
		return control.Status{}, s.silence
	}
	now := s.now()
	st := control.Status{
		Version: "0.1.0" + s.version, State: s.state, Since: control.Time{Time: now.Add(-3*time.Hour - 12*time.Minute)}, Sentence: "as the control socket says it",
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
	for _, text := range []string{"Sentences arrive with sound checksums.", "The receiver does not say how its antenna is.", "The pulse has kept its phase.", "Nobody else moves the clock.", "NTS is off.", "The list of leap seconds is valid for 210 days 11 h.", "The temperature sensor cpu-thermal shows how warm the oscillator is.", "gpsntpd keeps up with its work; see `gpsntpctl counters`."} {
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

// api answers below /v1/, and watch once a second for as long as the scene
// answers at all.
func (s *scene) api() http.Handler {
	mux := http.NewServeMux()
	serve := func(path string, value func(r *http.Request) (any, error)) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			v, err := value(r)
			if err != nil {
				w.WriteHeader(http.StatusServiceUnavailable)
				v = map[string]string{"error": err.Error()}
			}
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(v)
		})
	}
	serve("/v1/status", func(r *http.Request) (any, error) { return s.Status(r.Context()) })
	serve("/v1/leap", func(r *http.Request) (any, error) { return s.Leap(r.Context()) })
	serve("/v1/why", func(r *http.Request) (any, error) { return s.Why(r.Context(), r.URL.Query().Get("lang")) })
	serve("/v1/alarms", func(r *http.Request) (any, error) { return s.Alarms(r.Context(), r.URL.Query().Get("lang")) })
	serve("/v1/clients", func(*http.Request) (any, error) { return s.clients(), nil })
	serve("/v1/satellites", func(*http.Request) (any, error) { return s.satellites(), nil })
	serve("/v1/pulse", func(*http.Request) (any, error) { return s.scatter(), nil })
	serve("/v1/history", func(r *http.Request) (any, error) { return s.history(r.URL.Query().Get("span")), nil })
	mux.HandleFunc("GET /v1/watch", s.watch)
	return mux
}

func (s *scene) watch(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	again := time.NewTicker(time.Second)
	defer again.Stop()
	out := http.NewResponseController(w)
	if err := errors.Join(out.SetWriteDeadline(time.Time{}), out.SetReadDeadline(time.Time{})); err != nil {
		return
	}
	for {
		st, _ := s.Status(r.Context())
		line, _ := json.Marshal(st)
		fmt.Fprintf(w, "event: status\ndata: %s\n\n", line)
		if out.Flush() != nil {
			return
		}
		select {
		case <-again.C:
			s.go1()
		case <-r.Context().Done():
			return
		}
	}
}

func (s *scene) clients() control.Clients {
	all := control.Clients{}
	for i := range 14 {
		all = append(all, control.ClientEntry{
			Address: fmt.Sprintf("192.168.10.%d%s", 11+i, s.hostile), Requests: uint64(9000 / (i + 1)), LastSeenAgeSeconds: float64(3 * i * i),
			Version: new(uint8(4)), Mode: new("client"), PollSeconds: new(math.Ldexp(1, 4+i%6)),
		})
	}
	return append(all, control.ClientEntry{Address: "2001:db8:4f2e:11::1f3c", Requests: 5120, LastSeenAgeSeconds: 17, PollSeconds: new(64.0)})
}

func (s *scene) satellites() control.Satellites {
	if s.state == "starting" {
		return control.Satellites{Satellites: []control.Satellite{}}
	}
	all := control.Satellites{Used: new(11), InView: new(17)}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 17 {
		system := []string{"gps", "gps", "galileo", "beidou", "glonass"}[i%5]
		sat := control.Satellite{System: system, Number: 2 + i*3%31, ElevationDegrees: new(5 + r.IntN(80)), AzimuthDegrees: new(r.IntN(360)), Used: new(i < 11)}
		if i < 15 {
			sat.CN0DBHz = new(22 + r.IntN(26))
		}
		all.Satellites = append(all.Satellites, sat)
	}
	return all
}

func (s *scene) scatter() control.Scatter {
	if s.state == "starting" {
		return control.Scatter{Histogram: []control.Bar{}, Allan: []control.AllanDeviation{}}
	}
	c := control.Scatter{Count: 3598, MeanSeconds: new(1.2e-7), JitterSeconds: new(9.8e-7)}
	for i := -15; i < 15; i++ {
		x := float64(i) * 0.25e-6
		c.Histogram = append(c.Histogram, control.Bar{FromSeconds: x, ToSeconds: x + 0.25e-6, Count: int(360 * math.Exp(-x*x/1.9e-12))})
	}
	for tau := 1.0; tau <= 1024; tau *= 2 {
		c.Allan = append(c.Allan, control.AllanDeviation{TauSeconds: tau, Deviation: 1.7e-6/tau + 4e-10*math.Sqrt(tau)})
	}
	return c
}

func (s *scene) history(span string) control.History {
	n, step := 3600, 1
	switch span {
	case "24h":
		n, step = 8640, 10
	case "60d":
		n, step = 17280, 300
	}
	h := control.History{Span: span, StepSeconds: step, From: control.Time{Time: s.now().Add(-time.Duration(n*step) * time.Second)}}
	r := rand.New(rand.NewPCG(3, 4))
	drift := 0.0
	for i := range n {
		x := float64(i) / float64(n)
		drift += r.NormFloat64() * 2e-9
		state, b := "locked", 3.6e-6+3e-7*math.Sin(9*x)+1e-7*r.Float64()
		if x > 0.31 && x < 0.36 {
			state, b = "holdover", b+8e-4*(x-0.31)*(x-0.31)*20
		}
		known := i > n/50 && s.state != "starting"
		some := func(v float64) *float64 {
			if !known {
				return nil
			}
			return &v
		}
		if !known {
			h.State = append(h.State, nil)
		} else {
			h.State = append(h.State, &state)
		}
		h.OffsetSeconds = append(h.OffsetSeconds, some(2.2e-7*r.NormFloat64()+3e-7*math.Sin(40*x)))
		h.BoundSeconds = append(h.BoundSeconds, some(b))
		h.FrequencyPPM = append(h.FrequencyPPM, some(-11.8+0.02*math.Sin(12*x)+drift*10))
		h.JitterSeconds = append(h.JitterSeconds, some(9e-7))
		h.Celsius = append(h.Celsius, some(51+1.5*math.Sin(12*x+0.3)+0.1*r.NormFloat64()))
		h.SatellitesUsed = append(h.SatellitesUsed, some(11))
		h.RequestsPerSecond = append(h.RequestsPerSecond, some(7+3*math.Sin(5*x)+r.Float64()))
	}
	return h
}
