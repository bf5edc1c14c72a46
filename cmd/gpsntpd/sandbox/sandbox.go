package sandbox

import (
	"errors"
	"os"

	"github.com/landlock-lsm/go-landlock/landlock"
	kernel "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// ErrNone says that the kernel has no Landlock, or that it is switched off.
var ErrNone = errors.New("this kernel has no Landlock")

// What each access is for the kernel.
const (
	read = kernel.AccessFSReadFile | kernel.AccessFSReadDir
	keep = read | kernel.AccessFSWriteFile | kernel.AccessFSTruncate | kernel.AccessFSMakeReg | kernel.AccessFSRemoveFile
)

var rights = map[Access]landlock.AccessFSSet{
	Read: read,
	Run:  read | kernel.AccessFSExecute,
	Use:  read | kernel.AccessFSWriteFile | kernel.AccessFSIoctlDev,
	Keep: keep,
	Write: keep | kernel.AccessFSMakeDir | kernel.AccessFSRemoveDir | kernel.AccessFSMakeSym |
		kernel.AccessFSMakeSock | kernel.AccessFSMakeFifo,
	Remove: kernel.AccessFSRemoveFile,
}

// onFiles are the rights that a file can have by itself.
const onFiles = kernel.AccessFSReadFile | kernel.AccessFSWriteFile | kernel.AccessFSTruncate |
	kernel.AccessFSExecute | kernel.AccessFSIoctlDev

// Version is that of the kernel's Landlock; 0 without it.
func Version() int {
	n, err := kernel.LandlockGetABIVersion()
	if err != nil {
		return 0
	}
	return n
}

// Confine confines this process, all its threads and all that they start, for ever. It
// returns the version of the kernel's Landlock; one before 5 cannot forbid everything
// that is forbidden: see decision 26. No one gains privileges by starting a program
// from then on.
func Confine(n Needs) (version int, err error) {
	if version = Version(); version == 0 {
		return 0, ErrNone
	}
	var rules []landlock.Rule
	for _, r := range n.Rules() {
		there, err := os.Stat(r.Path)
		if err != nil {
			continue // we could not open it now, either
		}
		access := rights[r.Access]
		if !there.IsDir() {
			access &= onFiles
		}
		rules = append(rules, landlock.PathAccess(access, r.Path).IgnoreIfMissing())
	}
	bind, connect, limited := n.Ports()
	if !limited {
		return version, landlock.V5.BestEffort().RestrictPaths(rules...)
	}
	for _, p := range bind {
		rules = append(rules, landlock.BindTCP(p))
	}
	for _, p := range connect {
		rules = append(rules, landlock.ConnectTCP(p))
	}
	return version, landlock.V5.BestEffort().Restrict(rules...)
}
