package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"

	"gpsntpd/cmd/internal/exchange"
)

// exchangeKeys prints what a key exchange with server yields.
func exchangeKeys(w io.Writer, server, authority string) error {
	text, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(text) {
		return errors.New(authority + " has no certificate")
	}
	y, err := exchange.With(server, trusted)
	if err != nil {
		return err
	}
	for _, b := range append(y.Keys[:], y.Cookies...) {
		fmt.Fprintf(w, "%x\n", b)
	}
	return nil
}
