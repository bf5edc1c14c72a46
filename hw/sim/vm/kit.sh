#!/bin/bash
# kit.sh fetch|build|boot ARCH [ARGUMENT]...      ARCH = amd64 | arm64
#
# fetch takes the kernel, what builds a module for it, and chrony from the
# host's own Debian sources; build makes the module and the guest's root; boot
# runs the guest with arguments for its first process and prints what its console
# says. Nothing is written outside $W, no package is installed, and the guest is
# its own machine: the host's clock is out of its reach.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
COMMAND=$1 ARCH=$2
shift 2
W=${GPSNTPD_VM:-${XDG_CACHE_HOME:-$HOME/.cache}/gpsntpd-vm}
R=$W/$ARCH
case $ARCH in
amd64) IMAGE=linux-image-cloud-amd64 HEADERS=linux-headers-cloud-amd64 MORE=chrony ;;
arm64) IMAGE=linux-image-6.12-arm64 HEADERS=linux-headers-6.12-arm64 # the first with pps-gpio as a module
	MORE='gcc-12-aarch64-linux-gnu cpp-12-aarch64-linux-gnu binutils-aarch64-linux-gnu libgcc-12-dev-arm64-cross' ;;
*) echo "kit.sh: no such architecture: $ARCH" >&2; exit 64 ;;
esac

# apt with a state of its own, so that a foreign architecture needs no dpkg --add-architecture.
apt() { APT_CONFIG=$W/apt/apt.conf "apt-$@"; }
first() { apt cache depends "$1" | sed -n "s/^ *Depends: \($2[^: ]*\).*/\1/p" | head -1; }

fetch() {
	local wanted="$IMAGE $HEADERS $MORE"
	if [ "$wanted" = "$(cat "$R/fetched" 2>/dev/null)" ]; then return; fi
	rm -rf "$R"
	mkdir -p "$R/debs" "$W"/apt/{state/lists/partial,cache/archives/partial}
	: > "$W/apt/status"
	cat > "$W/apt/apt.conf" <<-END
		APT::Architecture "amd64"; APT::Architectures { "amd64"; "arm64"; };
		APT::Sandbox::User "root"; Acquire::Languages "none";
		Dir::State "$W/apt/state"; Dir::State::status "$W/apt/status"; Dir::Cache "$W/apt/cache";
	END
	apt get -qq update
	local image headers common kbuild
	image=$(first "$IMAGE:$ARCH" linux-image)
	headers=$(first "$HEADERS:$ARCH" linux-headers)
	common=$(apt cache depends "$headers:$ARCH" | grep -o 'linux-headers.*-common' | head -1)
	kbuild=$(first "$headers:$ARCH" linux-kbuild)
	# shellcheck disable=SC2086
	(cd "$R/debs" && apt get -qq download "$image:$ARCH" "$headers:$ARCH" "$common" "$kbuild:amd64" $MORE &&
		for deb in *.deb; do dpkg-deb -x "$deb" ..; done)
	echo "${headers#linux-headers-}" > "$R/kernel"
	echo "$wanted" > "$R/fetched"
}

build() {
	local root=$R/root headers module
	headers=$R/usr/src/linux-headers-$(cat "$R/kernel")
	rm -rf "$root" "$R/simgps" "$R/simedge" "$R/simnic"
	mkdir -p "$root"/{proc,sys,dev,run,tmp,etc,usr/bin,lib/modules}

	sed -i "s#^include /usr/src/#include $R/usr/src/#" "$headers/Makefile"
	compile simgps "$([ "$ARCH" = amd64 ] || echo -DSIMGPS_GPIO)"
	compile simedge "$([ "$ARCH" = amd64 ] || echo -DSIMGPS_GPIO)" "$R/simgps/Module.symvers"
	if [ "$ARCH" = amd64 ]; then compile simnic ''; fi
	for module in $(find "$R/lib/modules" -name 'pps-gpio.ko*' -o -name 'pps-ldisc.ko*'); do
		xz -dcf "$module" > "$root/lib/modules/$(basename "$module" .xz)"
	done

	export CGO_ENABLED=0 GOARCH=$ARCH
	cd "$HERE/../../.."
	go build -ldflags '-s -w' -o "$root/init" ./hw/sim/vm/guest
	go build -ldflags "${LDFLAGS:--s -w}" -o "$root/usr/bin/" ./cmd/gpsntpd
	if [ "$ARCH" = arm64 ]; then # a 32-bit system on a 64-bit kernel, as Raspberry Pi OS has it
		GOARCH=arm GOARM=6 go build -ldflags "${LDFLAGS:--s -w}" -o "$root/usr/bin/gpsntpd-armhf" ./cmd/gpsntpd
	fi
	if [ "$ARCH" = amd64 ]; then with_libraries "$R" "$root" /usr/sbin/chronyd; fi
	echo 'root:x:0:0:root:/:/bin/sh' > "$root/etc/passwd"
	echo 'root:x:0:' > "$root/etc/group"
	(cd "$root" && find . | cpio --quiet -o -H newc) | gzip -1 > "$R/root.gz"
}

# compile makes the module $1 with the compiler's flags $2, and the symbols of other modules in the file $3.
compile() {
	cp -r "$HERE/$1" "$R/$1"
	PATH=$R/usr/bin:$PATH LD_LIBRARY_PATH=$R/usr/lib/x86_64-linux-gnu make -s -C "$headers" M="$R/$1" \
		CONFIG_DEBUG_INFO_BTF_MODULES= KCFLAGS="$2" KBUILD_EXTRA_SYMBOLS="${3-}" modules
	cp "$R/$1/$1.ko" "$root/lib/modules/"
}

# with_libraries copies the program $3 from $1 to $2, and from the host what it
# is linked with: libraries that apt needs as well.
with_libraries() {
	local library
	install -D "$1$3" "$2$3"
	for library in $(ldd "$1$3" | grep -o '/[^ ]*'); do
		install -D "$library" "$2$library"
	done
}

# boot runs in virtual time: a nanosecond for every two instructions would be
# 500 MIPS; idle time is skipped, and what the host is busy with does not show.
boot() {
	local qemu kernel
	kernel=$R/boot/vmlinuz-$(cat "$R/kernel")
	local line="panic=-1 quiet norandmaps random.trust_cpu=off"
	case $ARCH in
	amd64) qemu="qemu-system-x86_64 -cpu qemu64,-rdrand" line+=" tsc=reliable console=ttyS0" ;;
	arm64) qemu="qemu-system-aarch64 -M virt,gic-version=3,dtb-randomness=off -cpu cortex-a57" line+=" console=ttyAMA0" ;;
	esac
	# shellcheck disable=SC2086
	exec nice $qemu -m 256 -smp 1 -nodefaults -no-user-config -display none -serial stdio -no-reboot \
		-icount shift=1,sleep=off -rtc base=2026-11-22T00:00:00,clock=vm \
		-kernel "$kernel" -initrd "$R/root.gz" -append "$line -- $*" < /dev/null
}

"$COMMAND" "$@"
