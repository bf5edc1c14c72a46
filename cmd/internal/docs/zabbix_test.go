package docs

import (
	"crypto/sha256"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gpsntpd/server/alarm"
	"gpsntpd/server/metrics"
)

const (
	zabbix   = "docs/monitoring/gpsntpd-zabbix.yml"
	template = "gpsntpd by HTTP"
)

// id is a UUID of version 4 in Zabbix's form that is the same each time, so that
// importing the template anew replaces it.
func id(of string) string {
	sum := sha256.Sum256([]byte("gpsntpd " + of))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x", sum[:16])
}

// item is a number that Zabbix keeps, and what it calls someone for.
type item struct {
	key, name, pattern, units string
	label                     string // instead of the value
	rate                      bool   // of a counter, each second
	multiplier                string
	missing                   string // what a metric is that is left out; "": nothing is kept
	triggers                  []trigger
}

type trigger struct {
	name, expression, priority, description string // ITEM stands for it
}

// kept are the items beside those for alarms.
var kept = []item{
	{key: "version", name: "Version", pattern: "gpsntpd_build_info", label: "version"},
	{key: "stratum", name: "Stratum", pattern: "gpsntpd_stratum", triggers: []trigger{
		{"gpsntpd tells its clients not to use it", "max(ITEM,5m)=0", "HIGH", "gpsntpctl why says which part is not well, and what to do. After a cold start a receiver may need up to 15 minutes."},
	}},
	{key: "locked", name: "Locked", pattern: `gpsntpd_state{state="locked"}`},
	{key: "offset", name: "Offset (UTC - local)", pattern: "gpsntpd_offset_seconds", units: "s"},
	{key: "bound", name: "Error bound", pattern: "gpsntpd_bound_seconds", units: "s", triggers: []trigger{
		{"gpsntpd may be off by more than {$GPSNTPD.BOUND} s", "min(ITEM,10m)>{$GPSNTPD.BOUND}", "WARNING", "gpsntpctl budget says what the bound is made of."},
	}},
	{key: "frequency", name: "Frequency correction (ppm)", pattern: "gpsntpd_frequency_ratio", multiplier: "1000000"},
	{key: "jitter", name: "Jitter of the pulse", pattern: "gpsntpd_jitter_seconds", units: "s"},
	{key: "holdover", name: "Holdover forecast until 1 ms", pattern: `gpsntpd_holdover_forecast_seconds{limit_seconds="0.001"}`, units: "s"},
	{key: "temperature", name: "Temperature near the oscillator", pattern: "gpsntpd_temperature_celsius", units: "°C"},
	{key: "used", name: "Satellites used", pattern: "gpsntpd_receiver_satellites_used"},
	{key: "cn0", name: "Strength of the satellites (dB-Hz)", pattern: "gpsntpd_satellites_cn0_db_hertz"},
	{key: "answered", name: "Answers each second", pattern: `gpsntpd_ntp_requests_total{verdict="answered"}`, rate: true},
	{key: "limited", name: "Requests over the limit each second", pattern: `gpsntpd_ntp_requests_total{verdict="rate_limited"}`, rate: true},
	{key: "clients", name: "Clients that are remembered", pattern: "gpsntpd_ntp_clients"},
	{key: "certificate", name: "Certificate of NTS is valid until", pattern: "gpsntpd_nts_certificate_expiry_timestamp_seconds", units: "unixtime"},
	{key: "leaplist", name: "List of leap seconds is valid until", pattern: "gpsntpd_leap_list_expiry_timestamp_seconds", units: "unixtime"},
}

// items are all of them: each alarm that there is has one, and its trigger.
func items() []item {
	all := slices.Clone(kept)
	seen := map[string]bool{}
	for _, r := range alarm.Rules() {
		key := fmt.Sprintf("alarm[%s,%s]", r.Code, r.Severity)
		if seen[key] {
			continue
		}
		seen[key] = true
		priority := "WARNING"
		if r.Severity == alarm.Critical {
			priority = "HIGH"
		}
		all = append(all, item{
			key: key, name: fmt.Sprintf("Alarm %s (%s)", r.Code, r.Severity), missing: "0",
			pattern: fmt.Sprintf(`gpsntpd_alarm{code="%s",severity="%s"}`, r.Code, r.Severity),
			triggers: []trigger{{
				fmt.Sprintf("gpsntpd: alarm %s", r.Code), "last(ITEM)=1", priority,
				"gpsntpctl alarms says since when, what it is about and what to do.",
			}},
		})
	}
	return all
}

// yaml writes the item as Zabbix exports it.
func (i item) yaml(b *strings.Builder) {
	kind, answer := "FLOAT", "value"
	if i.label != "" {
		kind, answer = "CHAR", "label"
	}
	fmt.Fprintf(b, "        - uuid: %s\n          name: '%s'\n          type: DEPENDENT\n          key: '%s'\n          delay: '0'\n", id("item "+i.key), i.name, full(i.key))
	if kind == "CHAR" {
		b.WriteString("          trends: '0'\n")
	}
	fmt.Fprintf(b, "          value_type: %s\n", kind)
	if i.units != "" {
		fmt.Fprintf(b, "          units: '%s'\n", i.units)
	}
	fmt.Fprintf(b, "          preprocessing:\n            - type: PROMETHEUS_PATTERN\n              parameters:\n                - '%s'\n                - %s\n                - '%s'\n", i.pattern, answer, i.label)
	if i.missing == "" {
		b.WriteString("              error_handler: DISCARD_VALUE\n")
	} else {
		fmt.Fprintf(b, "              error_handler: CUSTOM_VALUE\n              error_handler_params: '%s'\n", i.missing)
	}
	if i.rate {
		b.WriteString("            - type: CHANGE_PER_SECOND\n              parameters:\n                - ''\n")
	}
	if i.multiplier != "" {
		fmt.Fprintf(b, "            - type: MULTIPLIER\n              parameters:\n                - '%s'\n", i.multiplier)
	}
	fmt.Fprintf(b, "          master_item:\n            key: gpsntpd.metrics\n")
	for n, t := range i.triggers {
		if n == 0 {
			b.WriteString("          triggers:\n")
		}
		fmt.Fprintf(b, "            - uuid: %s\n              expression: '%s'\n              name: '%s'\n              priority: %s\n              description: '%s'\n",
			id("trigger "+i.key+t.name), strings.ReplaceAll(t.expression, "ITEM", "/"+template+"/"+full(i.key)), t.name, t.priority, t.description)
	}
}

func full(key string) string { return "gpsntpd." + key }

// exported is the whole template.
func exported() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Written by a test from the table of alarms: go test ./cmd/internal/docs -update
zabbix_export:
  version: '6.0'
  date: '2026-11-30T00:00:00Z'
  groups:
    - uuid: a571c0d144b14fd4a87a9d9b2aa9fcd6
      name: Templates/Applications
  templates:
    - uuid: %s
      template: '%s'
      name: '%[2]s'
      description: 'The metrics of gpsntpd, each alarm of it as a trigger. It needs metrics.listen in gpsntpd.toml.'
      groups:
        - name: Templates/Applications
      items:
        - uuid: %[3]s
          name: 'Metrics'
          type: HTTP_AGENT
          key: gpsntpd.metrics
          delay: 30s
          history: '0'
          trends: '0'
          value_type: TEXT
          timeout: 10s
          url: '{$GPSNTPD.URL}'
          triggers:
            - uuid: %[4]s
              expression: 'nodata(/%[2]s/gpsntpd.metrics,2m)=1'
              name: 'gpsntpd does not answer'
              priority: HIGH
              description: 'Look on the host: systemctl status gpsntpd'
`, id("template"), template, id("item metrics"), id("trigger nodata"))
	for _, i := range items() {
		i.yaml(&b)
	}
	b.WriteString(`      macros:
        - macro: '{$GPSNTPD.URL}'
          value: 'http://{HOST.CONN}:9123/metrics'
        - macro: '{$GPSNTPD.BOUND}'
          value: '0.0001'
          description: 'Error bound, in seconds, above which someone is told'
`)
	return b.String()
}

func TestTheTemplateForZabbixHasEveryAlarm(t *testing.T) {
	if *update {
		if err := os.WriteFile(root+zabbix, []byte(exported()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if read(t, root+zabbix) != exported() {
		t.Errorf("%s is not what the alarms are: run with -update", zabbix)
	}
}

func TestTheTemplateForZabbixAsksForMetricsThatThereAre(t *testing.T) {
	labels := map[string][]string{}
	for _, m := range metrics.Metrics() {
		labels[m.Name] = m.Labels
	}
	keys := map[string]bool{}
	for _, i := range items() {
		name, asked, _ := strings.Cut(i.pattern, "{")
		have, there := labels[name]
		if !there || i.label != "" && !slices.Contains(have, i.label) {
			t.Errorf("%s: no such metric", i.pattern)
		}
		for _, l := range regexp.MustCompile(`([a-z0-9_]+)="`).FindAllStringSubmatch(asked, -1) {
			if !slices.Contains(have, l[1]) {
				t.Errorf("%s: no such label", i.pattern)
			}
		}
		if keys[i.key] || strings.ContainsAny(i.name+i.pattern, "'\n") {
			t.Errorf("%s: twice, or not to be quoted", i.key)
		}
		keys[i.key] = true
	}
	if uuids := regexp.MustCompile(`uuid: ([0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15})\n`).FindAllString(exported(), -1); len(uuids) != strings.Count(exported(), "uuid:") {
		t.Errorf("%d of %d are UUIDs of version 4", len(uuids), strings.Count(exported(), "uuid:"))
	} else if slices.Sort(uuids); len(slices.Compact(uuids)) != strings.Count(exported(), "uuid:") {
		t.Error("a UUID is there twice")
	}
}
