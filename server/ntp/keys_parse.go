package ntp

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gpsntpd/server/cmac"
)

// Why a line of a file of keys is none. No error shows a part of the secret.
var (
	errColumns   = errors.New("expected a number, a type and a key")
	errNoType    = errors.New("the key has no type: write MD5 if that is what is meant")
	errAccess    = errors.New("a list of addresses behind the key is not supported")
	errNumber    = errors.New("the number is not from 1 to 4294967295")
	errTwice     = errors.New("the number is there already")
	errAlgorithm = errors.New("the type is none of AES128, AES256, SHA256, SHA1 and MD5")
	errHex       = errors.New("the key is no sequence of hexadecimal digits, two for each byte")
	errLength    = errors.New("the key does not have the length that its type needs: 16 bytes for AES128, 32 for AES256, 1 to 64 for others")
)

// A key of ntp that is longer than this is written in hexadecimal.
const longestPlain = 20

// algorithms are the types as files call them, in capitals and without hyphens,
// and the length of the secret in bytes where it is fixed.
var algorithms = map[string]struct {
	algorithm algorithm
	length    int
}{
	"AES": {aesCMAC, 16}, "AES128": {aesCMAC, 16}, "AES128CMAC": {aesCMAC, 16},
	"AES256": {aesCMAC, 32}, "AES256CMAC": {aesCMAC, 32},
	"SHA256": {digestSHA256, 0}, "SHA1": {digestSHA1, 0}, "MD5": {digestMD5, 0}, "M": {digestMD5, 0},
}

// ParseKeys reads a file of keys, one a line, as chrony and ntp have them: a
// number, a type, and the secret, which is hexadecimal behind HEX: and plain
// behind ASCII:. Without either it is plain up to 20 characters, and hexadecimal
// if it is longer and can be.
func ParseKeys(text string) (Keys, error) {
	keys := Keys{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		id, k, err := parseKey(line)
		switch {
		case err == nil && k == nil:
			continue
		case err == nil && keys[id] != nil:
			err = errTwice
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		keys[id] = k
	}
	return keys, nil
}

// parseKey reads one line; one without a key yields none.
func parseKey(line string) (uint32, *key, error) {
	words := strings.Fields(line)
	for i, w := range words {
		if w[0] == '#' || i == 0 && strings.ContainsRune("!;%", rune(w[0])) {
			words = words[:i]
			break
		}
	}
	switch n := len(words); {
	case n == 0:
		return 0, nil, nil
	case n == 2:
		return 0, nil, errNoType
	case n > 3:
		return 0, nil, errAccess
	case n != 3:
		return 0, nil, errColumns
	}
	id, err := strconv.ParseUint(words[0], 10, 32)
	if err != nil || id == 0 {
		return 0, nil, errNumber
	}
	k, err := newKey(words[1], words[2])
	return uint32(id), k, err
}

func newKey(name, word string) (*key, error) {
	kind, known := algorithms[strings.ReplaceAll(strings.ToUpper(name), "-", "")]
	if !known {
		return nil, errAlgorithm
	}
	secret, err := secretOf(word)
	switch {
	case err != nil:
		return nil, err
	case len(secret) == 0, len(secret) > maxSecret, kind.length != 0 && len(secret) != kind.length:
		return nil, errLength
	}
	k := &key{algorithm: kind.algorithm, secret: secret}
	if kind.algorithm == aesCMAC {
		k.cmac, err = cmac.New(secret)
	}
	return k, err
}

func secretOf(word string) ([]byte, error) {
	if plain, yes := strings.CutPrefix(word, "ASCII:"); yes {
		return []byte(plain), nil
	}
	digits, must := strings.CutPrefix(word, "HEX:")
	if b, err := hex.DecodeString(digits); err == nil && (must || len(word) > longestPlain) {
		return b, nil
	}
	if must {
		return nil, errHex
	}
	return []byte(word), nil
}
