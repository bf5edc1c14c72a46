#!/bin/bash
# image.sh root|parts|boot SUITE DAEMON [DEB OLDER]
#
# root makes an image of Debian SUITE with the time daemon DAEMON, of Debian's
# packages alone, once; parts makes the disk with what is under test; boot runs the
# machine. Its kernel is the one that kit.sh has fetched for vmtest. Nothing is
# written outside $W, and the guest has no network.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
COMMAND=$1 SUITE=$2 DAEMON=$3
shift 3
W=${GPSNTPD_VM:-${XDG_CACHE_HOME:-$HOME/.cache}/gpsntpd-vm}
K=$W/amd64
V=$(cat "$K/kernel")
B=$W/boot/$SUITE-$DAEMON
PACKAGES=systemd,systemd-sysv,udev,dbus,kmod,procps,iproute2,tzdata,$DAEMON

root() {
	local wanted="$V $PACKAGES 1280M"
	if [ "$wanted" = "$(cat "$B.made" 2>/dev/null)" ]; then return; fi
	as_root rm -rf "$B" "$B.made"
	mkdir -p "$W/boot"
	as_root mmdebstrap --quiet --variant=apt --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --include="$PACKAGES" \
		--customize-hook="mkdir -p \"\$1/usr/lib/modules\" && cp -a '$K/lib/modules/$V' \"\$1/usr/lib/modules/\"" --customize-hook="chroot \"\$1\" depmod '$V'" \
		--customize-hook='echo guest >"$1/etc/hostname"; echo "127.0.0.1 localhost guest" >"$1/etc/hosts"; : >"$1/etc/machine-id"; rm -rf "$1"/var/lib/apt/lists/*' \
		"$SUITE" "$B" "$(mirror)"
	as_root bash -c "$(declare -f image); image '$B' '$B.ext4' 1280M"
	as_root rm -rf "$B"
	as_root chown "$EUID" "$B.ext4"
	echo "$wanted" >"$B.made"
}

# mirror is where this machine has its own Debian from.
mirror() {
	local ours
	ours=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/$') || true
	echo "${ours:-http://deb.debian.org/debian}"
}

# as_root is for what has owners.
as_root() {
	if ((EUID)); then sudo "$@"; else "$@"; fi
}

# image makes a file system with what is in the folder $1.
image() {
	rm -f "$2"
	mke2fs -q -t ext4 -L "$(basename "$2" .ext4 | tail -c 16)" -E root_owner=0:0,lazy_itable_init=1 -d "$1" "$2" "$3"
}

parts() {
	local parts=$B.parts module
	rm -rf "$parts" "$B.init"
	mkdir -p "$parts" "$B.init/modules"
	export CGO_ENABLED=0 GOARCH=amd64
	cd "$HERE/../../../.."
	go build -ldflags '-s -w' -o "$parts/guest" ./hw/sim/vm/boot/guest
	go build -ldflags '-s -w' -o "$parts/receiver" ./hw/sim/vm/guest
	cp "$K/simgps/simgps.ko" "$parts/"
	cp "$1" "$parts/gpsntpd.deb"
	cp "$2" "$parts/newer.deb"
	image "$parts" "$B.parts.ext4" 128M
	cp "$parts/guest" "$B.init/init"
	for module in virtio virtio_ring virtio_pci virtio_pci_legacy_dev virtio_pci_modern_dev virtio_console libnvdimm nd_btt nd_pmem nfit; do
		cp "$(find "$K/lib/modules/$V" -name "$module.ko")" "$B.init/modules/"
	done
	(cd "$B.init" && find . | cpio --quiet -o -H newc) | gzip -1 >"$B.init.gz"
}

# boot runs in virtual time, as kit.sh does: what the host is busy with does not
# show, and waiting takes no time. So the disks are memory, which takes none of the
# host's: to wait for those of the host is to be idle, and that is skipped. What is
# written there is gone at the end. What the guest reports goes to standard output, its
# console to standard error. It is the day after what is under test was made: a clock
# from before that is not believed. Serial ports 1 and 2 are joined by a cable.
boot() {
	local now
	now=$(date -ud "@$(($(git -C "$HERE" log -1 --format=%ct) + 86400))" +%Y-%m-%dT12:00:00)
	exec nice qemu-system-x86_64 -cpu qemu64,-rdrand -machine pc,nvdimm=on -m 512M,slots=2,maxmem=4G -smp 1 -nodefaults -no-user-config -display none \
		-icount shift=1,sleep=off -rtc "base=$now,clock=vm" \
		-kernel "$K/boot/vmlinuz-$V" -initrd "$B.init.gz" \
		-append "console=ttyS0 quiet panic=-1 random.trust_cpu=off tsc=reliable systemd.show_status=no -- $*" \
		-object "memory-backend-file,id=root,mem-path=$B.ext4,size=1280M,share=off" -device nvdimm,memdev=root \
		-object "memory-backend-file,id=parts,mem-path=$B.parts.ext4,size=128M,share=off" -device nvdimm,memdev=parts \
		-chardev file,id=console,path=/dev/fd/2 -device isa-serial,chardev=console \
		-chardev "socket,id=cable,path=$B.cable,server=on,wait=off" -device isa-serial,chardev=cable \
		-chardev "socket,id=end,path=$B.cable" -device isa-serial,chardev=end \
		-device virtio-serial -chardev file,id=report,path=/dev/fd/1 -device virtserialport,chardev=report,name=report </dev/null
}

"$COMMAND" "$@"
