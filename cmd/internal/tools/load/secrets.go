package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Files in the bench's own folder. Both servers have the same secrets.
const (
	configFile      = "chrony.conf"
	keysFile        = "keys"
	certificateFile = "certificate.pem"
	privateKeyFile  = "key.pem"
)

// symmetricKey is the number of the key in the file of keys.
const symmetricKey = 1

// settings of chronyd that make it a server and nothing else.
const settings = `local stratum 1
allow all
cmdport 0
pidfile %[1]s/chronyd.pid
keyfile %[1]s/` + keysFile + `
ntsservercert %[1]s/` + certificateFile + `
ntsserverkey %[1]s/` + privateKeyFile + `
`

// secrets is what the generator knows of those of the servers.
type secrets struct {
	key     []byte // AES-CMAC, 128 bits
	trusted *x509.CertPool
}

// prepare writes the files of both servers, which are at these addresses.
func prepare(folder string, at ...net.IP) (secrets, error) {
	s := secrets{key: make([]byte, 16), trusted: x509.NewCertPool()}
	rand.Read(s.key) // never fails
	keys := fmt.Appendf(nil, "%d AES128 HEX:%s\n", symmetricKey, hex.EncodeToString(s.key))
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return s, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: at, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return s, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return s, err
	}
	certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	s.trusted.AppendCertsFromPEM(certificate)
	for name, text := range map[string][]byte{
		configFile: fmt.Appendf(nil, settings, folder), keysFile: keys, certificateFile: certificate,
		privateKeyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	} {
		err = errors.Join(err, os.WriteFile(filepath.Join(folder, name), text, 0o600))
	}
	return s, err
}
