package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/control"
)

func newConfig(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Show the configuration, or check a file",
		Long: `Show the configuration, or check a file.
Exit status: that of the verb, 64 without one.`,
		Example: "  gpsntpctl config show\n  gpsntpctl config check new.toml",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return errors.New("config: want show or check") },
	}
	c.AddCommand(newConfigShow(f), newConfigCheck(f))
	return c
}

func newConfigShow(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "show [FILE]",
		Short: "Show the whole configuration, defaults included",
		Long: `Show the whole configuration, defaults included, as a file that gpsntpd reads: that
of the running gpsntpd, or what FILE amounts to. A key that is not as by default
says what that is. JSON is a line for each key.

Exit status: 0 here it is, 69 gpsntpd does not answer, 78 FILE is wrong or cannot
be read.`,
		Example: "  gpsntpctl config show\n  gpsntpctl config show /etc/gpsntpd/gpsntpd.toml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			settings, err := f.settings(c, files)
			if err != nil {
				return err
			}
			if f.json {
				return writeLines(c.OutOrStdout(), settings)
			}
			return write(c.OutOrStdout(), []byte(settingsText(settings, f.style(c))))
		},
	}
}

// settings are those of a file or of the running daemon.
func (f *flags) settings(c *cobra.Command, files []string) (control.Settings, error) {
	if len(files) == 0 {
		a, err := control.Environ().Client(f.control).Settings(c.Context())
		if err != nil {
			return nil, f.unreachable(c.Context(), err)
		}
		return a.Value, nil
	}
	read, err := config.Load(files[0])
	if err != nil {
		return nil, failure{exitConfig, err}
	}
	return read.Settings(), nil
}

// settingsText is a file of the configuration.
func settingsText(all control.Settings, p screen.Style) string {
	var b strings.Builder
	section := ""
	for _, s := range all {
		in, name := control.Place(s.Key)
		if in != section {
			section = in
			fmt.Fprintf(&b, "\n[%s]\n", section)
		}
		comment := config.DocIn(p.Language, s.Key, s.Doc)
		if string(s.Value) != string(s.Default) {
			comment += p.Say(" Default: %s", strings.Join(inTOML("", s.Default), " "))
		}
		for _, line := range screen.Wrap(comment, screen.Columns-2) {
			fmt.Fprintf(&b, "# %s\n", line)
		}
		for _, line := range inTOML(name+" = ", s.Value) {
			b.WriteString(line + "\n")
		}
	}
	return strings.TrimPrefix(b.String(), "\n")
}

// inTOML writes a value of JSON behind a prefix: a list of several lines where
// one is too short. All else is the same in both.
func inTOML(prefix string, value json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil {
		return []string{prefix + string(value)}
	}
	words := make([]string, len(list))
	for i, word := range list {
		words[i] = string(word)
	}
	if line := prefix + "[" + strings.Join(words, ", ") + "]"; len(line) <= screen.Columns {
		return []string{line}
	}
	lines := []string{prefix + "["}
	for _, line := range screen.Wrap(strings.Join(words, ", ")+",", screen.Columns-2) {
		lines = append(lines, "  "+line)
	}
	return append(lines, "]")
}

// checked is config check --json.
type checked struct {
	File   string   `json:"file"`
	Good   bool     `json:"good"`
	Errors []string `json:"errors"` // each with its file and line, where it has one
}

func newConfigCheck(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE]",
		Short: "Check a configuration file, as gpsntpd --check does",
		Long: `Check a configuration file and say all that is wrong with it, each with its line, as
gpsntpd --check does. Without FILE it is ` + config.Path + `.

Exit status: 0 nothing is wrong, 78 something is, or the file cannot be read.`,
		Example: "  gpsntpctl config check\n  gpsntpctl config check new.toml && sudo systemctl reload gpsntpd",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			result := checked{File: config.Path, Good: true, Errors: []string{}}
			if len(files) > 0 {
				result.File = files[0]
			}
			err := config.Check(result.File)
			if err != nil {
				result.Good, result.Errors = false, strings.Split(err.Error(), "\n")
				err = failure{exitConfig, err}
			}
			if f.json {
				if err != nil {
					err = failure{status: exitConfig} // the line says why
				}
				return errors.Join(writeLines(c.OutOrStdout(), []checked{result}), err)
			}
			if err != nil {
				return err
			}
			return write(c.OutOrStdout(), []byte(f.style(c).Say("%s: ok", result.File)+"\n"))
		},
	}
}
