package main

import (
	"context"
	"errors"
	"fmt"
)

// task is something that runs until its context ends.
type task struct {
	name string
	run  func(context.Context) error
}

// together runs all tasks until ctx ends or one of them fails, and returns
// when all have returned.
func together(ctx context.Context, tasks []task) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	ended := make(chan error)
	for _, t := range tasks {
		go func() {
			err := t.run(ctx)
			if err != nil {
				err = fmt.Errorf("%s: %w", t.name, err)
			}
			ended <- err
		}()
	}
	var failures []error
	for range tasks {
		failures = append(failures, <-ended)
		end() // none of them ends before it is told to, unless it failed
	}
	return errors.Join(failures...)
}
