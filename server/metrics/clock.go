package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"gpsntpd/discipline"
	"gpsntpd/server/control"
)

// clockMetrics are about the clock and what is claimed of it.
func clockMetrics() []Metric {
	const gauge = prometheus.GaugeValue
	return []Metric{
		{"gpsntpd_build_info", "Always 1; the label says which version runs.", gauge, []string{"version"},
			func(f *facts) []sample { return []sample{{1, []string{f.Version}}} }},
		{"gpsntpd_state", "1 for the state that the clock is in, 0 for the others.", gauge, []string{"state"},
			func(f *facts) []sample { return which(f.State, states()...) }},
		{"gpsntpd_state_since_timestamp_seconds", "When the clock entered that state.", gauge, nil,
			func(f *facts) []sample { return moment(&f.Since) }},
		{"gpsntpd_stratum", "Stratum on the wire; 0 while not synchronized.", gauge, nil,
			func(f *facts) []sample { return one(float64(f.Stratum)) }},
		{"gpsntpd_leap_indicator", "Leap indicator on the wire; 3 while not synchronized.", gauge, nil,
			func(f *facts) []sample { return one(float64(f.Status.Leap)) }},
		{"gpsntpd_offset_seconds", "Estimate of UTC minus local time: positive when the local clock is slow.", gauge, nil,
			func(f *facts) []sample { return known(f.OffsetSeconds) }},
		{"gpsntpd_bound_seconds", "Greatest error that the time served is claimed to have.", gauge, nil,
			func(f *facts) []sample { return known(f.BoundSeconds) }},
		{"gpsntpd_bound_part_seconds", "What that bound is made of; the parts sum up to it.", gauge, []string{"part"},
			func(f *facts) []sample { return budget(f.Budget) }},
		{"gpsntpd_frequency_ratio", "Correction of the clock's frequency, as a share of it: 1e-6 is 1 ppm.", gauge, nil,
			func(f *facts) []sample {
				if f.FrequencyPPM == nil {
					return nil
				}
				return one(*f.FrequencyPPM / 1e6)
			}},
		{"gpsntpd_jitter_seconds", "Noise of the pulse, rms.", gauge, nil,
			func(f *facts) []sample { return known(f.JitterSeconds) }},
		{"gpsntpd_wander_per_root_second", "Random walk of the oscillator's frequency in a second, as a share of it.", gauge, nil,
			func(f *facts) []sample { return known(f.WanderPerRootSecond) }},
		{"gpsntpd_holdover_forecast_seconds", "How long from now the error bound stays below the limit of the label, if no pulse comes any more.", gauge, []string{"limit_seconds"},
			func(f *facts) []sample { return holdover(f.Holdover) }},
		{"gpsntpd_root_delay_seconds", "Root delay on the wire.", gauge, nil,
			func(f *facts) []sample { return one(f.RootDelaySeconds) }},
		{"gpsntpd_root_dispersion_seconds", "Root dispersion on the wire.", gauge, nil,
			func(f *facts) []sample { return one(f.RootDispersionSeconds) }},
		{"gpsntpd_reference_timestamp_seconds", "When a pulse last corrected the clock.", gauge, nil,
			func(f *facts) []sample { return moment(f.ReferenceTime) }},
		{"gpsntpd_tai_offset_seconds", "TAI minus UTC.", gauge, nil,
			func(f *facts) []sample { return known(f.TAIOffsetSeconds) }},
		{"gpsntpd_next_leap_timestamp_seconds", "When the next leap second that is known will have been.", gauge, nil,
			func(f *facts) []sample { return moment(f.NextLeap) }},
		{"gpsntpd_leap_list_expiry_timestamp_seconds", "Until when the list of leap seconds is known to be complete.", gauge, nil,
			func(f *facts) []sample { return moment(&f.leap.Expires) }},
		{"gpsntpd_temperature_celsius", "Temperature near the oscillator.", gauge, []string{"device"},
			func(f *facts) []sample {
				if f.Temperature.Celsius == nil {
					return nil
				}
				return []sample{{*f.Temperature.Celsius, []string{f.Temperature.Device}}}
			}},
	}
}

func states() (words []string) {
	for s := discipline.Starting; s <= discipline.Client; s++ {
		words = append(words, s.String())
	}
	return words
}

// witnessMetrics are about what others say of the receiver.
func witnessMetrics() []Metric {
	const gauge = prometheus.GaugeValue
	return []Metric{
		{"gpsntpd_witness", "1 for the verdict of network servers and oscillator on the receiver, 0 for the others; absent where no server is asked.", gauge, []string{"verdict"},
			func(f *facts) []sample {
				if f.Witness == nil {
					return nil
				}
				return which(f.Witness.Verdict, verdicts()...)
			}},
		{"gpsntpd_witness_within_seconds", "To within what the receiver is confirmed, or by how much it is contradicted.", gauge, nil,
			func(f *facts) []sample {
				if f.Witness == nil {
					return nil
				}
				return known(f.Witness.WithinSeconds)
			}},
		{"gpsntpd_witness_servers", "Network servers that are asked, and those of them that answer.", gauge, []string{"state"},
			func(f *facts) []sample {
				if f.Witness == nil {
					return nil
				}
				return []sample{{float64(f.Witness.Servers), []string{"asked"}}, {float64(f.Witness.Answering), []string{"answering"}}}
			}},
	}
}

func verdicts() (words []string) {
	for w := discipline.Alone; w <= discipline.Refuted; w++ {
		words = append(words, w.String())
	}
	return words
}

func budget(b *control.Budget) []sample {
	if b == nil {
		return nil
	}
	return []sample{
		{b.PulseSeconds, []string{"pulse"}}, {b.LatencySeconds, []string{"latency"}}, {b.EdgeSeconds, []string{"edge"}},
		{b.ReceiverSeconds, []string{"receiver"}}, {b.LoopSeconds, []string{"loop"}}, {b.HoldoverSeconds, []string{"holdover"}},
	}
}

func holdover(h *control.Holdover) []sample {
	if h == nil {
		return nil
	}
	return []sample{
		{h.Within1us, []string{"1e-06"}}, {h.Within10us, []string{"1e-05"}},
		{h.Within100us, []string{"0.0001"}}, {h.Within1ms, []string{"0.001"}},
	}
}
