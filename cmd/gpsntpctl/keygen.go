package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
)

// keyType is a type of symmetric key, as each program calls it.
type keyType struct {
	name, chrony, ntp string
	length            int // bytes
}

// keyTypes begins with what is used unless something else is asked for.
var keyTypes = []keyType{
	{"aes128", "AES128", "AES128CMAC", 16},
	{"aes256", "AES256", "AES-256", 32}, // ntpsec only
	{"sha256", "SHA256", "SHA256", 32},
	{"sha1", "SHA1", "SHA1", 20},
}

// symmetricKey is a key as each program writes it.
type symmetricKey struct {
	ID     uint32 `json:"id"`
	Type   string `json:"type"`
	Chrony string `json:"chrony"` // gpsntpd reads both lines
	Ntp    string `json:"ntp"`
}

func newKeygen(f *flags) *cobra.Command {
	names := make([]string, len(keyTypes))
	for i, k := range keyTypes {
		names[i] = k.name
	}
	var id uint32
	var name string
	c := &cobra.Command{
		Use:   "keygen",
		Short: "Make a symmetric key for a client",
		Long: "Keygen makes a random key and prints it as a line for the file server.keys of\n" +
			"gpsntpd and for the key files of chrony and of ntp. Who has the key can forge\n" +
			"answers to whoever trusts it: give each client its own, and keep it secret.\n" +
			"Exit status: 0 done, 64 usage.",
		Example: "  gpsntpctl keygen --type sha256 --id 7",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			i := slices.Index(names, strings.ToLower(name))
			if i < 0 {
				return failure{exitUsage, fmt.Errorf("--type %s: there are %s", name, strings.Join(names, ", "))}
			}
			if id == 0 || id > math.MaxUint16 {
				return failure{exitUsage, fmt.Errorf("--id %d: expected a number from 1 to %d, as ntp has them", id, math.MaxUint16)}
			}
			k := keyTypes[i].generate(id)
			if !f.json {
				return write(c.OutOrStdout(), []byte(k.text(f.style(c))))
			}
			text, err := json.Marshal(k)
			if err != nil {
				return err
			}
			return write(c.OutOrStdout(), append(text, '\n'))
		},
	}
	c.Flags().StringVar(&name, "type", names[0], "`TYPE`: "+strings.Join(names, ", "))
	offers(c, "type", names)
	c.Flags().Uint32Var(&id, "id", 1, "number `N` by which the client names the key")
	return c
}

func (t keyType) generate(id uint32) symmetricKey {
	secret := make([]byte, t.length)
	rand.Read(secret) // never fails
	digits := strings.ToUpper(hex.EncodeToString(secret))
	return symmetricKey{
		ID: id, Type: t.name,
		Chrony: fmt.Sprintf("%d %s HEX:%s", id, t.chrony, digits),
		Ntp:    fmt.Sprintf("%d %s %s", id, t.ntp, digits),
	}
}

// text is a file of keys, in which ntp's line is a comment.
func (k symmetricKey) text(p screen.Style) string {
	return k.Chrony + "\n" + p.Say("# in ntp.keys: %s", k.Ntp) + "\n"
}
