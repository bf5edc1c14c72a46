package config

import (
	"testing"

	"gpsntpd/cmd/internal/man"
)

func TestTheManualPageIsOfTheseKeys(t *testing.T) {
	c := Default()
	var all []man.Key
	for _, k := range keys(&c) {
		all = append(all, man.Key{Name: k.name, Doc: k.doc, Want: k.want, Default: k.text()})
	}
	man.Held(t, "../../../docs/man/gpsntpd.toml.5", man.Settings(all), *update)
}
