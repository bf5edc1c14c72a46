package doctor

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"gpsntpd/cmd/internal/leaps"
	"gpsntpd/server/regular"
	"gpsntpd/server/why"
)

const stateFolder = "/var/lib/gpsntpd"

// files looks at what a running daemon would have read.
func (e *exam) files() {
	t, source := leaps.Newest(e.Root, e.Config.Clock.LeapSeconds, func(string, error) {}) // what cannot be read is not the newest
	left := time.Unix(t.Expires, 0).Sub(e.Now)
	code := why.LeapOK
	switch {
	case left <= 0:
		code = why.LeapExpired
	case left < why.LeapSoon:
		code = why.LeapExpiresSoon
	}
	e.tell(code, source, &why.Facts{Leap: why.Leap{Known: true, Left: left}})
	word := e.Storage(stateFolder)
	e.tell(why.StorageCode(word), stateFolder, &why.Facts{Storage: word, StoredAt: stateFolder})
	e.certificate()
}

// leaf is the certificate of NTS.
func (e *exam) leaf() (*x509.Certificate, error) {
	text, err := regular.Read(e.path(e.Config.NTS.Certificate), regular.Most)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no certificate")
	}
	return x509.ParseCertificate(block.Bytes)
}

// certificate reports whether that of NTS is valid.
func (e *exam) certificate() {
	path := e.Config.NTS.Certificate
	if path == "" {
		e.tell(why.NTSOff, "", &why.Facts{})
		return
	}
	leaf, err := e.leaf()
	n := why.NTS{Word: "no_certificate"}
	switch {
	case errors.Is(err, fs.ErrPermission) && !e.root():
		e.say(certificateUnread, path)
		return
	case err == nil:
		n.Word, n.Left = "ok", leaf.NotAfter.Sub(e.Now)
		if n.Left <= 0 {
			n.Word = "expired"
		}
	}
	e.tell(why.OfNTS(n), path, &why.Facts{NTS: n})
}

// certificateNames reports whether the certificate is for this host.
func (e *exam) certificateNames() {
	leaf, err := e.leaf()
	if e.Config.NTS.Certificate == "" || err != nil || e.Name == "" {
		return
	}
	host := strings.ToLower(e.Name)
	is := func(name string) bool {
		first, _, _ := strings.Cut(strings.ToLower(name), ".")
		return strings.EqualFold(name, e.Name) || first == host || first == "*"
	}
	if len(leaf.IPAddresses) == 0 && !slices.ContainsFunc(leaf.DNSNames, is) {
		e.say(certificateNames, e.Config.NTS.Certificate, "names", strings.Join(leaf.DNSNames, ", "), "host", e.Name)
	}
}
