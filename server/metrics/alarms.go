package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"gpsntpd/server/control"
)

// alarmMetrics are about what is not as it should be.
func alarmMetrics() []Metric {
	const gauge = prometheus.GaugeValue
	return []Metric{
		{"gpsntpd_alarms", "Alarms that are raised now.", gauge, []string{"severity"},
			func(f *facts) []sample { return severities(f.alarms) }},
		{"gpsntpd_alarm", "1 for each alarm that is raised now; none for the others.", gauge, []string{"code", "severity"},
			func(f *facts) []sample {
				var all []sample
				for _, a := range raised(f.alarms) {
					all = append(all, sample{1, []string{a.Code, a.Severity}})
				}
				return all
			}},
		{"gpsntpd_discipline_events_total", "What the discipline did and met.", prometheus.CounterValue, []string{"event"},
			func(f *facts) []sample { return f.group("discipline") }},
	}
}

func raised(all control.Alarms) (now control.Alarms) {
	for _, a := range all {
		if a.Cleared == nil {
			now = append(now, a)
		}
	}
	return now
}

func severities(all control.Alarms) []sample {
	count := map[string]float64{}
	for _, a := range raised(all) {
		count[a.Severity]++
	}
	return []sample{{count["critical"], []string{"critical"}}, {count["warning"], []string{"warning"}}}
}
