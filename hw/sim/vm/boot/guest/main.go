// Command guest is what runs inside the test of a booted system: the first process
// until the root file system is there, and then a service that does what an
// administrator would type and reports what came of it.
package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

func main() {
	if os.Getpid() == 1 {
		fmt.Println("guest:", start())
		unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	}
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "steps":
		err = steps()
	case len(os.Args) == 3 && os.Args[1] == "gap":
		err = gap(os.Args[2])
	default:
		err = fmt.Errorf("usage: guest steps|gap FILE")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "guest:", err)
		os.Exit(1)
	}
}
