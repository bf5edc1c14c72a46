package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/server/why"
)

// languageFlag adds --lang to a verb, which refuses another language than those.
func languageFlag(c *cobra.Command, p *string) {
	c.PreRunE = func(*cobra.Command, []string) error {
		switch *p {
		case "", string(why.English), string(why.Chinese):
			return nil
		}
		return fmt.Errorf("--lang: want en or zh; got %q", *p)
	}
	c.Flags().StringVar(p, "lang", "", "`LANGUAGE` of the answer: en or zh (default: that of LC_ALL, LC_MESSAGES or LANG)")
	offers(c, "lang", []string{string(why.English), string(why.Chinese)})
}

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
