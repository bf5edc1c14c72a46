#!/bin/bash
# make.sh DEB CARD DATE OUT      gpsntpd's package for arm64, the program that reads the card,
#                                the date of both in seconds, and the picture that is made
#
# Makes the picture of an SD card for 64-bit Raspberry Pis: a boot partition, one for what
# gpsntpd keeps, and Debian's root file system, of Debian's own packages. Their maintainer
# scripts are run by qemu-user under proot, in a chroot: no kernel with binfmt_misc is needed,
# and no root, but user namespaces. All times and numbers follow from the date.
# Nothing is written outside OUT and $W.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
if [ "$1" != inside ]; then
	rights=(--user --map-root-user --map-auto)
	if ((EUID == 0)); then rights=(); fi
	exec unshare "${rights[@]}" --mount --pid --fork "$0" inside "$(realpath "$1")" "$(realpath "$2")" "$3" "$(realpath "$4")"
fi
DEB=$2 CARD=$3 DATE=$4 OUT=$5
export LC_ALL=C.UTF-8 TZ=UTC PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true
umask 022
SUITE=trixie              # the first whose kernel has pps-gpio as a module
SUITE_DATE=1754697600     # its day: what configuring Debian's packages leaves has this date
W=${GPSNTPD_IMAGE:-${XDG_CACHE_HOME:-$HOME/.cache}/gpsntpd-image}
R=$W/root
BOOT=384 STATE=64 ROOM=256 # MiB: two partitions, and what is left free in the third
PACKAGES='?essential apt systemd systemd-sysv systemd-resolved libnss-systemd udev dbus kmod procps iproute2 iputils-ping
	netbase tzdata sudo openssh-server nano e2fsprogs dosfstools fdisk initramfs-tools zstd linux-image-arm64 raspi-firmware'

# apt with a state of its own, for another processor.
apt() { APT_CONFIG=$W/apt/apt.conf apt-get "$@"; }

fetch() {
	local mirror keys=/usr/share/keyrings/debian-archive-keyring.gpg
	mkdir -p "$W"/apt/{state/lists/partial,cache/archives/partial,none/partial}
	: >"$W/apt/status"
	cat >"$W/apt/apt.conf" <<-END
		APT::Architecture "arm64"; APT::Architectures { "arm64"; }; APT::Install-Recommends "false";
		APT::Sandbox::User "root"; Acquire::Languages "none"; Debug::NoLocking "true";
		Dir::State "$W/apt/state"; Dir::State::status "$W/apt/status"; Dir::Cache "$W/apt/cache";
		Dir::Etc::sourcelist "$W/apt/sources.list"; Dir::Etc::sourceparts "/dev/null";
	END
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/$') || true
	mirror=${mirror:-http://deb.debian.org/debian/}
	cat >"$W/apt/sources.list" <<-END
		deb [signed-by=$keys] $mirror $SUITE main non-free-firmware
		deb [signed-by=$keys] $mirror $SUITE-updates main non-free-firmware
		deb [signed-by=$keys] ${mirror%/}-security/ $SUITE-security main non-free-firmware
	END
	apt -qq update
	# shellcheck disable=SC2086
	{
		apt -qq -y --print-uris -o Dir::Cache::archives="$W/apt/none" install $PACKAGES | sed 's/^[^ ]* \([^ ]*\) .*/\1/' | sort >"$W/wanted"
		apt -qq -y --download-only install $PACKAGES >"$W/fetch.log"
	}
}

# base makes Debian's part, once for each set of its packages.
base() {
	local key deb
	key=$(cat "$W/wanted" "$HERE/make.sh" <(cd "$HERE" && tar -c --sort=name --mtime=@0 root) | sha256sum)
	if [ "$key" != "$(cat "$W/base.made" 2>/dev/null)" ]; then
		rm -rf "$R" "$W/base" "$W/base.made" "$W/debs" && mkdir -p "$R" "$W/debs"
		touch "$W/began"
		while read -r deb; do # not compressed: an emulated processor would take long to read it
			rm -rf "$W/deb"
			dpkg-deb -R "$W/apt/cache/archives/$deb" "$W/deb"
			dpkg-deb -Znone --root-owner-group -b "$W/deb" "$W/debs/$deb" >/dev/null
			case $deb in
			linux-image-* | raspi-firmware_*) ;;
			*) dpkg-deb -x "$W/debs/$deb" "$R" ;; # so that its programs can run
			esac
		done <"$W/wanted"
		rm -rf "$W/deb"
		emulate
		SOURCE_DATE_EPOCH=$SUITE_DATE configure
		umount -R "$R/mnt" "$R/dev" "$R/proc"
		find "$R" -xdev -newer "$W/began" -exec touch -h -d "@$SUITE_DATE" {} +
		mv "$R" "$W/base"
		rm -rf "$W/debs"
		echo "$key" >"$W/base.made"
	fi
	rm -rf "$R"
	cp -a "$W/base" "$R"
}

# emulate makes the root file system one that programs of arm64 run in. The tools are in
# /mnt, which is empty otherwise.
emulate() {
	local library
	mkdir -p "$R/mnt" && mount -t tmpfs tmpfs "$R/mnt"
	mkdir "$R/mnt/debs" "$R/mnt/root" "$R/mnt/out"
	cp "$(command -v proot)" "$(command -v qemu-aarch64-static)" "$R/mnt/"
	for library in $(ldd "$(command -v proot)" | grep -o '/[^ ]*'); do cp "$library" "$R/mnt/"; done
	mount --rbind /dev "$R/dev"
	mount --make-rslave "$R/dev"
	mount -t proc proc "$R/proc"
}

# inside runs a command as that processor would. proot 5.1 leaves the paths of statx as they
# are, which is right here for all that begin with /: the root is the same.
inside() {
	PROOT_TMP_DIR=/mnt chroot "$R" /mnt/ld-linux-x86-64.so.2 --library-path /mnt /mnt/proot \
		-q /mnt/qemu-aarch64-static -r / -w / "$@" </dev/null
}

# configure installs the packages, in the order that debootstrap has found to work.
configure() {
	mkdir -p "$R"/var/lib/dpkg/{info,updates} "$R/boot/firmware"
	touch "$R/var/lib/dpkg/status"
	printf '#!/bin/sh\nexit 101\n' >"$R/usr/sbin/policy-rc.d" # nothing is started
	chmod +x "$R/usr/sbin/policy-rc.d"
	cp -r "$HERE/root/." "$R/"
	mount --bind "$W/debs" "$R/mnt/debs"
	# systemd-tmpfiles ends proot; the first start of a board runs it.
	# shellcheck disable=SC2016
	inside /bin/sh -ec 'cd /mnt/debs
		dpkg="dpkg --force-confold --force-unsafe-io"
		for p in base-passwd base-files libc6 libcrypt1 dpkg perl-base mawk debconf; do
			$dpkg --force-depends -i "$p"_*.deb
		done
		$dpkg --force-depends --unpack $(printf "%s\n" *.deb | grep -v -e ^linux-image -e ^raspi-firmware)
		mv /usr/bin/systemd-tmpfiles /usr/bin/systemd-tmpfiles.kept
		ln -s true /usr/bin/systemd-tmpfiles
		$dpkg --configure -a || $dpkg --configure -a # ucf fails the first time, see inside
		$dpkg --unpack linux-image-*.deb raspi-firmware_*.deb
		$dpkg --no-triggers --configure -a # which makes the initramfs; its trigger would make it again
		mv /usr/sbin/update-initramfs /usr/sbin/update-initramfs.kept
		ln -s ../bin/true /usr/sbin/update-initramfs
		$dpkg --triggers-only -a
		mv -f /usr/sbin/update-initramfs.kept /usr/sbin/update-initramfs
		systemctl enable systemd-networkd
		systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
		mv -f /usr/bin/systemd-tmpfiles.kept /usr/bin/systemd-tmpfiles'
}

# ours adds what is not Debian's: the package, the program that reads the card, and overlays
# for the device trees of Debian's kernel (those of Raspberry Pi's firmware are for another).
ours() {
	local overlay overlays=$R/usr/lib/raspi-firmware/overlays
	cp "$DEB" "$R/mnt/debs/gpsntpd.deb"
	inside /bin/sh -ec 'mv /usr/bin/systemd-tmpfiles /usr/bin/systemd-tmpfiles.kept
		ln -s true /usr/bin/systemd-tmpfiles
		dpkg --force-unsafe-io -i /mnt/debs/gpsntpd.deb
		mv -f /usr/bin/systemd-tmpfiles.kept /usr/bin/systemd-tmpfiles
		useradd --create-home --shell /bin/bash --groups sudo,dialout,_gpsntp admin
		systemctl enable gpsntpd gpsntpd-wait gpsntpd-card'
	mkdir -p "$R/var/lib/gpsntpd" "$R/etc/gpsntpd"
	install "$CARD" "$R/usr/lib/gpsntpd/card"
	for overlay in "$HERE"/overlays/*.dts; do
		dtc -q -@ -I dts -O dtb -o "$overlays/$(basename "$overlay" .dts).dtbo" "$overlay"
	done
	cp "$overlays"/*.dtbo "$R/boot/firmware/overlays/"
	cp "$HERE"/boot/* "$R/boot/firmware/"
}

# clean leaves nothing that two hosts may not share, nor what differs from one making to
# the next.
clean() {
	(cd "$R" && rm -rf host-rootfs usr/sbin/policy-rc.d etc/ssh/ssh_host_* etc/*- var/lib/dbus/machine-id var/lib/dpkg/*-old \
		var/cache/{ldconfig,apt,debconf}/* var/lib/systemd/* var/lib/gpsntpd/* var/{log,tmp}/* tmp/* run/* root/.cache)
	: >"$R/etc/machine-id"
	ln -s /etc/machine-id "$R/var/lib/dbus/machine-id"
	find "$R" -xdev -newer "$W/began" -exec touch -h -d "@$DATE" {} +
}

# id is one that is always the same for a name and the date.
id() {
	local sum
	sum=$(echo "$1 $DATE" | sha256sum)
	echo "${sum:0:8}-${sum:8:4}-4${sum:13:3}-8${sum:17:3}-${sum:20:12}"
}

# fat makes the boot partition of what is in the folder $1, in the order of names.
fat() {
	local name
	rm -f "$2" && truncate -s "${BOOT}M" "$2"
	mkfs.vfat -F 32 -n GPSNTPD --invariant "$2" >/dev/null
	(cd "$1" && find . -mindepth 1 -exec touch -d "@$DATE" {} + && find . -mindepth 1 -type d -printf '%P\n' | LC_ALL=C sort | while read -r name; do mmd -i "$2" "::$name"; done &&
		find . -type f -printf '%P\n' | LC_ALL=C sort | while read -r name; do mcopy -m -i "$2" "$name" "::$name"; done)
}

# ext4 makes a file system with label $1 and $2 MiB of the folder $3 of the root, by the
# root's own e2fsprogs: before 1.47.1 they left order and times to chance. Not under proot,
# which shows links otherwise than they are.
ext4() {
	rm -f "$W/out/$1" && truncate -s "$2M" "$W/out/$1"
	chroot "$R" /mnt/qemu-aarch64-static /usr/sbin/mke2fs -q -t ext4 -L "$1" -U "$(id "$1")" -E "hash_seed=$(id hash),root_owner=0:0" -d "$3" "/mnt/out/$1"
}

# picture puts the partitions behind each other; the last one grows on the board.
picture() {
	local size sum
	rm -rf "$W/out" && mkdir -p "$W/out"
	mount --bind "$W/out" "$R/mnt/out"
	fat "$R/boot/firmware" "$W/out/boot"
	mount --bind "$R" "$R/mnt/root" # without what is mounted below it
	rm -rf "$R"/boot/firmware/*
	size=$(($(du -sxm --apparent-size "$R" | cut -f 1) * 11 / 10 + ROOM))
	mkdir "$R/mnt/none"
	ext4 gpsntpd-state "$STATE" /mnt/none
	ext4 gpsntpd-root "$size" /mnt/root
	sum=$(id disk)
	rm -f "$OUT" && truncate -s "$((4 + BOOT + STATE + size))M" "$OUT"
	sfdisk -q "$OUT" <<-END
		label: dos
		label-id: 0x${sum:0:8}
		start=4MiB, size=${BOOT}MiB, type=c, bootable
		start=$((4 + BOOT))MiB, size=${STATE}MiB, type=83
		start=$((4 + BOOT + STATE))MiB, size=${size}MiB, type=83
	END
	dd if="$W/out/boot" of="$OUT" bs=1M seek=4 conv=sparse,notrunc status=none
	dd if="$W/out/gpsntpd-state" of="$OUT" bs=1M seek=$((4 + BOOT)) conv=sparse,notrunc status=none
	dd if="$W/out/gpsntpd-root" of="$OUT" bs=1M seek=$((4 + BOOT + STATE)) conv=sparse,notrunc status=none
	cp "$W/wanted" "${OUT%.img}.packages"
	rm -rf "$W/out"
}

fetch
base
export SOURCE_DATE_EPOCH=$DATE E2FSPROGS_FAKE_TIME=$DATE
touch "$W/began"
emulate
ours
umount "$R/proc"
clean
mount -t proc proc "$R/proc"
picture
umount -R "$R/mnt" "$R/dev" "$R/proc"
rm -rf "$R"
