// Command release adds to a folder with packages what belongs beside them: a list of
// all parts (SBOM), sums, and the files by which apt knows the folder as a repository.
// The same packages and the same date give the same bytes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

const usage = `usage: release parts -version V -date SECONDS FOLDER PROGRAM...
       release repository -date SECONDS FOLDER
       release sums FOLDER`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return errors.New(usage)
	}
	fs := flag.NewFlagSet(args[0], flag.ContinueOnError)
	version := fs.String("version", "", "")
	seconds := fs.Int64("date", 0, "")
	if err := fs.Parse(args[1:]); err != nil {
		return err
	}
	date := time.Unix(*seconds, 0).UTC()
	folder, rest := fs.Arg(0), max(fs.NArg()-1, 0)
	switch {
	case args[0] == "parts" && rest > 0:
		return writeParts(folder, *version, date, fs.Args()[1:])
	case args[0] == "repository" && rest == 0:
		return writeRepository(folder, date)
	case args[0] == "sums" && rest == 0:
		return writeSums(folder)
	}
	return errors.New(usage)
}
