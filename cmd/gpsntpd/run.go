package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

// collectAt has the garbage collector run while the heap is small: a few times a
// minute, and the memory of a board is worth more than that. With everything on it
// makes 9.9 MB of 12.5 (docs/decisions/0024).
const collectAt = 20 // per cent

// serve runs the daemon until ctx ends.
func serve(ctx context.Context, o options) error {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP) // before there is a task for them, they would end us
	defer signal.Stop(hangups)
	c, err := o.configuration()
	if err != nil {
		return errConfig{err}
	}
	debug.SetGCPercent(collectAt)
	if n := runtime.NumCPU(); n > 1 {
		runtime.GOMAXPROCS(n + 1) // one to spare: workers that are never without requests must not keep the loop waiting
	}
	a := &appliance{options: o, config: c, hangups: hangups}
	defer a.close()
	if err := a.open(); err != nil {
		return err
	}
	a.confine()
	a.printBanner(os.Stdout)
	err = together(ctx, a.tasks())
	a.save()
	return err
}
