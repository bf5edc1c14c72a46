package clock

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestTheKernelIsAskedForASlewInMicroseconds(t *testing.T) {
	for d, want := range map[time.Duration]int64{1500 * time.Nanosecond: 2, -250 * time.Millisecond: -250000, 0: 0} {
		if tx := slew(d); int64(tx.Offset) != want || tx.Modes != unix.ADJ_OFFSET_SINGLESHOT {
			t.Errorf("%v: %+v", d, tx)
		}
	}
}

func TestATestSetsNoClock(t *testing.T) {
	if err := (Once{}).Step(time.Hour); !errors.Is(err, ErrUnderTest) {
		t.Error(err)
	}
	if err := (Once{}).Slew(time.Millisecond); !errors.Is(err, ErrUnderTest) {
		t.Error(err)
	}
}
