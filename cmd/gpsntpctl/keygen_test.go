package main

import (
	"encoding/json"
	"strings"
	"testing"

	"gpsntpd/server/ntp"
)

func TestAGeneratedKeyIsReadInEachOfItsForms(t *testing.T) {
	for _, k := range keyTypes {
		text, err := verb("", "keygen", "--type", k.name, "--id", "4711")
		if err != nil {
			t.Fatal(err)
		}
		line, err := verb("", "keygen", "--type", k.name, "--id", "4711", "--json")
		if err != nil {
			t.Fatal(err)
		}
		var key symmetricKey
		if err := json.Unmarshal([]byte(line), &key); err != nil || key.ID != 4711 || key.Type != k.name {
			t.Fatalf("%s: %v", line, err)
		}
		for _, file := range []string{text, key.Chrony, key.Ntp} {
			keys, err := ntp.ParseKeys(file)
			if err != nil || len(keys) != 1 || keys[4711] == nil {
				t.Errorf("%s: %v, %v", file, keys, err)
			}
		}
		if strings.Contains(text, key.Chrony) {
			t.Errorf("%s was made twice", key.Chrony)
		}
	}
}

func TestKeygenRefusesWhatIsNoKey(t *testing.T) {
	for _, args := range [][]string{{"--type", "md5"}, {"--id", "0"}, {"--id", "-1"}, {"extra"}} {
		if out, err := verb("", append([]string{"keygen"}, args...)...); err == nil || out != "" {
			t.Errorf("%v: %q", args, out)
		}
	}
}
