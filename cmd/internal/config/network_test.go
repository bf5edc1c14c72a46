package config

import "testing"

func TestATimeServerIsANameAndOptionsBehindIt(t *testing.T) {
	for word, want := range map[string]string{
		"ntp1.lan":                          "ntp1.lan",
		"192.0.2.1:11123":                   "192.0.2.1:11123",
		"2001:db8::1":                       "[2001:db8::1]",
		"[fe80::1%eth0]:123":                "[fe80::1%eth0]:123",
		"_ntp._udp.example.net":             "_ntp._udp.example.net",
		"a.lan xleave poll=1s":              "a.lan poll=1s xleave",
		"a.lan sibling key=7 poll=16s-64s":  "a.lan poll=16s-1m4s key=7 sibling",
		"nts://time.example poll=64s-17m4s": "nts://time.example poll=1m4s-17m4s",
		"nts://time.example:4461":           "nts://time.example:4461",
		"":                                  "", "a b": "", "a poll=0s": "", "a poll=500ms": "", "a poll=64s-16s": "", "a poll=37h": "", "a poll=1": "", "a poll=": "",
		"a key=0": "", "a key=x": "", "a key=4294967296": "", "a:0": "", "a:65536": "", "a:x": "", "0.0.0.0": "", "::": "", "224.0.1.1": "", "ff02::101": "",
		"nts://a key=1": "", "nts://_ntp._udp.a": "", "http://a": "", "a/b": "", "nts://": "", "a Xleave": "", "a xleave=1": "",
	} {
		s, ok := ParseTimeServer(word)
		if got := s.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %t, want %q", word, got, ok, want)
		}
		if again, _ := ParseTimeServer(want); want != "" && again != s {
			t.Errorf("%q is read as %+v, and written as %q as %+v", word, s, want, again)
		}
	}
}
