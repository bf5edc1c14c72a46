// Command gpsntpctl looks after gpsntpd.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

// Exit statuses that every verb shares; a verb's own are beside the verb.
const (
	exitUsage       = 64 // EX_USAGE of sysexits.h
	exitNoInput     = 66 // EX_NOINPUT
	exitUnreachable = 69 // EX_UNAVAILABLE: the daemon does not answer
	exitConfig      = 78 // EX_CONFIG
)

// failure ends the program with a status of its own. Without an error nothing
// more is printed: the verb has said what there is to say.
type failure struct {
	status int
	err    error
}

func (f failure) Error() string {
	if f.err == nil {
		return ""
	}
	return f.err.Error()
}

// version is stamped by the Makefile.
var version = "dev"

// flags that every verb shares.
type flags struct {
	control string // path of the control socket; "" looks in the usual places
	json    bool
	lang    string // that the user asks for; "" is that of the environment
}

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return 0
	}
	var f failure
	if !errors.As(err, &f) {
		f = failure{exitUsage, err} // cobra's own complaints are about usage
	}
	if f.Error() != "" {
		fmt.Fprintln(os.Stderr, "gpsntpctl:", f.Error())
	}
	return f.status
}

func newRoot() *cobra.Command {
	var f flags
	root := &cobra.Command{
		Use:           "gpsntpctl",
		Short:         "Look after gpsntpd, the GPS-disciplined NTP server",
		Version:       version,
		SilenceErrors: true,

		PersistentPreRunE: f.begin,
		SilenceUsage:      true,
	}
	root.CompletionOptions.DisableDefaultCmd = true // ours is like the other verbs
	root.PersistentFlags().StringVar(&f.control, "control", "", "`PATH` of the daemon's control socket")
	root.PersistentFlags().BoolVar(&f.json, "json", false, "print JSON")
	f.speaks(root)
	arrange(root, &f)
	return root
}
