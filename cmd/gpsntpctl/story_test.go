package main

import (
	"testing"
	"time"

	"gpsntpd/cmd/internal/story"
	"gpsntpd/discipline"
)

func TestNoTwoScreensContradictEachOtherAtAnyMomentOfAStory(t *testing.T) {
	s, err := story.New()
	if err != nil {
		t.Fatal(err)
	}
	socket := serve(t, s)
	at, met := time.Duration(0), map[string]int{}
	all := story.Moments()
	if len(all) < 200 {
		t.Fatalf("%d moments", len(all))
	}
	for _, next := range all {
		s.Play(next - at)
		at = next
		v := look(t, s, socket)
		met[v.status.State]++
		for _, c := range contradictions(v) {
			t.Errorf("%v, %s: %s", at, v.status.State, c)
		}
	}
	for state := discipline.Starting; state <= discipline.Unsynchronized; state++ {
		if met[state.String()] == 0 {
			t.Errorf("the story has no %s: %v", state, met)
		}
	}
}
