package main

import (
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"gpsntpd/cmd/internal/tools/exchange"
)

// exchangeKeys prints what a key exchange with server yields.
func exchangeKeys(w io.Writer, server, authority, digits string) error {
	text, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(text) {
		return errors.New(authority + " has no certificate")
	}
	proposal, err := hex.DecodeString(digits)
	if err != nil {
		return err
	}
	y, err := exchange.With(server, trusted, proposal)
	if err != nil {
		return err
	}
	for _, b := range append(y.Keys[:], y.Cookies...) {
		fmt.Fprintf(w, "%x\n", b)
	}
	return nil
}
