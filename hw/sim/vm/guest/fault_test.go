package main

import (
	"slices"
	"testing"
	"time"

	"gpsntpd/hw/sim"
)

func TestFaultsAreReadAndDoneInOrder(t *testing.T) {
	var faults []fault
	for _, text := range []string{"stop@120s+30s", "step@125s:-300ms", "wrong_date@5s+10s:24h", "set@0s:pps_on=0", "frequency@130s:50ppm"} {
		f, err := parseFault(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		faults = append(faults, f)
	}
	if f := faults[1]; f.by != -300*time.Millisecond {
		t.Errorf("step by %v", f.by)
	}
	if f := faults[2]; f.receiver != sim.WrongDate || f.lasts != 10*time.Second || f.by != 24*time.Hour {
		t.Errorf("wrong date: %+v", f)
	}
	var got []string
	for _, d := range deeds(faults) {
		got = append(got, d.at.String()+" "+d.text)
	}
	want := []string{
		"0s set@0s:pps_on=0", "5s wrong_date@5s+10s:24h", "15s end of wrong_date@5s+10s:24h", "2m0s stop@120s+30s",
		"2m5s step@125s:-300ms", "2m10s frequency@130s:50ppm", "2m30s end of stop@120s+30s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAFaultThatMakesNoSenseIsRefused(t *testing.T) {
	for _, text := range []string{"step", "step@soon:1s", "stop@1s+x", "step@1s:far", "frequency@1s:50ns"} {
		if _, err := parseFault(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
