# gpsntpd: make help lists the targets.
# The newest release of the changelog; while that has changes that are not released,
# followed by the commit, which sorts behind it.
RELEASE := $(shell sed -n 's/^\#\# \[\([0-9.]*\)\].*/\1/p' CHANGELOG.md | head -1)
VERSION := $(RELEASE)$(shell sed -n '/^\#\# \[Unreleased\]/,/^\#\# \[[0-9]/{/^[^\#]/p}' CHANGELOG.md | grep -q . && \
	git log -1 --format=+%cd.%h --date=format:%Y%m%d%H%M --abbrev=8 2>/dev/null)
BUILT   := $(shell git log -1 --format=%cs 2>/dev/null || echo 2026-11-22)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.committed=$(BUILT)
export CGO_ENABLED ?= 0
empty :=
# Everything is compiled alike, so that it is compiled once: the programs, the tests, the virtual machines.
export GOFLAGS := -trimpath $(GOFLAGS)

# Inputs, or a time such as 10s. With a time, until Go 1.27 a busy machine fails
# now and then at its end, without a cause (go.dev/issue/75804).
FUZZTIME         ?= 30000x
GPSNTPD_CAPTURES ?= ../shared/captures
PLATFORMS        := amd64 arm64 arm riscv64

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

build: ## build bin/gpsntpd and bin/gpsntpctl, static
	go build -ldflags '$(LDFLAGS)' -o bin/ ./cmd/gpsntpd ./cmd/gpsntpctl

run: build ## run the daemon on the simulated machine
	@bin/gpsntpd --sim

# What a debugger would read of the test programs takes a third of the time of linking.
test: export GOFLAGS += -ldflags=-w
test: ## everything that needs no root and no installed peer; the long runs in short
	go vet ./...
	go test -vet=off -short ./...

test-long: ## the runs of make test that are shortened there, at full length
	go test -count 1 $$(grep -rl --include='*_test.go' 'testing\.Short()' . | xargs dirname | sort -u)

# Plays in virtual time, which one goroutine does alone.
PLAYED := \
	TestTheLoopSaysWhatIsWrongInEveryStory \
	TestALeapSecondThatIsKnownIsMadeWhateverTheState \
	TestAMachineThatSleptServesNothingUntilItHasHeardTheTimeAndThenRecoversByItself \
	TestANormalStartRaisesNoAlarm \
	TestTheSameMachinePlaysTheSameRun \
	TestADayOfFaultsNeverLiesOnTheWire
race: export CGO_ENABLED = 1
race: export GOFLAGS += -race
race: ## the tests again under the race detector, where there are goroutines; needs gcc
	go test -vet=off -short -skip '^($(subst $(empty) $(empty),|,$(PLAYED)))$$' \
		$$(grep -rlE --include='*.go' '^\s*go (func|[a-z])|synctest\.' . | xargs dirname | sort -u | grep -v internal/rules)

fuzz: ## every fuzz target for FUZZTIME
	@grep -rl --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p' $$file); do \
			echo "$$file: $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$(dirname $$file) || exit; \
		done; \
	done

test-386: export GOARCH = 386
test-386: ## the tests again where words have 32 bits; needs a kernel that runs such programs
	go vet ./...
	go test -vet=off -short ./...

# Of what qemu-user does not do for a program: ioctls of PPS and some of terminals,
# time stamps of the kernel, spreading clients over sockets, counting lost packets.
# server/notice is left out: it starts programs, and qemu-user can hang in a fork of many threads;
# discipline/filter: its floating point is IEEE's on every processor, and takes minutes to emulate.
EMULATOR_LACKS := \
	TestWhatIsNoPPSDeviceIsNamedWithItsCall \
	TestAPortThatThisProcessHasForItselfCanStillBeOpenedBesideIt \
	TestEachSpeedCanBeSetOnARealPort \
	TestAReplyGoesWhereItCameFromAndItsDepartureIsTold \
	TestABatchIsAsRoomyAgainHoweverLittleCameBefore \
	TestRenumberingKeepsWhatElseIsStamped \
	TestARequestAndItsAnswerAreStampedByTheKernelOnTheRawClock \
	TestSocketsThatShareAnAddressAreAWorkerEachAndAClientHasOne \
	TestWhatTheKernelThrowsAwayIsCounted \
	TestEverythingIsCountedByVerdict \
	TestSocketsThatWereOpenedForUsTakeThePlaceOfOthers \
	TestWorkersShareAnAddressAndCountAsOne \
	TestLookingForStampsOfInterfacesAllocatesNothingAndChangesNothingWithoutThem

test-arm: export GOARCH = arm
test-arm: export GOARM = 6
test-arm: ## the tests of what a Raspberry Pi Zero would do otherwise, as it would run them; needs qemu-user-static
	go test -vet=off -short -exec qemu-arm-static -skip '^($(subst $(empty) $(empty),|,$(EMULATOR_LACKS)))$$' $$(go list ./hw/... ./refclock/... ./discipline/... ./server/... | grep -v -e server/notice -e discipline/filter)

emulated: export GPSNTPD_CAPTURES := $(wildcard $(abspath $(GPSNTPD_CAPTURES)))
emulated: ## the programs for other processors decode, and serve the time; needs qemu-user-static
	go test -count 1 -tags emulated -run 'OnEveryProcessor|OnTheProcessor' -v ./cmd/internal/e2e

cross: $(PLATFORMS:%=cross-%) ## vet and build for every processor

cross-%:
	GOOS=linux GOARCH=$* GOARM=6 go vet ./...
	GOOS=linux GOARCH=$* GOARM=6 go build -o bin/$*/ ./cmd/gpsntpd ./cmd/gpsntpctl

captures: export GPSNTPD_CAPTURES := $(abspath $(GPSNTPD_CAPTURES))
captures: ## decode and replay what real receivers sent; GPSNTPD_CAPTURES is their folder, see CONTRIBUTING.md
	@ls '$(GPSNTPD_CAPTURES)'/*.log >/dev/null || { echo 'no captures: set GPSNTPD_CAPTURES to their folder'; exit 1; }
	go test -count 1 -tags captures -v ./cmd/gpsntpctl ./cmd/internal/e2e

interop: ## serve many clients, and be attacked beside chronyd and ntpsec; needs what .ci/run gets for it, and user namespaces
	go test -count 1 -tags interop -v ./cmd/internal/e2e

monitoring: ## have Prometheus scrape us and judge its rules; needs prometheus and promtool
	go test -count 1 -tags monitoring -run 'Prom' -v ./cmd/internal/e2e

attack: ## what is left for others of page, metrics, key exchange and time while someone takes all he can; needs ip, nsenter and user namespaces
	go test -count 1 -tags attack -run Attacks -v ./cmd/internal/e2e

overload: export GPSNTPD_OVERLOAD ?= 10m
overload: ## twenty minutes of requests in others' names; needs what interop needs
	go test -count 1 -timeout 1h -tags interop -run TestAFlood -v ./cmd/internal/e2e

bench: bench-udp bench-discipline ## both of them

bench-discipline: ## the discipline against the theoretical limit; BENCH=regexp SEEDS=n BARS=1
	go test -count 1 -timeout 60m -tags bench -run TestBars -v ./cmd/internal/bench

bench-network: ## the clock that hears servers against chrony's documented figures; BENCH=regexp SEEDS=n HOURS=n
	go test -count 1 -timeout 60m -tags bench -run TestTable -v ./cmd/internal/netsim

bench-udp: build ## the server beside chronyd, 9 minutes; TABLES=regexp; needs chronyd, ip, taskset, two processors and root or user namespaces
	go run ./cmd/internal/tools/load -run '$(TABLES)'

# A million seconds of virtual time take two minutes of a processor. A violation is
# printed with the command that repeats it.
CAMPAIGN_SECONDS ?= 1e6
CAMPAIGN_CLASS   ?= .

campaign: ## faults in virtual time, every answer held against truth; a fresh seed each time
	go run ./cmd/internal/campaign -seconds $(CAMPAIGN_SECONDS) -class '$(CAMPAIGN_CLASS)'

campaign-same: ## half a million seconds that are always the same: no violation but those of open.go
	go run ./cmd/internal/campaign -seed 1 -seconds 5e5 -whole

receivers: ## every receiver in every trouble, with 200 seeds, in virtual time
	go test ./cmd/internal/loop -run 'EveryReceiverInEveryTrouble|ASecondIsNamedSoon' -v -seeds 200

campaign-look: ## a million seconds with a fresh seed, which are told of and not judged
	go run ./cmd/internal/campaign -look -whole

campaign-long: CAMPAIGN_SECONDS = 2e7
campaign-long: campaign ## the same for twenty million seconds

# No header of the system and no path is in the object: it is the same from
# wherever it is built, by this version of clang.
XDP_OBJECT ?= server/xdp/answer.o

xdp-object: ## build the program that answers inside the kernel; needs clang-14 and llvm-14
	clang-14 -O2 -g -target bpfel -mcpu=v3 -nostdinc -Wall -Wextra -Wno-unused -Werror -fdebug-compilation-dir=. -c server/xdp/answer.c -o '$(XDP_OBJECT)'
	llvm-objcopy-14 --strip-debug --remove-section=.BTF.ext --remove-section=.rel.BTF.ext --remove-section=.llvm_addrsig '$(XDP_OBJECT)'

xdp-same: ## build it again, and compare it with the one that is committed
	@mkdir -p bin
	$(MAKE) -s xdp-object XDP_OBJECT=bin/answer.o
	cmp bin/answer.o server/xdp/answer.o

xdp: ## have this kernel run it, and serve chronyd; needs that, ip, setpriv, root and Linux 6.1
	go test -count 1 -tags xdp -v -run XDP ./cmd/internal/e2e
	go test -count 1 -tags xdp ./server/xdp

web: ## build the page from server/web/src; needs node
	cd server/web && npm ci --ignore-scripts && npm run build

web-same: ## build it again, and compare it with the one that is committed
	cd server/web && npm ci --ignore-scripts && node build.mjs ../../bin/page
	diff -r bin/page server/web/dist

browser: export GPSNTPD_SCREENSHOTS ?= $(CURDIR)/bin/screenshots
browser: ## look at the page in Chromium; needs it, node, and a font with Chinese; pictures are left in bin/screenshots
	@mkdir -p '$(GPSNTPD_SCREENSHOTS)'
	test -d server/web/node_modules/axe-core || (cd server/web && npm ci --ignore-scripts)
	go test -count 1 -tags browser -v -run InABrowser ./cmd/internal/story

units: ## have systemd judge the units; needs systemd-analyze and systemd-sysusers
	go test -count 1 -tags systemd -v ./systemd

man: ## write docs/man and docs/completions anew, from what the programs say of themselves
	go test ./cmd/gpsntpd ./cmd/gpsntpctl ./cmd/internal/config -run 'TheManualPage|TheCompletions' -update

licences: ## write docs/licences.txt anew, from what is linked into the programs
	@mkdir -p bin
	go run ./cmd/internal/licences >bin/licences.txt
	mv bin/licences.txt docs/licences.txt

man-lint: ## have mandoc judge the manual pages; needs it
	mandoc -Tlint docs/man/*

# Where make install puts things. Packages set DESTDIR.
PREFIX    ?= /usr
ROOT      := $(DESTDIR)$(PREFIX)
BIN       ?= bin
DOCS      := $(filter-out docs/man/% docs/completions/%,$(shell find docs -type f | LC_ALL=C sort))
INSTALLED := sbin/gpsntpd bin/gpsntpctl \
	lib/systemd/system/gpsntpd.service lib/systemd/system/gpsntpd-wait.service \
	lib/systemd/system/gpsntpd.socket lib/systemd/system/gpsntpd-setup.service \
	lib/gpsntpd/time-daemons \
	lib/systemd/ntp-units.d/50-gpsntpd.list lib/udev/rules.d/60-gpsntpd.rules \
	lib/sysusers.d/gpsntpd.conf lib/tmpfiles.d/gpsntpd.conf \
	share/man/man8/gpsntpd.8 share/man/man1/gpsntpctl.1 share/man/man5/gpsntpd.toml.5 \
	share/bash-completion/completions/gpsntpctl share/zsh/vendor-completions/_gpsntpctl \
	share/fish/vendor_completions.d/gpsntpctl.fish \
	$(DOCS:docs/%=share/doc/gpsntpd/%) share/doc/gpsntpd/LICENSE

install: ## install what make build made, below PREFIX; changes nothing in /etc
	install -d $(addprefix $(ROOT)/,$(sort $(dir $(INSTALLED))))
	install $(BIN)/gpsntpd $(ROOT)/sbin
	install $(BIN)/gpsntpctl $(ROOT)/bin
	install -m 644 systemd/gpsntpd.service systemd/gpsntpd-wait.service systemd/gpsntpd-setup.service systemd/gpsntpd.socket $(ROOT)/lib/systemd/system
	sed -i 's|/usr/|$(PREFIX)/|' $(ROOT)/lib/systemd/system/gpsntpd.service $(ROOT)/lib/systemd/system/gpsntpd-wait.service $(ROOT)/lib/systemd/system/gpsntpd-setup.service $(ROOT)/lib/systemd/system/gpsntpd.socket
	install systemd/time-daemons $(ROOT)/lib/gpsntpd
	install -m 644 systemd/50-gpsntpd.list $(ROOT)/lib/systemd/ntp-units.d
	install -m 644 systemd/60-gpsntpd.rules $(ROOT)/lib/udev/rules.d
	install -m 644 systemd/sysusers.conf $(ROOT)/lib/sysusers.d/gpsntpd.conf
	install -m 644 systemd/tmpfiles.conf $(ROOT)/lib/tmpfiles.d/gpsntpd.conf
	install -m 644 docs/man/gpsntpd.8 $(ROOT)/share/man/man8
	install -m 644 docs/man/gpsntpctl.1 $(ROOT)/share/man/man1
	install -m 644 docs/man/gpsntpd.toml.5 $(ROOT)/share/man/man5
	install -m 644 docs/completions/gpsntpctl.bash $(ROOT)/share/bash-completion/completions/gpsntpctl
	install -m 644 docs/completions/gpsntpctl.zsh $(ROOT)/share/zsh/vendor-completions/_gpsntpctl
	install -m 644 docs/completions/gpsntpctl.fish $(ROOT)/share/fish/vendor_completions.d
	for file in $(DOCS:docs/%=%); do install -m 644 docs/$$file $(ROOT)/share/doc/gpsntpd/$$file || exit; done
	install -m 644 LICENSE $(ROOT)/share/doc/gpsntpd

uninstall: ## remove what make install put there, and nothing else
	rm -f $(addprefix $(ROOT)/,$(INSTALLED))
	for folder in $$(find docs -mindepth 1 -depth -type d | sed 's|^docs|share/doc/gpsntpd|') share/doc/gpsntpd lib/gpsntpd; do \
		test ! -d $(ROOT)/$$folder || rmdir --ignore-fail-on-non-empty $(ROOT)/$$folder || exit; done

# Packages are the same, byte for byte, from the same commit: what is in them has its date.
MAINTAINER ?= gpsntpd maintainers <gpsntpd@packages.invalid>
DATE       := $(shell git log -1 --format=%ct 2>/dev/null || date -ud $(BUILT) +%s)
RELEASED   ?= bin/release
TREES      := bin/trees
DEBS       := amd64 arm64 arm riscv64
RPMS       := amd64 arm64
NFPM       := go tool -modfile=cmd/internal/tools/tools.mod nfpm package --config systemd/package/nfpm.yaml
# What nfpm calls the processor, where Go calls it otherwise: arm is ARMv6, which Debian calls armhf.
NFPM_arm   := arm6
NFPM_DEB_arm := armhf
TAR_arm    := armv6

packages: packages-none $(DEBS:%=deb-%) $(RPMS:%=rpm-%) $(PLATFORMS:%=tar-%) ## packages for Debian and Red Hat, archives, list of parts, sums, in bin/release
	go run ./cmd/internal/release parts -version '$(VERSION)' -date $(DATE) $(RELEASED) $(PLATFORMS:%=$(TREES)/%/usr/sbin/gpsntpd) $(PLATFORMS:%=$(TREES)/%/usr/bin/gpsntpctl)
	go run ./cmd/internal/release sums $(RELEASED)

packages-none: # those of other commits are not mixed in
	rm -rf $(RELEASED)

release: packages ## the same folder as a repository for apt, for any web server
	go run ./cmd/internal/release repository -date $(DATE) $(RELEASED)

packages-test: release ## look into the packages, have lintian judge them, make them again elsewhere and compare; needs lintian and rpm
	go test -count 1 -tags packages -v -run 'Package|Lintian|Apt' ./systemd

version: # of this commit
	@echo '$(VERSION)'

# tree-ARCH is make install for a processor, with what Debian wants of documents.
tree-%:
	rm -rf $(TREES)/$* && mkdir -p $(TREES)/$* $(RELEASED)
	GOOS=linux GOARCH=$* GOARM=6 go build -buildvcs=false -ldflags '$(LDFLAGS)' -o $(TREES)/$*/bin/ ./cmd/gpsntpd ./cmd/gpsntpctl
	umask 022 && $(MAKE) -s install DESTDIR=$(TREES)/$* PREFIX=/usr BIN=$(TREES)/$*/bin
	rm -r $(TREES)/$*/bin
	install -m 644 CHANGELOG.md $(TREES)/$*/usr/share/doc/gpsntpd
	find $(TREES)/$* -exec touch -h -d @$(DATE) {} +

tar-%: tree-%
	tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu --transform 's,^\./usr,gpsntpd-$(VERSION),' \
		-C $(TREES)/$* -c ./usr | gzip -9n >$(RELEASED)/gpsntpd-$(VERSION)-linux-$(or $(TAR_$*),$*).tar.gz

# packaged-tree, a copy of tree-%: manual pages are compressed in packages.
define packaged-tree
rm -rf $(TREES)/$@ && cp -a $(TREES)/$* $(TREES)/$@
gzip -9n $(TREES)/$@/usr/share/man/man*/*
endef
define nfpm
find $(TREES)/$@ -exec touch -h -d @$(DATE) {} +
NFPM_ARCH=$(or $(NFPM_$*),$*) NFPM_VERSION=$(VERSION) NFPM_MAINTAINER='$(MAINTAINER)' \
	SOURCE_DATE_EPOCH=$(DATE) NFPM_TREE=$(TREES)/$@ $(NFPM) --target $(RELEASED)/ --packager
endef

deb-%: tree-%
	$(packaged-tree)
	umask 022 && mkdir -p $(TREES)/$@/usr/share/lintian/overrides
	rm $(TREES)/$@/usr/share/doc/gpsntpd/LICENSE # it is in copyright
	install -m 644 systemd/package/copyright $(TREES)/$@/usr/share/doc/gpsntpd/copyright
	install -m 644 systemd/package/lintian-overrides $(TREES)/$@/usr/share/lintian/overrides/gpsntpd
	umask 022 && printf 'gpsntpd (%s) stable; urgency=medium\n\n  * See /usr/share/doc/gpsntpd/CHANGELOG.md.\n\n -- %s  %s\n' \
		'$(VERSION)' '$(MAINTAINER)' "$$(LC_ALL=C date -uRd @$(DATE))" | gzip -9n >$(TREES)/$@/usr/share/doc/gpsntpd/changelog.gz
	$(nfpm) deb

rpm-%: tree-%
	$(packaged-tree)
	umask 022 && mkdir -p $(TREES)/$@/usr/share/zsh/site-functions
	mv $(TREES)/$@/usr/share/zsh/vendor-completions/* $(TREES)/$@/usr/share/zsh/site-functions
	rmdir $(TREES)/$@/usr/share/zsh/vendor-completions
	$(nfpm) rpm


.PHONY: attack licences receivers campaign campaign-same campaign-look campaign-long web web-same browser monitoring overload bench bench-udp bench-discipline bench-network units install uninstall help build run test test-long race fuzz cross captures interop

vm-deps: ## install what vmtest needs from Debian; needs root
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
		qemu-system-x86 qemu-system-arm gcc-12 make xz-utils cpio

vm: # fetch the kernels and build the guests
	@for arch in amd64 arm64; do \
		hw/sim/vm/kit.sh fetch $$arch && LDFLAGS='$(LDFLAGS)' hw/sim/vm/kit.sh build $$arch || exit; done

vmtest: vm ## the daemon on a real kernel in a virtual machine
	go run ./hw/sim/vm

vmtest-full: vm ## the same with all seeds beside chrony, for longer
	go run ./hw/sim/vm -full

# An administrator's life with the package on Debian in a virtual machine, with the time daemon
# that was there before.
boot-parts: # the package, a newer one, kernel, module
	@hw/sim/vm/kit.sh fetch amd64 && LDFLAGS='$(LDFLAGS)' hw/sim/vm/kit.sh build amd64
	$(MAKE) -s deb-amd64 RELEASED=bin/boot TREES=bin/boot/trees VERSION=$(VERSION)
	$(MAKE) -s deb-amd64 RELEASED=bin/boot TREES=bin/boot/trees VERSION=$(VERSION)+newer

BOOTED = go run ./hw/sim/vm/boot $(1) bin/boot/gpsntpd_$(VERSION)_amd64.deb bin/boot/gpsntpd_$(VERSION)+newer_amd64.deb

boot-test: boot-parts ## install, upgrade, reboot, remove on Debian 12 as it boots; needs mmdebstrap and what vmtest needs
	$(call BOOTED)

boot-test-full: boot-test ## the same beside chrony, and on Debian 13
	$(call BOOTED,-daemon chrony)
	$(call BOOTED,-suite trixie)

# A picture of Debian for the SD card of a Raspberry Pi with 64 bits (docs/image.md).
IMAGE = bin/image/gpsntpd-$(VERSION)-raspberrypi-arm64.img
image-deps: ## install what make image and image-test need from Debian; needs root
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
		proot qemu-user-static uidmap mtools dosfstools fdisk device-tree-compiler zstd qemu-system-arm openssh-client

image: ## a picture for the SD card of a Raspberry Pi 3, 4 or Zero 2 W, in bin/image
	rm -rf bin/image
	$(MAKE) -s deb-arm64 RELEASED=bin/image TREES=bin/image/trees
	GOOS=linux GOARCH=arm64 go build -buildvcs=false -ldflags '-s -w' -o bin/image/card ./cmd/internal/card
	systemd/image/make.sh bin/image/gpsntpd_$(VERSION)_arm64.deb bin/image/card $(DATE) '$(IMAGE)'
	zstd -q -f -10 -T0 '$(IMAGE)'
	rm -r bin/image/trees bin/image/card
	cd bin/image && sha256sum gpsntpd-*.img.zst gpsntpd-*.packages >SHA256SUMS

image-test: image ## boot it three times in QEMU's Raspberry Pi 3, and log in as its owner does
	hw/sim/vm/kit.sh fetch arm64
	hw/sim/vm/card/module.sh '$(IMAGE)' bin/image/simgps
	GOOS=linux GOARCH=arm64 go build -buildvcs=false -ldflags '-s -w' -o bin/image/receiver ./hw/sim/vm/guest
	go run ./hw/sim/vm/card -module bin/image/simgps/simgps.ko -receiver bin/image/receiver '$(IMAGE)'

# What a real board does (docs/board-test.md).
MINUTES ?= 60
SSH     ?= ssh
board-test: $(DEBS:%=board-deb-%) ## measure a board for an hour, HOST=user@name; MINUTES, SSH, NTP
	go run ./cmd/internal/boardtest -packages bin/board -host '$(HOST)' -ssh '$(SSH)' -minutes $(MINUTES) $(if $(NTP),-ntp '$(NTP)')

board-deb-%:
	$(if $(HOST),,$(error HOST=user@name is needed))
	@mkdir -p bin/board && rm -f bin/board/gpsntpd_*_$(or $(NFPM_DEB_$*),$*).deb
	@$(MAKE) -s deb-$* RELEASED=bin/board TREES=bin/board/trees

.PHONY: board-test image-deps image image-test boot-parts boot-test boot-test-full packages packages-none packages-test release version vm-deps vm vmtest vmtest-full
