package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"gpsntpd/cmd/internal/network"
	"gpsntpd/server/ke"
	"gpsntpd/server/udp"
	"gpsntpd/server/xdp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patient is a task that does as it is told.
func patient(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

func TestAllTasksEndTogether(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	began := make(chan bool)
	ended := make(chan error)
	reporting := func(ctx context.Context) error { began <- true; return patient(ctx) }
	go func() { ended <- together(ctx, []task{{"one", reporting}, {"two", reporting}}) }()
	<-began
	<-began
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestATaskThatFailsEndsTheOthersAndIsNamed(t *testing.T) {
	failed := errors.New("no such device")
	err := together(t.Context(), []task{
		{"loop", patient},
		{"receiver", func(context.Context) error { return failed }},
		{"ntp", func(ctx context.Context) error { return errors.Join(patient(ctx), errors.New("late")) }},
	})
	if !errors.Is(err, failed) || !strings.HasPrefix(err.Error(), "receiver: no such device\n") || !strings.Contains(err.Error(), "ntp: late") {
		t.Error(err)
	}
}

func TestWhatHasNothingToDoIsNoTask(t *testing.T) {
	for name, all := range map[string][]task{
		"a key exchange without an address": (&ntsService{exchange: &ke.Server{}}).tasks(),
		"a fast path that is not loaded":    (answering{Server: &udp.Server{}, kernel: &xdp.Server{}}).tasks()[1:],
		"a fast path that is off":           (answering{Server: &udp.Server{}}).tasks()[1:],
		"cookies of no server":              (&cookieFile{path: "cookies"}).tasks(),
		"cookies without a folder":          (&cookieFile{servers: map[string]*network.NTS{"": nil}}).tasks(),
		"a position without a folder":       positionFile{}.tasks(),
		"a state without a folder":          stateFile{}.tasks(nil),
	} {
		if len(all) != 0 {
			t.Errorf("%s: %d tasks", name, len(all))
		}
	}
	if len((&cookieFile{path: "cookies", servers: map[string]*network.NTS{"": nil}}).tasks()) != 1 ||
		len(positionFile{path: "position"}.tasks()) != 1 || len(stateFile{path: "state"}.tasks(nil)) != 1 {
		t.Error("with something to do there is none, either")
	}
}

func TestAQuestionWaitsForTheLoopNoLongerThanItsAsker(t *testing.T) {
	commands := make(chan func())
	ctx, end := context.WithCancel(t.Context())
	taken := make(chan func())
	go func() {
		f := <-commands
		end() // the asker gives up before the loop comes to the question
		taken <- f
	}()
	question := func() int { return 7 }
	if n, err := ask(ctx, commands, question); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d, %v", n, err)
	}
	(<-taken)() // and the loop is not held up by it
	if n, err := ask(ctx, commands, question); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("no one takes the question: %d, %v", n, err)
	}
	go func() { (<-commands)() }()
	if n, err := ask(t.Context(), commands, question); n != 7 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
