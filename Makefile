# make            checks, tests and builds
# make run        serves at http://127.0.0.1:4566
# make help       lists the rest

.DEFAULT_GOAL := all
.PHONY: all help run test check go-test race bench build screenshots generate fresh image clean

LDFLAGS := -s -w
BIN ?= bin/ipam-local

all: test build ## check, test and build

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: ## serve at http://127.0.0.1:4566
	go run ./cmd/ipam-local serve

test: check go-test ## the checks and every test

check: ## gofmt, vet, staticcheck, errcheck, misspell
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted: $$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go tool errcheck -ignoretests -exclude .errcheck ./...
	go tool misspell -error .

go-test:
	go test -timeout 30m ./...
	@command -v chromium >/dev/null || echo "SKIPPED: the console in a browser, which needs chromium; install it and run make test again"
	@for c in aws curl; do command -v $$c >/dev/null || echo "SKIPPED: the walk in README.md, which needs $$c; install it and run make test again"; done
	@for p in python3 /usr/bin/python3; do $$p -c 'import boto3' 2>/dev/null && exit; done; echo "SKIPPED: the story through boto3, which is not installed; install it and run make test again"

race: ## the tests of what runs concurrently, with the race detector (needs a C compiler)
	go test -race ./state/... ./ec2api/space/... ./server

bench: ## every benchmark; the program's own are in cmd/ipam-local
	go test -run '^$$' -bench . -benchmem ./...

build: ## the program, and the suite that it starts, in bin/
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o '$(BIN)' ./cmd/ipam-local
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o '$(BIN)-conformance' ./cmd/ipam-local-conformance

screenshots: ## the pictures of the console in docs/images (needs chromium)
	go test ./console -run TestPagesFit -count=1 -screenshots '$(CURDIR)/docs/images'

generate: ## rewrite the files that are made from others
	go generate ./...

fresh: generate ## fail if a made file was not up to date
	git diff --exit-code

image: ## the container image ipam-local
	docker build -t ipam-local .

clean: ## remove what build made
	rm -rf bin
