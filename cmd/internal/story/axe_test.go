//go:build browser

package story

import (
	"encoding/json"
	"os"
)

// axe has axe-core look for what keeps anybody from the page, by all its rules.
func (b *tab) axe(name string) {
	b.Helper()
	text, err := os.ReadFile("../../../server/web/node_modules/axe-core/axe.min.js")
	if err != nil {
		b.Fatal(err)
	}
	eval[any](b, string(text)+"; void 0")
	found := eval[string](b, `axe.run(document, { resultTypes: ["violations"] }).then((r) => JSON.stringify(r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target + ": " + n.failureSummary))))`)
	var all []string
	if err := json.Unmarshal([]byte(found), &all); err != nil {
		b.Fatal(err)
	}
	for _, f := range all[:min(len(all), 10)] { // they repeat themselves
		b.Errorf("%s: axe, of %d: %s", name, len(all), f)
	}
}
