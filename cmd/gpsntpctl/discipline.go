package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/internal/stdio"
)

// exitMalformed says that the input is not in the form that discipline takes
// (EX_DATAERR of sysexits.h).
const exitMalformed = 65

func newDiscipline(*flags) *cobra.Command {
	network := false
	c := &cobra.Command{
		Use:   "discipline",
		Short: "Discipline a clock by lines on standard input and output",
		Long: "Discipline drives the loop of gpsntpd without a receiver or a clock: each line of\n" +
			"input says what the pulse told at second K, each line of output what to do to the\n" +
			"clock. Offsets are clock − true; a K that is left out is a second without a pulse.\n\n" +
			"  in:  T <K> <valid 0|1> <offset_ns|nan> <temp_C|nan>\n" +
			"  out: A <freq_ppb> <slew_ns> <step_ns> <est_ns|nan> <bound_ns|nan> <state>\n\n" +
			"freq_ppb is in force from now on, slew_ns is added over the coming second, step_ns\n" +
			"at once; est_ns is the estimate before the step, bound_ns the greatest error after\n" +
			"it. Lines that begin with # are ignored.\n\n" +
			"With --network it hears servers instead of pulses, all in ns; t1, t4 and raw are of\n" +
			"the raw clock, t2 and t3 of the server's since the run began. X is not answered:\n\n" +
			"  in:  X <server> <t1> <t2> <t3> <t4> <root_delay> <root_disp> <stratum> <leap>\n" +
			"  in:  T <K> <raw> <local_minus_raw>\n" +
			"  out: as above, and [<poll_s>]\n\n" +
			"Exit status: 0 end of input, 65 malformed input. There is no JSON: the lines are\n" +
			"for programs as they are.",
		Example: "  echo \"T 0 1 250 nan\" | gpsntpctl discipline",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if network {
				return disciplinedByServers(c.InOrStdin(), c.OutOrStdout())
			}
			return disciplined(c.InOrStdin(), c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&network, "network", false, "hear servers instead of pulses")
	return c
}

// disciplined answers each line of in on w.
func disciplined(in io.Reader, w io.Writer) error {
	p := stdio.New()
	return answered(in, w, func(text string) (fmt.Stringer, error) {
		second, err := stdio.Parse(text)
		if err != nil {
			return nil, err
		}
		return p.Second(second)
	})
}

// disciplinedByServers answers each second of in on w.
func disciplinedByServers(in io.Reader, w io.Writer) error {
	n := stdio.NewNetwork()
	return answered(in, w, func(text string) (fmt.Stringer, error) {
		a, second, err := n.Line(text)
		if err != nil || !second {
			return nil, err
		}
		return a, nil
	})
}

// answered writes what answer says to each line of in that is no remark.
func answered(in io.Reader, w io.Writer, answer func(string) (fmt.Stringer, error)) error {
	lines := bufio.NewScanner(in)
	n := 1
	for ; lines.Scan(); n++ {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		a, err := answer(lines.Text())
		if err != nil {
			return malformed(n, err)
		}
		if a == nil {
			continue
		}
		if _, err := fmt.Fprintln(w, a); err != nil {
			return failure{1, err}
		}
	}
	if err := lines.Err(); err != nil {
		return malformed(n, err)
	}
	return nil
}

func malformed(line int, err error) error {
	return failure{exitMalformed, fmt.Errorf("line %d: %w", line, err)}
}
