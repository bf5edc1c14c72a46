package main

import (
	"bytes"

	"github.com/spf13/cobra"
)

func newCompletion(*flags) *cobra.Command {
	shells := map[string]func(*cobra.Command, *bytes.Buffer) error{
		"bash": func(root *cobra.Command, b *bytes.Buffer) error { return root.GenBashCompletionV2(b, true) },
		"zsh":  func(root *cobra.Command, b *bytes.Buffer) error { return root.GenZshCompletion(b) },
		"fish": func(root *cobra.Command, b *bytes.Buffer) error { return root.GenFishCompletion(b, true) },
	}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "Print what makes a shell complete the words of gpsntpctl",
		Long: `Print the script that makes a shell complete the verbs and flags of gpsntpctl. make
install puts it where the shells look for it. There is no JSON: it
is the shell that reads it.

Exit status: 0 done.`,
		Example:   "  source <(gpsntpctl completion bash)\n  gpsntpctl completion fish > ~/.config/fish/completions/gpsntpctl.fish",
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"bash", "zsh", "fish"},
		RunE: func(c *cobra.Command, args []string) error {
			var b bytes.Buffer
			if err := shells[args[0]](c.Root(), &b); err != nil {
				return err
			}
			return write(c.OutOrStdout(), b.Bytes())
		},
	}
}

// offers has a shell complete a flag with these words, of which it takes one.
func offers(c *cobra.Command, flag string, words []string) {
	if err := c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // there is no such flag
	}
}
