package xdp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	_ "embed"
)

// object is answer.c, compiled: ELF for little endian.
//
//go:embed answer.o
var object []byte

// instruction is one of the kernel's struct bpf_insn.
type instruction struct {
	Code      uint8
	Registers uint8 // the lower half is where to, the upper where from
	Offset    int16
	Immediate int32
}

// The instruction that loads the address of a map, and what in the place of its
// source says that the number is that of a file.
const (
	loadWide = 0x18
	fromFile = 1 << 4
)

var errObject = errors.New("the program is damaged")

// section is an ELF section header, Elf64_Shdr.
type section struct {
	Name, Type                uint32
	Flags, Addr, Offset, Size uint64
	Link, Info                uint32
	Align, EntrySize          uint64
}

// symbol is an Elf64_Sym.
type symbol struct {
	Name        uint32
	Info, Other uint8
	Section     uint16
	Value, Size uint64
}

// relocation is an Elf64_Rel.
type relocation struct{ Offset, Info uint64 }

// instructionsOf returns the instructions in a section of an ELF object, with the
// files of the maps that they name.
func instructionsOf(object []byte, name string, files map[string]int) ([]instruction, error) {
	sections, err := sectionsOf(object)
	if err != nil {
		return nil, err
	}
	names := func(at uint32, s section) string {
		b := s.of(object)
		b, _, _ = bytes.Cut(b[min(uint64(at), uint64(len(b))):], []byte{0})
		return string(b)
	}
	byName := map[string]section{}
	for _, s := range sections {
		byName[names(s.Name, sections[nameSection(object)%len(sections)])] = s
	}
	code, symbols := byName[name], byName[".symtab"]
	instructions := make([]instruction, len(code.of(object))/8)
	if _, err := binary.Decode(code.of(object), binary.LittleEndian, instructions); err != nil || len(instructions) == 0 {
		return nil, errObject
	}
	for b := byName[".rel"+name].of(object); len(b) >= 16; b = b[16:] {
		var r relocation
		var s symbol
		_, err := binary.Decode(b, binary.LittleEndian, &r)
		n := r.Info >> 32 * 24
		if table := symbols.of(object); err != nil || n > uint64(len(table)) || r.Offset/8 >= uint64(len(instructions)) {
			return nil, errObject
		} else if _, err := binary.Decode(table[n:], binary.LittleEndian, &s); err != nil {
			return nil, errObject
		}
		file, ok := files[names(s.Name, byName[".strtab"])]
		i := &instructions[r.Offset/8]
		if !ok || i.Code != loadWide {
			return nil, fmt.Errorf("%w: it wants %q", errObject, names(s.Name, byName[".strtab"]))
		}
		i.Registers, i.Immediate = i.Registers&0xf|fromFile, int32(file)
	}
	return instructions, nil
}

// Where an ELF header tells of the section headers.
const (
	headersAt = 40
	countAt   = 60
	namesAt   = 62
	elfHeader = 64
)

func nameSection(object []byte) int { return int(binary.LittleEndian.Uint16(object[namesAt:])) }

func sectionsOf(object []byte) ([]section, error) {
	if len(object) < elfHeader || !bytes.HasPrefix(object, []byte("\x7fELF\x02\x01")) {
		return nil, errObject
	}
	begin := binary.LittleEndian.Uint64(object[headersAt:])
	all := make([]section, binary.LittleEndian.Uint16(object[countAt:]))
	if begin > uint64(len(object)) || len(all) == 0 {
		return nil, errObject
	}
	if _, err := binary.Decode(object[begin:], binary.LittleEndian, all); err != nil {
		return nil, errObject
	}
	return all, nil
}

// of returns the bytes of s, none when they are not there.
func (s section) of(object []byte) []byte {
	if end := s.Offset + s.Size; s.Offset <= end && end <= uint64(len(object)) {
		return object[s.Offset:end]
	}
	return nil
}
