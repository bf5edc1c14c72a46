package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"gpsntpd/server/control"
)

// serverMetrics are about those who ask for the time.
func serverMetrics() []Metric {
	const gauge, counter = prometheus.GaugeValue, prometheus.CounterValue
	return []Metric{
		{"gpsntpd_ntp_requests_total", "Requests by what became of them.", counter, []string{"verdict"},
			func(f *facts) []sample { return f.group("ntp") }},
		{"gpsntpd_ntp_listener_requests_total", "Requests by the address that they came to.", counter, []string{"listen"},
			func(f *facts) []sample {
				return f.listeners(func(l *control.Listener) uint64 { return l.Requests })
			}},
		{"gpsntpd_ntp_listener_answers_total", "Answers by the address that they came from.", counter, []string{"listen"},
			func(f *facts) []sample {
				return f.listeners(func(l *control.Listener) uint64 { return l.Answers })
			}},
		{"gpsntpd_ntp_clients", "Addresses in the table of clients, which has a fixed size.", gauge, nil,
			func(f *facts) []sample { return one(float64(len(f.clients))) }},
		{"gpsntpd_nts_key_exchanges_total", "NTS key exchanges that were granted.", counter, nil,
			func(f *facts) []sample { return f.nts(f.NTS.KeyExchanges) }},
		{"gpsntpd_nts_refused_total", "Connections of the NTS key exchange that were not let in.", counter, nil,
			func(f *facts) []sample { return f.nts(f.NTS.Refused) }},
		{"gpsntpd_nts_failed_total", "NTS key exchanges that came to no end.", counter, nil,
			func(f *facts) []sample { return f.nts(f.NTS.Failed) }},
		{"gpsntpd_nts_certificate_expiry_timestamp_seconds", "Until when the certificate of the key exchange is valid.", gauge, nil,
			func(f *facts) []sample { return moment(f.NTS.CertificateNotAfter) }},
	}
}

func (f *facts) listeners(count func(*control.Listener) uint64) []sample {
	var all []sample
	for i := range f.Servers {
		all = append(all, sample{float64(count(&f.Servers[i])), []string{f.Servers[i].Listen}})
	}
	return all
}

// nts is a count of the key exchange; none while it is off.
func (f *facts) nts(n uint64) []sample {
	if f.NTS.State == "off" {
		return nil
	}
	return one(float64(n))
}
