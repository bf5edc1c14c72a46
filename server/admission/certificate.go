package admission

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"sync/atomic"
	"time"

	"gpsntpd/server/regular"
)

// Certificate is the certificate of the server, with its key, in two PEM files.
// One goroutine reads it; any number may use it.
type Certificate struct {
	Path, KeyPath string
	current       atomic.Pointer[tls.Certificate]
	read          [2]version // of the files, at the last attempt
	failure       error      // of that
}

// version reports whether a file is still the same.
type version struct {
	modified time.Time
	size     int64
}

// Reload reads the files if they are not those that were last read. When they
// are no certificate and its key, which is the error, the old one stays in use.
func (c *Certificate) Reload() (loaded bool, err error) {
	var found [2]version
	for i, path := range []string{c.Path, c.KeyPath} {
		f, err := os.Stat(path)
		if err != nil {
			return false, err
		}
		found[i] = version{f.ModTime(), f.Size()}
	}
	if found == c.read {
		return false, c.failure
	}
	c.read = found
	pair, err := load(c.Path, c.KeyPath)
	if c.failure = err; err != nil {
		return false, err
	}
	c.current.Store(&pair)
	return true, nil
}

// load reads both files.
func load(path, keyPath string) (pair tls.Certificate, err error) {
	certificate, err := regular.Read(path, regular.Most)
	if err != nil {
		return pair, err
	}
	key, err := regular.Read(keyPath, regular.Most)
	if err != nil {
		return pair, err
	}
	return tls.X509KeyPair(certificate, key)
}

// Forget has the next Reload read the files, changed or not.
func (c *Certificate) Forget() { c.read = [2]version{} }

var errNone = errors.New("no certificate yet")

// ForClient returns the certificate in use, for tls.Config.
func (c *Certificate) ForClient(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if loaded := c.current.Load(); loaded != nil {
		return loaded, nil
	}
	return nil, errNone
}

// Leaf returns the certificate in use, nil when there is none.
func (c *Certificate) Leaf() *x509.Certificate {
	if loaded := c.current.Load(); loaded != nil {
		return loaded.Leaf
	}
	return nil
}
