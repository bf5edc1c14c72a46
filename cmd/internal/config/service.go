package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gpsntpd/server/notice"
	"gpsntpd/server/regular"
	"gpsntpd/server/why"
)

// Service is a file that names a service for alarms.
type Service struct {
	Format                       string // "mail", or one of notice.Formats
	URL, Secret, Token, Chat     string
	Server, User, Password, From string
	To                           []string
}

const formatMail = "mail"

// serviceKeys lists what such a file may set.
func serviceKeys(s *Service) []key {
	word := func(p *string, want string) value { return text(p, want, isPrintable) }
	return []key{
		{"format", "What the service is.", choice(&s.Format, append(notice.Formats(), formatMail)...)},
		{"url", "Where it takes notices; of Telegram where its bots are served.", text(&s.URL, "a URL such as https://example.net/hook", isWebhook)},
		{"secret", "What DingTalk and Feishu want requests to be signed with.", word(&s.Secret, "a secret without spaces")},
		{"token", "The token of a bot of Telegram.", text(&s.Token, "a token such as 123456:ABC", isToken)},
		{"chat-id", "The chat of Telegram: a number, or the @name of a channel.", word(&s.Chat, "a number or a name such as @channel")},
		{"server", "Where mail is taken.", text(&s.Server, "smtp://host:587, which turns to TLS where it can, or smtps://host:465", isMailServer)},
		{"user", "Who we are there.", text(&s.User, "a name", isLine)},
		{"password", "And that we are.", text(&s.Password, "a password", isLine)},
		{"from", "The address that mail comes from.", text(&s.From, "an address such as clock@example.net", isAddress)},
		{"to", "Those that it goes to.", list(&s.To, "an address such as ops@example.net", isAddress)},
	}
}

// needed are the keys without which a service is none, and those that it may have, too.
var needed = map[string]struct{ must, may []string }{
	"json":     {[]string{"url"}, nil},
	"dingtalk": {[]string{"url"}, []string{"secret"}},
	"wecom":    {[]string{"url"}, nil},
	"feishu":   {[]string{"url"}, []string{"secret"}},
	"slack":    {[]string{"url"}, nil},
	"telegram": {[]string{"token", "chat-id"}, []string{"url"}},
	formatMail: {[]string{"server", "from", "to"}, []string{"user", "password"}},
}

// ServiceName is what the service of the file at path is called: as the file is.
func ServiceName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// LoadService reads the file at path as a way to deliver in a language. Nothing of what
// stands in it is in the error.
func LoadService(path string, l why.Language) (notice.Way, error) {
	text, err := regular.Read(path, most)
	if err != nil {
		return nil, err
	}
	var s Service
	r := newReader(path, serviceKeys(&s))
	r.secret = true
	if err := errors.Join(r.read(text), s.complete()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if s.Format == formatMail {
		return notice.Mail{
			Name: ServiceName(path), Server: s.Server, User: s.User, Password: s.Password, From: s.From, To: s.To, Language: l,
		}, nil
	}
	secret := s.Secret
	if s.Token != "" {
		secret = s.Token
	}
	return notice.Webhook{Name: ServiceName(path), URL: s.URL, Format: s.Format, Secret: secret, Chat: s.Chat, Language: l}, nil
}

// Check reads the file at path, and the services that it names: those that this user may
// read. The error names all that is wrong, one line each.
func Check(path string) error {
	c, err := Load(path)
	errs := []error{err}
	for _, service := range c.Alarms.Services {
		if _, err := LoadService(service, why.English); !errors.Is(err, fs.ErrPermission) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// complete names the keys that are missing, and those that mean nothing there.
func (s *Service) complete() error {
	if s.Format == "" {
		return errors.New(`key "format" is missing`)
	}
	n := needed[s.Format]
	var errs []error
	for _, k := range serviceKeys(s) {
		given := k.text() != `""` && k.text() != "[]"
		switch {
		case k.name == "format":
		case !given && slices.Contains(n.must, k.name):
			errs = append(errs, fmt.Errorf("key %q is missing for %s", k.name, s.Format))
		case given && !slices.Contains(n.must, k.name) && !slices.Contains(n.may, k.name):
			errs = append(errs, fmt.Errorf("key %q means nothing for %s", k.name, s.Format))
		}
	}
	if (s.User == "") != (s.Password == "") {
		errs = append(errs, errors.New(`keys "user" and "password" go together`))
	}
	return errors.Join(errs...)
}

// Exposed reports whether everybody on this host may read the file at path.
func Exposed(path string) bool {
	const others = fs.FileMode(0o004)
	info, err := os.Stat(path)
	return err == nil && info.Mode()&others != 0
}

// isToken reports whether a word can stand in the path of a URL as it is.
func isToken(word string) bool { return isPrintable(word) && !strings.ContainsAny(word, "/?#%") }

// isLine reports whether a word is one line that is not empty.
func isLine(word string) bool { return word != "" && !hasZero(word) }

// isAddress reports whether a word is an address of mail and nothing else.
func isAddress(word string) bool {
	a, err := mail.ParseAddress(word)
	return isPrintable(word) && err == nil && a.Address == word
}

func isMailServer(word string) bool {
	u, err := url.Parse(word)
	return isPrintable(word) && err == nil && (u.Scheme == "smtp" || u.Scheme == "smtps") &&
		u.Hostname() != "" && u.User == nil && strings.TrimSuffix(u.Path, "/") == ""
}
