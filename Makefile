# gpsntpd: make help lists the targets.
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILT   := $(shell git log -1 --format=%cs 2>/dev/null || echo 2026-11-22)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.committed=$(BUILT)
export CGO_ENABLED ?= 0

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

build: ## build bin/gpsntpd and bin/gpsntpctl, static
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/gpsntpd ./cmd/gpsntpctl

run: build ## run the daemon on the simulated machine
	@bin/gpsntpd --sim

test: ## everything that needs no root and no installed peer
	go vet ./...
	go test ./...

.PHONY: help build run test
