# gpsntpd: make help lists the targets.
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILT   := $(shell git log -1 --format=%cs 2>/dev/null || echo 2026-11-22)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.committed=$(BUILT)
export CGO_ENABLED ?= 0

FUZZTIME         ?= 10s
GPSNTPD_CAPTURES ?= ../shared/captures
PLATFORMS        := amd64 arm64 arm riscv64

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

build: ## build bin/gpsntpd and bin/gpsntpctl, static
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/gpsntpd ./cmd/gpsntpctl

run: build ## run the daemon on the simulated machine
	@bin/gpsntpd --sim

test: ## everything that needs no root and no installed peer
	go vet ./...
	go test ./...

race: export CGO_ENABLED = 1
race: export GOFLAGS += -race
race: ## the tests again under the race detector; needs gcc
	go test ./...

fuzz: ## every fuzz target for FUZZTIME
	@grep -rl --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p' $$file); do \
			echo "$$file: $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$(dirname $$file) || exit; \
		done; \
	done

cross: $(PLATFORMS:%=cross-%) ## vet and build for every processor

cross-%:
	GOOS=linux GOARCH=$* GOARM=6 go vet ./...
	GOOS=linux GOARCH=$* GOARM=6 go build -o bin/$*/ ./cmd/gpsntpd ./cmd/gpsntpctl

captures: export GPSNTPD_CAPTURES := $(abspath $(GPSNTPD_CAPTURES))
captures: ## decode and replay what real receivers sent; needs GPSNTPD_CAPTURES
	@ls '$(GPSNTPD_CAPTURES)'/*.log >/dev/null || { echo 'no captures: set GPSNTPD_CAPTURES to their folder'; exit 1; }
	go test -count 1 -tags captures -v ./cmd/gpsntpctl ./cmd/internal/e2e

interop: ## serve chronyd and ntpdig; needs them, ip and unprivileged user namespaces
	go test -count 1 -tags interop -v ./cmd/internal/e2e

.PHONY: help build run test race fuzz cross captures interop
