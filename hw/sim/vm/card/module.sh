#!/bin/bash
# module.sh PICTURE OUT      makes the folder OUT, with simgps for the kernel of the picture in it
#
# The kernel's headers come from the apt that make.sh has left, the compiler and the programs
# that build modules from the kit of arm64 (kit.sh fetch arm64): theirs are of the same Linux.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
PICTURE=$1 OUT=$(realpath -m "$2")
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}
KIT=${GPSNTPD_VM:-$CACHE/gpsntpd-vm}/arm64
export APT_CONFIG=${GPSNTPD_IMAGE:-$CACHE/gpsntpd-image}/apt/apt.conf
kernel=$(sed -n 's/^linux-image-\([0-9].*-arm64\)_.*/\1/p' "${PICTURE%.img}.packages")
common=${kernel%-arm64}-common
rm -rf "$OUT"
mkdir -p "$OUT/usr/lib"
cd "$OUT"
apt-get -qq download "linux-headers-$kernel" "linux-headers-$common"
for deb in *.deb; do dpkg-deb -x "$deb" .; done
ln -s "$KIT/usr/lib/linux-kbuild-$(sed 's/-arm64$//' "$KIT/kernel")" "usr/lib/linux-kbuild-${kernel%-arm64}"
sed -i "s#^include /usr/src/#include $OUT/usr/src/#" "usr/src/linux-headers-$kernel/Makefile"
cp "$HERE"/../simgps/* .
PATH=$KIT/usr/bin:$PATH LD_LIBRARY_PATH=$KIT/usr/lib/x86_64-linux-gnu make -s -C "usr/src/linux-headers-$kernel" M="$OUT" \
	CC=aarch64-linux-gnu-gcc-12 CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT= CONFIG_DEBUG_INFO_BTF_MODULES= KCFLAGS=-DSIMGPS_GPIO modules
