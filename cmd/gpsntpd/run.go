package main

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// collectAt has the garbage collector run while the heap is small: a few times a
// minute, and the memory of a board is worth more than that.
const collectAt = 20 // per cent

// settled is how long after the start what only that needed is given back: a
// receiver and a pulse that are there have been found by then.
const settled = 10 * time.Second

// serve runs the daemon until ctx ends.
func serve(ctx context.Context, o options) error {
	c, err := o.settle()
	if err != nil {
		return errConfig{err}
	}
	debug.SetGCPercent(collectAt)
	if n := runtime.NumCPU(); n > 1 {
		runtime.GOMAXPROCS(n + 1) // one to spare, or workers that wait in the kernel are made to hand over theirs
	}
	a := &appliance{options: o, config: c}
	defer a.close()
	if err := a.open(); err != nil {
		return err
	}
	a.greet(os.Stdout)
	defer time.AfterFunc(settled, trim).Stop()
	err = together(ctx, a.tasks())
	a.save()
	return err
}
