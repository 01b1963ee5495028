# Needs Python 3.11 or later and make; everything else goes into .venv.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
STAMP_TO_RUN := $(VENV)/.ready-to-run
PORT ?= 8000
ARGS ?=
# Where the machine keeps certificates, trust those, as pip does: behind a proxy the built-in ones are not enough.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),true,false)

# The first interpreter that is new enough and can make virtual environments. The system's goes first: distributions build
# theirs with profiles, which makes it up to a fifth faster than one that was built without.
PYTHON ?= $(shell for python in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
		echo $$python && break; done)

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help setup run test fuzz pictures pooled failover recipe check bench fmt released lock clean

help: ## say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup: $(STAMP) ## make .venv with all that is needed to run, test and check

run: export KALENDS_DATA ?= .kalends
run: $(STAMP_TO_RUN) ## serve a demo on PORT (8000), data in KALENDS_DATA (./.kalends)
	$(BIN)/kalends serve --demo --port $(PORT) $(ARGS)

test: $(STAMP) ## run the tests, on all cores; ARGS go to pytest
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

fuzz: $(STAMP) ## ask the API 100,000 times what its document allows and what not; ARGS="--calls N --seed N"
	$(BIN)/python -m tests.api.fuzz $(ARGS)

pictures: export KALENDS_PICTURES = yes
pictures: export KALENDS_TEST_BROWSER = required
pictures: $(STAMP) ## renew the pictures in docs/pictures; needs chromium
	$(BIN)/pytest -n 0 tests/console/test_pictures.py

pooled: export KALENDS_TEST_POOLER = yes
pooled: $(STAMP) ## run the tests of actions, store, races and jobs through pgbouncer; ARGS go to pytest
	$(BIN)/pytest -n auto --dist worksteal tests/actions tests/store tests/races tests/jobs $(ARGS)

failover: $(STAMP) ## kill the primary of two servers under load; needs patroni, etcd-server and postgresql
	$(BIN)/python -m tests.failover

recipe: $(STAMP) ## do the steps of the Dockerfile without a container
	$(BIN)/python -m tests.recipe

check: $(STAMP) ## lint, format, types and floors, without changing anything
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(STAMP) ## measure against the bars; ARGS go to the benchmark
	@command -v wrk >/dev/null || echo "wrk is missing (on Debian: apt-get install wrk): doors can't be put under load without it." >&2
	$(BIN)/python -m bench $(ARGS)

fmt: $(STAMP) ## put the code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

released: $(STAMP) ## at a release: renew what tests know of the last one
	$(BIN)/python -m tests.store.released

lock: $(BIN)/uv ## renew the locks within pyproject.toml's bounds; ARGS="--upgrade" takes newer ones
	$(COMPILE) $(ARGS) --output-file requirements.txt pyproject.toml
	$(COMPILE) $(ARGS) --constraint requirements.txt --group dev --output-file requirements-dev.txt pyproject.toml

clean: ## remove what was made, but no data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(STAMP): requirements-dev.txt pyproject.toml | $(BIN)/uv
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	@touch $@ $(STAMP_TO_RUN)

# Adds and never removes, so that it may come after the whole. What builds Kalends itself is fetched for the moment, at
# the versions and hashes of the lock.
$(STAMP_TO_RUN): requirements.txt pyproject.toml | $(BIN)/uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --build-constraints requirements-dev.txt --editable .
	$(BIN)/python -m compileall -q src
	@touch $@

# The uv that the lock names, installed by pip once; from then on uv keeps itself at the lock's version.
$(BIN)/uv:
	@test -n "$(PYTHON)" || { echo "Kalends needs Python 3.11 or later that can make virtual environments" \
		"(on Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ;]*\).*/\1/p' requirements-dev.txt)"
