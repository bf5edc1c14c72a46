package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// disk is where the root file system is. Sizes are in sectors of 512 bytes.
type disk struct {
	name      string // of the whole one, in /dev
	partition string
	number    int
	free      int64 // behind the partition
	unused    int64 // of the partition, behind the file system
}

// worthwhile is how much room is worth a change of the partition table: 8 MiB.
const worthwhile = 8 << 11

// rootDisk finds the disk that the root file system is on.
func rootDisk() (disk, error) {
	var s unix.Stat_t
	if err := unix.Stat("/", &s); err != nil {
		return disk{}, err
	}
	at, err := filepath.EvalSymlinks(fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(s.Dev), unix.Minor(s.Dev)))
	if err != nil {
		return disk{}, err
	}
	return diskAt(at, "/dev")
}

// diskAt reads the folder of a partition in sysfs, and the file system's size from the
// device.
func diskAt(at, dev string) (disk, error) {
	var number, start, size, whole int64
	for name, value := range map[string]*int64{"partition": &number, "start": &start, "size": &size, "../size": &whole} {
		text, err := os.ReadFile(filepath.Join(at, name))
		if err != nil {
			return disk{}, err
		}
		if *value, err = strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err != nil {
			return disk{}, err
		}
	}
	d := disk{
		name: filepath.Join(dev, filepath.Base(filepath.Dir(at))), partition: filepath.Join(dev, filepath.Base(at)),
		number: int(number), free: whole - start - size,
	}
	for _, other := range siblings(at) { // no partition may be in the way
		if other > start {
			d.free = 0
		}
	}
	used, err := ext4Sectors(d.partition)
	if err != nil {
		return disk{}, err
	}
	d.unused = size - used
	return d, nil
}

// siblings are the starts of all partitions of the disk that a partition is on.
func siblings(at string) []int64 {
	var starts []int64
	names, _ := filepath.Glob(filepath.Join(filepath.Dir(at), "*", "start")) // the pattern is right
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has just gone
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
			starts = append(starts, n)
		}
	}
	return starts
}

// ext4Sectors is the size that the superblock names (Linux,
// Documentation/filesystems/ext4/super.rst).
func ext4Sectors(device string) (int64, error) {
	f, err := os.Open(device)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var super [1024]byte
	if _, err := f.ReadAt(super[:], 1024); err != nil {
		return 0, fmt.Errorf("%s: %w", device, err)
	}
	if magic := binary.LittleEndian.Uint16(super[0x38:]); magic != 0xef53 {
		return 0, fmt.Errorf("%s is not ext4: magic %#x", device, magic)
	}
	blocks, log := int64(binary.LittleEndian.Uint32(super[4:])), binary.LittleEndian.Uint32(super[0x18:])
	if log > 6 { // blocks of 64 KiB are the largest
		return 0, fmt.Errorf("%s: block size 2^%d KiB", device, log)
	}
	return blocks << (log + 1), nil
}

// grows reports whether there is room to take.
func (d disk) grows() bool { return d.free >= worthwhile || d.unused >= worthwhile }

// grow takes it: each step may be the last before a power cut, and the next start goes on.
func (d disk) grow() error {
	if d.free >= worthwhile {
		number := strconv.Itoa(d.number)
		if err := command(", +\n", "sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", "-N", number, d.name); err != nil {
			return err
		}
		if err := command("", "partx", "--update", "--nr", number, d.name); err != nil {
			return err
		}
	}
	if !d.grows() {
		return nil
	}
	return command("", "resize2fs", d.partition)
}

// owner tells whose a folder is.
func owner(folder string) (user, group int, err error) {
	var s unix.Stat_t
	err = unix.Stat(folder, &s)
	return int(s.Uid), int(s.Gid), err
}
