# Everything a newcomer needs: `make demo` runs the main job, `make test` passes the tests, `make help` names the rest.

GO          ?= go
BIN         := bin/credsieve
DEMO        := bin/demo
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOLANGCI    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VULN        := golang.org/x/vuln/cmd/govulncheck@v1.9.0
FUZZTIME    ?= 5s
BENCHTIME   ?= 1s
BENCH       ?= .
SCALE       ?= 100000000
CLOUD       := -modfile=cmd/credsieve-cloud/go.mod -overlay=cmd/credsieve-cloud/overlay.json
PKG         ?= ./pipeline/guard
ALSO        ?=
ALSORUN     ?=
NTH         ?=

# Tests that try at random or much of one kind, and in "make test" less of each kind than they could: TestRounds keeps the list.
ROUNDS   := TestFaults TestNights TestSoak TestSweep_attacks_cost_the_caps TestTasks TestVerifyNoMutantMatches
ROUNDSIN := ./cmd/credsieve ./hashing/stored ./pipeline
space    := $(subst ,, )

.PHONY: help build cloud cloud-tidy demo test rounds test-engines check race vet staticcheck lint fuzz attack faults soak golden bench mutants dist licences vuln tools clean

# Not linked with C: the processes that take archives apart can then give up all paths (datasets/dump/internal/seal).
build: ## the program, bin/credsieve
	CGO_ENABLED=0 $(GO) build -o $(BIN) ./cmd/credsieve

# With the clouds' drivers it is a binary and a module of its own (cmd/credsieve-cloud/README.md says why).
cloud: ## the same program with the drivers of s3://, gs:// and azblob://, bin/credsieve-cloud
	CGO_ENABLED=0 $(GO) build $(CLOUD) -o bin/credsieve-cloud ./cmd/credsieve

cloud-tidy:
	$(GO) mod tidy -diff $(CLOUD)

demo: build ## the whole job on synthetic data, and the ranked list
	rm -rf $(DEMO)
	$(BIN) demo --out $(DEMO)

# Tests and linkers live shortly: a garbage collector that runs less often saves a sixth of their time, and test
# programs without what only a debugger reads link in half of it. Some tests wait for servers, so that twice as many
# packages as cores keep the cores busy. Vet has a target of its own.
test: ## all tests; those of "make rounds" with few rounds of each kind
	GOGC=400 bash .ci/in-memory bash .ci/with-program $(GO) test -timeout 30m -vet=off -ldflags=-s -p $$(( 2 * $$(getconf _NPROCESSORS_ONLN) )) ./...

rounds: ## the tests that "make test" keeps short, with all their rounds
	GOGC=400 CREDSIEVE_ROUNDS=full bash .ci/in-memory bash .ci/with-program $(GO) test -timeout 30m -vet=off -ldflags=-s \
		-run '^($(subst $(space),|,$(ROUNDS)))$$' $(ROUNDSIN)

# Needs Java 17 and Python; what else it needs is fetched into bin/engines the first time (460 MB). CREDSIEVE_ENGINES_RECORDS=100000
# makes it shorter.
test-engines: cloud ## a scan as tasks of Spark over a server of S3, with what can fail: the bytes of the local run
	bash .ci/engines/install
	CGO_ENABLED=0 $(GO) test -vet=off $(CLOUD) ./.ci/engines -count=1 -timeout 15m

check: ## everything that must be green before a change lands, with the programs that are here
	bash .ci/check

# The race detector makes hashing several times slower: -short tries fewer damaged hashes, never another kind.
race: ## all tests, shorter, with the race detector
	$(GO) test -race -short -timeout 20m ./...

vet: ## format and vet
	test -z "$$(gofmt -l .ci cmd pipeline hashing datasets docs | tee /dev/stderr)"
	$(GO) vet ./...

staticcheck: ## staticcheck
	$(GO) run $(STATICCHECK) ./...

# The first time it takes two minutes to build.
lint: ## golangci-lint, with what .golangci.yml says
	$(GO) run $(GOLANGCI) run ./... ./.ci/engines

# Each fuzz target for a short while; that none is found fails. The Go tool now and then ends a run with
# "context deadline exceeded" when its time is up in the middle of an input. That is not a finding (a finding
# is written to a file), so such a run is made once more.
fuzz: ## each fuzz target for FUZZTIME
	@found=0; log=$$(mktemp); \
	for dir in $$(grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u); do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$dir/*_test.go | cut -d' ' -f2); do \
			found=1; echo "fuzz $$dir $$target"; \
			for try in 1 2; do \
				$(GO) test $$dir -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) \
					-fuzzminimizetime 5x > $$log 2>&1 && break; \
				tail -n 30 $$log; \
				if [ $$try = 2 ] || grep -q 'Failing input written' $$log || \
					! grep -q 'context deadline exceeded' $$log; then exit 1; fi; \
			done; tail -n 1 $$log; \
		done; \
	done; rm -f $$log; test $$found = 1

# Against the clock as well, so on a machine that does nothing else.
attack: ## what broke earlier builds, at full size, a line of figures each
	CREDSIEVE_ATTACK=full $(GO) test ./cmd/credsieve -run '^TestAttacks$$' -count=1 -v

# Writes the table of docs/reliability.md again.
faults: ## each step at which a command changes a file fails, or is the last one
	CREDSIEVE_FAULTS=full $(GO) test ./cmd/credsieve -run '^TestFaults$$' -count=1 -timeout 60m -update

# Half an hour in one process, or as long as SOAK says.
soak: ## scans that are interrupted, held and failed again and again: nothing of them stays
	CREDSIEVE_SOAK=$(or $(SOAK),30m) $(GO) test ./cmd/credsieve -run "^TestSoak$$" -count=1 -timeout 0 -v

golden: ## the golden outputs alone; UPDATE=1 writes them again
	$(GO) test ./cmd/credsieve -run '^TestGolden' -count=1 $(if $(UPDATE),-update)

# Each measure beside its baseline in the same run. DuckDB comes from npm, where there is one; without it
# its rows are skipped, and the output says so. At the end an index of SCALE accounts is built and asked, beside
# one of a million: 100,000,000 take some 35 GB of disk for a while and four minutes. SCALE=0 leaves that out.
bench: ## benchmarks that match BENCH, each beside its baseline, then an index of SCALE accounts
	@command -v npm >/dev/null && npm install --silent --no-audit --no-fund --prefix bin/duckdb @duckdb/node-api || \
		echo "no DuckDB: npm is missing or could not reach its registry"
	CREDSIEVE_DUCKDB=$$(test -d bin/duckdb/node_modules && echo $(CURDIR)/bin/duckdb) \
		$(GO) test ./... -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem -timeout 0
	test $(SCALE) = 0 || CREDSIEVE_SCALE=$(SCALE) CREDSIEVE_MEMORY=3221225472 GOMEMLIMIT=1500MiB \
		$(GO) test ./datasets/index -run '^$$' -bench 'Scale/(full|open|hit|line)$$' -benchtime 1x -timeout 0

# Seconds to minutes a package. With tests of others as well: make mutants PKG=./hashing ALSO=./pipeline; a sample: NTH=10
mutants: ## changes of PKG that no test notices
	bash .ci/in-memory $(GO) run ./.ci/mutants -also '$(ALSO)' -also-run '$(ALSORUN)' -nth $(or $(NTH),1) $(PKG)

# For other systems: make dist DIST="linux/riscv64 freebsd/amd64".
dist: ## a release of HEAD in bin/dist: static programs, manual, completions, parts lists, checksums
	bash .ci/dist bin/dist $(DIST)

licences: ## the licence of each module that is linked; an unknown one fails
	@bash .ci/licences --list

vuln: ## known vulnerabilities in what the program calls; asks vuln.go.dev
	$(GO) run $(VULN) ./...

tools: ## checkers of others for examples and reports, below bin/tools
	bash .ci/tools

clean: ## remove what the other targets made
	rm -rf bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
