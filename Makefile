# What one does with Fairlot, from a fresh clone on. `make` alone lists it.
#
# Beforehand: a Rust toolchain and Node. Everything else is installed where it is missing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Arguments of the demonstration, such as DEMO_ARGS='--listen 127.0.0.1:9000 --no-robots'.
DEMO_ARGS ?=

target_folder := $(or $(CARGO_TARGET_DIR),target)
fairlot := $(target_folder)/debug/fairlot

# npm writes this file when it has installed everything.
packages := frontend/node_modules/.package-lock.json
pages := frontend/dist/index.html
pages_sources := $(shell find frontend/src frontend/public -type f ! -name '*.test.*') \
	frontend/index.html frontend/package.json frontend/vite.config.ts frontend/first-load.ts frontend/packed.ts frontend/tsconfig.json

.PHONY: help
help: ## List what can be done (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what running, testing and measuring need, where it is missing
	@scripts/install-missing build test
	@$(MAKE) $(packages)

.PHONY: demo
demo: ## Build, and serve a living demonstration on http://127.0.0.1:8080
	@scripts/install-missing build
	@$(MAKE) build
	@exec $(fairlot) demo $(DEMO_ARGS)

.PHONY: check
check: ## Look at the code without running it: style, lints, types, generated files, dependencies
	@scripts/install-missing build
	@$(MAKE) check-style
	@$(MAKE) build
	@$(MAKE) check-lints check-pages check-api check-dependencies

.PHONY: test
test: ## Run every test: units, the API on SQLite and PostgreSQL, pages, journeys in a browser
	@scripts/install-missing build test
	@$(MAKE) check-style
	@$(MAKE) -j2 server-to-test $(pages) check-pages test-pages
	@FAIRLOT_BIN=$(fairlot) $(MAKE) check-api
	@$(MAKE) test-server test-journeys
	@echo "make test: everything passed."

.PHONY: bench
bench: ## Measure, beside yardsticks of the same run; figures in target/bench/figures.json
	@scripts/install-missing build test bench
	@$(MAKE) $(pages)
	@echo "== bench: measuring, on databases that keep what they acknowledge"
	@scripts/with-postgres --durable cargo bench --locked

.PHONY: faults
faults: ## Look for faults at length: kills, power cuts, full disks, cut networks, crowds; hours
	@scripts/install-missing build test
	@$(MAKE) $(pages)
	@echo "== faults: at length, on SQLite and PostgreSQL"
	@FAULTS=long scripts/with-postgres cargo test --release --locked --test api -- faults --nocapture --test-threads 1

.PHONY: lighthouse
lighthouse: ## Let Lighthouse score the pages, and fail under a limit; figures in target/lighthouse/figures.json
	@scripts/install-missing build test
	@$(MAKE) $(pages)
	@echo "== lighthouse: of the server as it is installed"
	@cargo build --release --locked
	@cd frontend/lighthouse && npm ci --no-audit --no-fund && FAIRLOT_BIN=$(abspath $(target_folder))/release/fairlot node lighthouse.mjs

.PHONY: clean
clean: ## Remove everything that was built, and the packages of the pages
	@echo "== clean"
	cargo clean
	rm -rf frontend/dist frontend/node_modules

.PHONY: pages
pages: $(pages) ## Build the pages alone

.PHONY: pictures
pictures: ## Make the pictures in docs/pictures anew, from the pages of a demonstration
	@scripts/install-missing build test
	@$(MAKE) build
	@echo "== pictures: of a demonstration with robots, once something has moved"
	@npm --prefix frontend run --silent pictures

# A debug build reads the pages from their folder, so that both are built at the same time.
.PHONY: build server server-to-test
build: ## Build the server and its pages
	@$(MAKE) -j2 server $(pages)

server:
	@echo "== build: the server"
	@cargo build --locked

# The program with its tests. Built by itself it would be compiled a second time: tests bring features of their own.
server-to-test:
	@echo "== build: the server and its tests"
	@cargo test --locked --workspace --no-run

$(packages): frontend/package-lock.json
	@echo "== packages of the pages"
	@cd frontend && npm ci --no-audit --no-fund
	@touch $@

$(pages): $(pages_sources) $(packages)
	@echo "== build: the pages"
	@cd frontend && npm run --silent build
	@touch $@

.PHONY: check-style check-lints check-pages check-api check-dependencies
check-style:
	@echo "== style of the server's code"
	@cargo fmt --all --check
	@echo "== scripts"
	@scripts/check-scripts

check-lints:
	@echo "== lints of the server's code"
	@cargo clippy --locked --workspace --all-targets -- -D warnings

check-pages: $(packages)
	@echo "== types and lints of the pages"
	@cd frontend && npm run --silent check

check-api: $(packages)
	@echo "== the API's document and the types made from it"
	@scripts/api-types --check

check-dependencies:
	@echo "== licences, sources and advisories of the dependencies"
	@scripts/check-dependencies

.PHONY: test-pages test-server test-journeys
test-pages: $(packages)
	@echo "== tests: the pages' own"
	@cd frontend && npm run --silent test

test-server: $(pages)
	@echo "== tests: rules, store, API and live, on SQLite and PostgreSQL"
	@scripts/with-postgres cargo test --locked --workspace

test-journeys: $(packages)
	@echo "== tests: journeys in a browser, on SQLite and PostgreSQL"
	@scripts/with-postgres npm --prefix frontend run --silent e2e
