// Command licences writes the licence notices of everything in the two programs that is
// not ours: of Go, of the modules that they are linked with, and of what is in the page.
// Who passes the programs on has to pass these on too.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// programs are what the notices are for, and processors what they are built for: what is
// linked may differ.
var (
	programs   = []string{"gpsntpd/cmd/gpsntpd", "gpsntpd/cmd/gpsntpctl"}
	processors = []string{"amd64", "arm64", "arm", "riscv64"}
)

// kept are the notices that no module has, byte for byte: of Go itself, from its
// distribution, and of uPlot, from its npm package.
//
//go:embed kept/*.txt
var kept embed.FS

// notice is the name of a file with one.
var notice = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|copyright)([.-][^/]*)?$`)

// text is a notice, and what it is for.
type text struct {
	of   []string
	file string
	text string
}

func main() {
	all, err := collect()
	if err == nil {
		err = write(os.Stdout, all)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// write writes all notices.
func write(w io.Writer, all []text) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "Licences of what gpsntpd and gpsntpctl are made of, beside their own (LICENSE).\n"+
		"Written by make licences from what is linked into the programs.\n")
	for _, t := range all {
		line := strings.Repeat("=", 78)
		fmt.Fprintf(out, "\n%s\n%s\n%s\n%s\n\n%s\n", line, strings.Join(t.of, "\n"), t.file, line, strings.Trim(t.text, "\n"))
	}
	return out.Flush()
}

// collect returns all notices, those that are alike as one.
func collect() ([]text, error) {
	all, err := ofModules()
	if err != nil {
		return nil, err
	}
	files, err := kept.ReadDir("kept")
	for _, f := range files {
		b, e := kept.ReadFile("kept/" + f.Name())
		err = errors.Join(err, e)
		all = append(all, text{[]string{strings.TrimSuffix(f.Name(), ".txt")}, "LICENSE", string(b)})
	}
	slices.SortStableFunc(all, func(a, b text) int { return cmp.Compare(a.of[0], b.of[0]) })
	var once []text
	for _, t := range all {
		if i := slices.IndexFunc(once, func(o text) bool { return o.text == t.text && o.file == t.file }); i >= 0 {
			once[i].of = append(once[i].of, t.of...)
		} else {
			once = append(once, t)
		}
	}
	return once, err
}

// listed is what go list says of a package.
type listed struct {
	Dir    string
	Module *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// ofModules finds the notices beside each package that is linked, and above it in its
// module. A module without any is an error.
func ofModules() (all []text, err error) {
	folders, modules := map[string]string{}, map[string]bool{}
	for _, processor := range processors {
		list := exec.Command("go", append([]string{"list", "-deps", "-json=Dir,Module"}, programs...)...)
		list.Env = append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0", "GOARCH="+processor)
		list.Stderr = os.Stderr
		out, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		for packages := json.NewDecoder(bytes.NewReader(out)); packages.More(); {
			var p listed
			if err := packages.Decode(&p); err != nil {
				return nil, err
			}
			if p.Module == nil || p.Module.Main {
				continue
			}
			name := p.Module.Path + " " + p.Module.Version
			modules[name] = false
			for dir := p.Dir; strings.HasPrefix(dir, p.Module.Dir); dir = filepath.Dir(dir) {
				below, _ := filepath.Rel(p.Module.Dir, dir)
				folders[dir] = strings.TrimSuffix(name+" "+below, " .")
			}
		}
	}
	for dir, of := range folders {
		files, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if !notice.MatchString(f.Name()) || !f.Type().IsRegular() || filepath.Ext(f.Name()) == ".go" {
				continue
			}
			b, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				return nil, err
			}
			name, version, _ := strings.Cut(of, " ")
			version, _, _ = strings.Cut(version, " ")
			modules[name+" "+version] = true
			all = append(all, text{[]string{of}, f.Name(), string(b)})
		}
	}
	for name, found := range modules {
		if !found {
			err = errors.Join(err, fmt.Errorf("%s has no notice", name))
		}
	}
	slices.SortFunc(all, func(a, b text) int { return cmp.Or(cmp.Compare(a.of[0], b.of[0]), cmp.Compare(a.file, b.file)) })
	return all, err
}
