package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
	"gpsntpd/server/human"
	"gpsntpd/server/why"
)

// speaks adds --lang to all verbs, which refuse another language than those.
func (f *flags) speaks(root *cobra.Command) {
	root.PersistentFlags().StringVar(&f.lang, "lang", "", "`LANGUAGE` of the screens: en or zh (default: that of LC_ALL, LC_MESSAGES or LANG)")
	offers(root, "lang", []string{string(why.English), string(why.Chinese)})
}

// begin is what every verb begins with.
func (f *flags) begin(c *cobra.Command, _ []string) error {
	switch f.lang {
	case "", string(why.English), string(why.Chinese):
	default:
		return fmt.Errorf("--lang: want en or zh; got %q", f.lang)
	}
	f.plainly(c)
	return nil
}

// language is that of the screens.
func (f *flags) language() why.Language { return spoken(f.lang) }

// spoken is the language that flag asks for, else that of the environment, if
// the terminal can show it.
func spoken(flag string) why.Language {
	if flag == "" && unicode() {
		flag = cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	}
	if strings.HasPrefix(strings.ToLower(flag), string(why.Chinese)) {
		return why.Chinese
	}
	return why.English
}

// say is form in the language of p, with args as fmt.Sprintf puts them in.
func (p style) say(form string, args ...any) string {
	if p.language == why.Chinese {
		if other, ok := chinese[form]; ok {
			form = other
		}
	}
	if len(args) == 0 {
		return form
	}
	return fmt.Sprintf(form, args...)
}

// word is an enumerated word in the language of p; one that nobody knows, as of a newer
// daemon, is as it is.
func (p style) word(enumerated string) string {
	if p.language == why.Chinese {
		return cmp.Or(chineseWords[enumerated], enumerated)
	}
	return enumerated
}

// duration is d in the language of p.
func (p style) duration(d time.Duration) string { return p.language.Duration(d) }

// ago says how long ago something was, in seconds.
func (p style) ago(v float64) string { return p.say("%s ago", p.duration(seconds(v))) }

// utc is a moment in UTC.
func utc(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }

// list joins what is known.
func (p style) list(parts ...string) string {
	text := list(parts...)
	if p.language == why.Chinese {
		return strings.ReplaceAll(text, ", ", "，")
	}
	return text
}

// comma stands between words that are listed.
func (p style) comma() string {
	if p.language == why.Chinese {
		return "、"
	}
	return ", "
}

// statusIn asks for the condition of the daemon, with its sentence in a language. JSON
// is as it is.
func statusIn(ctx context.Context, c *control.Client, l why.Language) (control.Answer[control.Status], error) {
	a, err := c.Status(ctx)
	if err != nil || l != why.Chinese {
		return a, err
	}
	w, err := c.Why(ctx, string(l))
	if err == nil {
		a.Value.Sentence = cmp.Or(w.Value.Brief, a.Value.Sentence) // an older daemon has none
	}
	return a, err
}

// moment is t as it is said near now.
func moment(t, now time.Time) string { return human.Moment(t, now) + " UTC" }
