package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
	"sync"
)

// dist is what `make web` made of src.
//
//go:embed dist
var dist embed.FS

// kinds are the types of assets.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// asset is one file that the page needs.
type asset struct {
	name string
	tag  func() string // changes with the text
	text func() []byte
	zip  func() []byte
}

// assets lists all of them. Nothing is read or made before someone asks.
func assets() (all []asset) {
	files, err := dist.ReadDir("dist")
	if err != nil {
		panic(err) // it is in the program
	}
	for _, f := range files {
		text := sync.OnceValue(func() []byte {
			b, err := dist.ReadFile("dist/" + f.Name())
			if err != nil {
				panic(err)
			}
			return b
		})
		all = append(all, asset{
			name: f.Name(),
			text: text,
			tag: sync.OnceValue(func() string {
				sum := sha256.Sum256(text())
				return `W/"` + hex.EncodeToString(sum[:8]) + `"`
			}),
			zip: sync.OnceValue(func() []byte {
				var b bytes.Buffer
				z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a level that exists
				z.Write(text())
				z.Close()
				return b.Bytes()
			}),
		})
	}
	return all
}

// ServeHTTP implements http.Handler.
func (a asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache") // it is kept, and asked for whether it is still the same
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", a.tag())
	if strings.Contains(r.Header.Get("If-None-Match"), a.tag()) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", kinds[path.Ext(a.name)])
	text := a.text()
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		text = a.zip()
	}
	w.Write(text)
}
