// Package board tells which board this is, and what is known of boards of its
// kind.
package board

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Board is the board that the system runs on. The zero value is an unknown one.
type Board struct {
	Model      string   // for people, such as "Raspberry Pi 5 Model B Rev 1.0"; "" when nothing tells
	Compatible []string // what the device tree calls it, the most exact name first; none without a device tree
}

// Read asks the device tree, else the firmware's tables (DMI).
func Read() Board { return ReadBelow("/") }

// ReadBelow is Read below a root folder.
func ReadBelow(root string) Board {
	tree := func(name string) string { return text(filepath.Join(root, "proc/device-tree", name)) }
	if model := tree("model"); model != "" {
		return Board{Model: model, Compatible: slices.DeleteFunc(strings.Split(tree("compatible"), "\x00"), empty)}
	}
	dmi := func(name string) string { return text(filepath.Join(root, "sys/class/dmi/id", name)) }
	return Board{Model: strings.TrimSpace(dmi("sys_vendor") + " " + dmi("product_name"))}
}

// Is reports whether the device tree calls the board by that name.
func (b Board) Is(name string) bool { return slices.Contains(b.Compatible, name) }

// text is what a file of the kernel says, without the NUL or the line end that
// it ends with; "" when it cannot be read.
func text(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(b), "\x00\n ")
}

func empty(s string) bool { return s == "" }
