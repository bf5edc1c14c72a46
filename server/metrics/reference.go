package metrics

import (
	"slices"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"gpsntpd/hw"
	"gpsntpd/server/control"
)

// referenceMetrics are about the receiver and its pulse.
func referenceMetrics() []Metric {
	const gauge, counter = prometheus.GaugeValue, prometheus.CounterValue
	return []Metric{
		{"gpsntpd_receiver_state", "1 for the state of the receiver; ok is good.", gauge, []string{"state"},
			func(f *facts) []sample { return which(string(f.Receiver.State), string(hw.OK)) }},
		{"gpsntpd_receiver_sentences_total", "Sentences that were heard.", counter, nil,
			func(f *facts) []sample { return one(float64(f.Receiver.Sentences)) }},
		{"gpsntpd_receiver_satellites_used", "Satellites that the fix is made from.", gauge, nil,
			func(f *facts) []sample { return known(f.Receiver.SatellitesUsed) }},
		{"gpsntpd_receiver_satellites_in_view", "Satellites in view.", gauge, nil,
			func(f *facts) []sample { return known(f.Receiver.SatellitesInView) }},
		{"gpsntpd_satellites", "Satellites in view by their system, and whether the fix is made from them.", gauge, []string{"system", "used"},
			func(f *facts) []sample { return systems(f.inView()) }},
		{"gpsntpd_satellites_cn0_db_hertz", "Mean carrier to noise density of the satellites that are received: what the antenna is worth.", gauge, nil,
			func(f *facts) []sample { return strength(f.inView()) }},
		{"gpsntpd_receiver_last_fix_age_seconds", "Time since the receiver last named a valid time.", gauge, nil,
			func(f *facts) []sample { return known(f.Receiver.LastFixAgeSeconds) }},
		{"gpsntpd_receiver_latency_seconds", "How late a sentence is after the second that it names.", gauge, nil,
			func(f *facts) []sample { return known(f.Receiver.LatencySeconds) }},
		{"gpsntpd_receiver_margin_seconds", "How much that may still change before the second is in doubt.", gauge, nil,
			func(f *facts) []sample { return known(f.Receiver.MarginSeconds) }},
		{"gpsntpd_receiver_info", "1, with what the receiver says of itself.", gauge, []string{"model", "firmware", "protocol"},
			func(f *facts) []sample { return model(&f.Receiver) }},
		{"gpsntpd_receiver_accuracy_seconds", "Standard deviation of its time as the receiver states it.", gauge, nil,
			func(f *facts) []sample { return known(f.Receiver.AccuracySeconds) }},
		{"gpsntpd_receiver_jamming", "1 for what the receiver says of radio interference; none is good.", gauge, []string{"state"},
			func(f *facts) []sample { return said(f.Receiver.Jamming) }},
		{"gpsntpd_receiver_spoofing", "1 for what the receiver says of forged signals; none is good.", gauge, []string{"state"},
			func(f *facts) []sample { return said(f.Receiver.Spoofing) }},
		{"gpsntpd_receiver_gain_ratio", "Gain of the receiver's amplifier, as a part of its range.", gauge, nil,
			func(f *facts) []sample { return known(f.Receiver.GainRatio) }},
		{"gpsntpd_pulse_sawtooth", "1 for whether what the receiver says of each pulse's error is taken off.", gauge, []string{"state"},
			func(f *facts) []sample { return said(f.Pulse.Sawtooth) }},
		{"gpsntpd_nmea_sentences_total", "What became of each sentence.", counter, []string{"verdict"},
			func(f *facts) []sample { return f.group("nmea") }},
		{"gpsntpd_pulse_state", "1 for the state of the pulse; ok is good.", gauge, []string{"state"},
			func(f *facts) []sample { return which(string(f.Pulse.State), string(hw.OK)) }},
		{"gpsntpd_pulse_edges_total", "Edges that were seen.", counter, nil,
			func(f *facts) []sample { return one(float64(f.Pulse.Count)) }},
		{"gpsntpd_pulse_rejected_total", "Edges that were not taken for a pulse.", counter, nil,
			func(f *facts) []sample { return one(float64(f.Pulse.Rejected)) }},
		{"gpsntpd_pulse_age_seconds", "Time since the last edge.", gauge, nil,
			func(f *facts) []sample { return known(f.Pulse.AgeSeconds) }},
		{"gpsntpd_pulse_latency_seconds", "Mean latency of the pulse's stamps that was found and is taken off.", gauge, nil,
			func(f *facts) []sample { return known(f.Pulse.LatencySeconds) }},
		{"gpsntpd_samples_refused_total", "Fixes and edges that yielded no sample.", counter, []string{"reason"},
			func(f *facts) []sample { return f.group("refclock") }},
	}
}

// inView are the satellites, none of a receiver that has fallen silent.
func (f *facts) inView() []control.Satellite {
	if f.sky.Stale {
		return nil
	}
	return f.sky.Satellites
}

// said is 1 for a word that may not be said.
func said(word *string) []sample {
	if word == nil {
		return nil
	}
	return []sample{{1, []string{*word}}}
}

// model is 1 for what the receiver is, if it says anything of it.
func model(r *control.Receiver) []sample {
	labels := make([]string, 3)
	for i, s := range []*string{r.Model, r.Firmware, r.Protocol} {
		if s != nil {
			labels[i] = *s
		}
	}
	if labels[0]+labels[1]+labels[2] == "" {
		return nil
	}
	return []sample{{1, labels}}
}

// systems counts satellites by system and use.
func systems(all []control.Satellite) []sample {
	count := map[[2]string]float64{}
	for _, s := range all {
		count[[2]string{s.System, strconv.FormatBool(s.Used != nil && *s.Used)}]++
	}
	var sums []sample
	for labels, n := range count {
		sums = append(sums, sample{n, labels[:]})
	}
	slices.SortFunc(sums, func(a, b sample) int { return slices.Compare(a.labels, b.labels) })
	return sums
}

// strength is the mean of what is received; no sample where nothing is.
func strength(all []control.Satellite) []sample {
	sum, n := 0, 0
	for _, s := range all {
		if s.CN0DBHz != nil && *s.CN0DBHz > 0 {
			sum, n = sum+*s.CN0DBHz, n+1
		}
	}
	if n == 0 {
		return nil
	}
	return one(float64(sum) / float64(n))
}
