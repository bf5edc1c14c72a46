package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// card makes the folders of a disk of this many sectors in sysfs, with partitions of these
// starts and sizes, and a device of ext4 for the last.
func card(t *testing.T, whole int64, partitions [][2]int64, fs int64) (at, dev string) {
	t.Helper()
	sys, dev := filepath.Join(t.TempDir(), "mmcblk0"), t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(sys, "size"), fmt.Sprintln(whole))
	for i, p := range partitions {
		at = filepath.Join(sys, fmt.Sprintf("mmcblk0p%d", i+1))
		write(filepath.Join(at, "partition"), fmt.Sprintln(i+1))
		write(filepath.Join(at, "start"), fmt.Sprintln(p[0]))
		write(filepath.Join(at, "size"), fmt.Sprintln(p[1]))
	}
	super := make([]byte, 2048)
	binary.LittleEndian.PutUint32(super[1024+4:], uint32(fs/8))
	binary.LittleEndian.PutUint32(super[1024+0x18:], 2) // blocks of 4 KiB
	binary.LittleEndian.PutUint16(super[1024+0x38:], 0xef53)
	write(filepath.Join(dev, filepath.Base(at)), string(super))
	return at, dev
}

func TestTheRootTakesTheRoomThatThereIs(t *testing.T) {
	const mib = 2048
	three := [][2]int64{{4 * mib, 384 * mib}, {388 * mib, 64 * mib}, {452 * mib, 800 * mib}}
	for name, c := range map[string]struct {
		whole        int64
		partitions   [][2]int64
		fs           int64
		free, unused int64
		grows        bool
	}{
		"a larger card":                    {30000 * mib, three, 800 * mib, 28748 * mib, 0, true},
		"as the picture":                   {1252 * mib, three, 800 * mib, 0, 0, false},
		"a crumb":                          {1255 * mib, three, 800 * mib, 3 * mib, 0, false},
		"power cut after the table":        {1252 * mib, three, 400 * mib, 0, 400 * mib, true},
		"someone's partition is behind it": {30000 * mib, [][2]int64{{10000 * mib, mib}, {4 * mib, 800 * mib}}, 800 * mib, 0, 0, false},
	} {
		at, dev := card(t, c.whole, c.partitions, c.fs)
		d, err := diskAt(at, dev)
		if err != nil || d.free != c.free || d.unused != c.unused || d.grows() != c.grows || d.number != len(c.partitions) {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

func TestWhatIsNoExt4IsLeftAlone(t *testing.T) {
	at, dev := card(t, 100000, [][2]int64{{2048, 4096}}, 4096)
	device := filepath.Join(dev, "mmcblk0p1")
	for name, text := range map[string][]byte{"empty": nil, "zeroes": make([]byte, 4096)} {
		if err := os.WriteFile(device, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if d, err := diskAt(at, dev); err == nil || d.grows() {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}
