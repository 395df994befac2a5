# The two commands of a newcomer are `make demo` and `make test`; `make help` lists all.
GO ?= go
FUZZTIME ?= 10s

.PHONY: demo build test clients check race fts5 fmt-check vet staticcheck generated rules fuzz bench clean help

demo: build
	./bin/boamp demo

build:
	$(GO) build -o bin/boamp ./cmd/boamp

test:
	$(GO) test ./...

# The real clients of the Explore API against the built program. They are installed into CLIENTS first, from the package
# registries of npm and Python.
CLIENTS ?= .clients
clients:
	./e2e/clients/install.sh $(CLIENTS)
	BOAMP_CLIENTS=$(abspath $(CLIENTS)) $(GO) test ./e2e -count=1 -v -run 'TestNpmClient|TestOdsclient|TestGeneratedClient|TestSchemathesis'

# What .ci/run runs.
check: fmt-check vet staticcheck generated rules race fts5 test

fmt-check:
	@out=$$($$($(GO) env GOROOT)/bin/gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

# Pages made from the program are committed; a test compares them with what the program says.
generated:
	$(GO) test ./cmd/boamp ./cmd/boampdev -run TestPages

# The import rules of docs/architecture.md.
rules:
	$(GO) test ./internal/arch

# With fewer random requests: their full number runs in `test`, without the detector, which takes ten times as long. e2e asks programs that are
# built without it.
race:
	$(GO) test -race -short $$($(GO) list ./... | grep -v '/e2e$$')

# SQLite of the comparison: FTS5 is in the driver only with this tag, and without it the tests skip.
fts5:
	$(GO) test -tags sqlite_fts5 ./cmd/boampdev/internal/compare

# Every fuzz target for a short while; FUZZTIME=5m for longer.
fuzz:
	@set -e; for file in $$(git grep -l 'func Fuzz' -- '*_test.go'); do \
	  for target in $$(grep -o 'func Fuzz[A-Za-z0-9_]*' $$file | sed 's/func //'); do \
	    echo "$$target in $$(dirname $$file)"; \
	    $(GO) test ./$$(dirname $$file) -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME); \
	  done; \
	done

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./internal/...

help:
	@echo "demo    build, load invented notices, serve them and print what to try"
	@echo "test    all tests"
	@echo "clients real clients of the Explore API against the built program (installs them into .clients)"
	@echo "check   format, vet, staticcheck, generated pages, import rules, tests, also with the race detector"
	@echo "build   bin/boamp"
	@echo "fuzz    every fuzz target for FUZZTIME (10s)"
	@echo "bench   every benchmark"

clean:
	rm -rf bin .clients
