package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gpsntpd/server/notice"
	"gpsntpd/server/why"
)

// serviceFile writes a file of a service.
func serviceFile(t *testing.T, name, text string) (path string) {
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAServiceIsWhatItsFileSaysAndCalledAsThatIs(t *testing.T) {
	for text, want := range map[string]notice.Way{
		"format = \"dingtalk\"\nurl = \"https://oapi.dingtalk.com/robot/send?access_token=1\"\nsecret = \"SEC1\"": notice.Webhook{
			URL: "https://oapi.dingtalk.com/robot/send?access_token=1", Format: "dingtalk", Secret: "SEC1"},
		"format = \"telegram\"\ntoken = \"12:AB\"\nchat-id = -100200": notice.Webhook{Format: "telegram", Secret: "12:AB", Chat: "-100200"},
		"format = \"json\"\nurl = \"http://example.net/\"":            notice.Webhook{URL: "http://example.net/", Format: "json"},
		`format = "mail"
server = "smtps://mail.example"
user = "me"
password = "two words"
from = "clock@example.net"
to = "ops@example.net"`: notice.Mail{Server: "smtps://mail.example", User: "me", Password: "two words", From: "clock@example.net", To: []string{"ops@example.net"}},
	} {
		got, err := LoadService(serviceFile(t, "ops-night.toml", text), why.Chinese)
		switch w := want.(type) {
		case notice.Webhook:
			w.Name, w.Language = "ops-night", why.Chinese
			want = w
		case notice.Mail:
			w.Name, w.Language = "ops-night", why.Chinese
			want = w
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestWhatIsWrongWithAServiceIsSaidWithoutItsSecrets(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     `key "format" is missing`,
		"format = \"s3cret\"":                  `:1: key "format": want "dingtalk"`,
		"format = \"wecom\"":                   `key "url" is missing for wecom`,
		"format = \"slack\"\nurl = \"s3cret\"": `:2: key "url": want a URL`,
		"format = \"slack\"\nurl = \"https://a/s3cret\"\nsecret = \"s3cret\"":                           `key "secret" means nothing for slack`,
		"format = \"telegram\"\nurl = \"https://a/s3cret\"":                                             `key "token" is missing for telegram`,
		"format = \"telegram\"\ntoken = \"s3cret/..\"\nchat-id = 1":                                     `:2: key "token": want a token`,
		"format = \"mail\"\nserver = \"mail.s3cret\"":                                                   `:2: key "server": want smtp://`,
		"format = \"mail\"\nserver = \"smtp://a\"\nfrom = \"Me <a@b>\"":                                 `:3: key "from": want an address`,
		"format = \"mail\"\nserver = \"smtp://a\"\nfrom = \"a@b\"\nto = \"a@b\"\npassword = \"s3cret\"": `"user" and "password" go together`,
		"format = \"mail\"\npasword = \"s3cret\"":                                                       `:2: key "pasword": no such key; did you mean "password"?`,
		"format = \"slack\"\nurl = s3cret":                                                              ":2: ",
		"format = \"slack\"\n[s3cret]":                                                                  "no such section",
	} {
		_, err := LoadService(serviceFile(t, "ops.toml", text), why.English)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") && !strings.Contains(text, "[s3cret]") {
			t.Errorf("%s:\n%v, want %s", text, err, want)
		}
	}
}

func TestACheckReadsTheServicesThatItMayRead(t *testing.T) {
	good, bad := serviceFile(t, "a.toml", "format = \"slack\"\nurl = \"https://a/b\""), serviceFile(t, "b.toml", "format = \"slack\"")
	for services, want := range map[string]string{good: "", bad: `b.toml: key "url" is missing for slack`, "/nonexistent": "no such file"} {
		err := Check(serviceFile(t, "g.toml", fmt.Sprintf("[alarms]\nservices = %q\n", services)))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", services, err)
		}
	}
}

func TestAFileThatAnybodyReadsIsExposed(t *testing.T) {
	path := serviceFile(t, "ops.toml", "")
	for mode, want := range map[os.FileMode]bool{0o600: false, 0o640: false, 0o644: true, 0o604: true} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if Exposed(path) != want {
			t.Errorf("%o: %v", mode, !want)
		}
	}
}

func TestEveryFormatHasAFileThatNamesIt(t *testing.T) {
	for _, format := range append(notice.Formats(), formatMail) {
		if _, ok := needed[format]; !ok {
			t.Error(format)
		}
	}
}
