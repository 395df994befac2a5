# The two commands of a newcomer are `make demo` and `make test`.
GO ?= go
FUZZTIME ?= 10s

.PHONY: demo build test check race fmt-check vet staticcheck generated fuzz bench clean

demo: build
	./bin/boamp demo

build:
	$(GO) build -o bin/boamp ./cmd/boamp

test:
	$(GO) test ./...

check: fmt-check vet staticcheck generated race

fmt-check:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

# Generated files are committed; running the generators again must change nothing.
generated:
	$(GO) run ./cmd/boampdev generate --check

race:
	$(GO) test -race ./...

# Every fuzz target for a short while; FUZZTIME=5m for longer.
fuzz:
	$(GO) run ./cmd/boampdev fuzz --time $(FUZZTIME)

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./internal/...

clean:
	rm -rf bin
