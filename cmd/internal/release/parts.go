package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The list of parts is CycloneDX 1.5 (cyclonedx.org/docs/1.5/json), as far as it is needed.
type (
	parts struct {
		Format       string       `json:"bomFormat"`
		Spec         string       `json:"specVersion"`
		Serial       int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type    string `json:"type"`
		Ref     string `json:"bom-ref"`
		Name    string `json:"name"`
		Version string `json:"version"`
		PURL    string `json:"purl"`
	}
	dependency struct {
		Ref string   `json:"ref"`
		On  []string `json:"dependsOn"`
	}
)

// The page has one library inside, which no Go program knows of; what builds the page
// is not in it.
const (
	page    = "server/web/package-lock.json"
	library = "uplot"
)

// writeParts lists everything that the programs were linked with, as they say
// themselves, and what is in the page.
func writeParts(folder, version string, date time.Time, programs []string) error {
	found := map[string]component{}
	add := func(name, version, purl string) {
		found[purl] = component{"library", purl, name, version, purl}
	}
	for _, program := range programs {
		built, err := buildinfo.ReadFile(program)
		if err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
		release := strings.TrimPrefix(built.GoVersion, "go")
		add("std", release, "pkg:golang/std@"+release)
		for _, m := range built.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			add(m.Path, m.Version, "pkg:golang/"+m.Path+"@"+m.Version)
		}
	}
	err := inPage(add)
	if err != nil {
		return err
	}
	self := "pkg:generic/gpsntpd@" + version
	list := parts{
		Format: "CycloneDX", Spec: "1.5", Serial: 1,
		Metadata: metadata{date.Format(time.RFC3339), component{"application", self, "gpsntpd", version, self}},
	}
	all := slices.Sorted(maps.Keys(found))
	for _, ref := range all {
		list.Components = append(list.Components, found[ref])
	}
	list.Dependencies = []dependency{{self, all}}
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "gpsntpd-"+version+".cdx.json"), append(text, '\n'), 0o644)
}

// inPage adds the library that the page is built with.
func inPage(add func(name, version, purl string)) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	var lock struct {
		Packages map[string]struct{ Version string }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	p, ok := lock.Packages["node_modules/"+library]
	if !ok {
		return fmt.Errorf("%s does not name %s", page, library)
	}
	add(library, p.Version, "pkg:npm/"+library+"@"+p.Version)
	return nil
}
