# `make run` and `make test` are all that a newcomer needs; both set up what is missing first.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
SIDE_BY_SIDE ?= $(shell $(PYTHON) -c "import os; print(max(1, min(4, os.cpu_count() or 1)))")
VENV := .venv
BIN := $(VENV)/bin
CONTRACT := tests/contract/test_contract.py tests/contract/test_twins.py tests/contract/test_bad_inputs.py
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"
CHARTS := frontend/vendor/chart.umd.min.js
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PYTHONDONTWRITEBYTECODE = 1

.DEFAULT_GOAL := help
.PHONY: help run test test-ways lint types bench clean setup setup-dev page-data lock

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: setup ## start both backends and the page; Ctrl-C stops them
	@exec $(BIN)/duet serve

test: setup-dev lint types ## every check and test, browser included
	@echo "== tests, $(SIDE_BY_SIDE) at a time"
	@$(BIN)/python -m pytest -m "not alone" --numprocesses $(SIDE_BY_SIDE) --dist loadfile
	@echo "== tests that measure times, one at a time"
	@$(BIN)/python -m pytest -m alone

test-ways: setup-dev ## the contract with each engine, without the short way, and on PostgreSQL (minutes)
	@for way in DUET_ENGINES=dense DUET_ENGINES=onnxruntime DUET_ENGINES=scikit-learn DUET_FAST_PATH=false; do \
		echo "== $$way"; $(BIN)/python -m pytest $(CONTRACT) --setting $$way || exit 1; done
	@echo "== --store postgresql"; $(BIN)/python -m pytest tests/unit tests/contract --store postgresql

lint: setup-dev ## ruff and the direction of the layers
	@echo "== ruff"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "== layers"
	@$(BIN)/lint-imports --no-cache | tail -n 3

types: setup-dev ## mypy, strict
	@echo "== mypy"
	@$(BIN)/mypy

bench: setup-dev ## measure against other servers, then soak (needs wrk); fails if a target ratio is missed
	@$(BIN)/python -m benchmarks

setup: $(VENV)/.run $(CHARTS)
setup-dev: $(VENV)/.dev $(CHARTS)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
		|| { echo "Duet needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "== making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "== installing the pinned packages (about a minute the first time)"
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "== installing the pinned packages for tests"
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@

# The page draws without it, as tables: no npm, or no network, is no reason to stop.
$(CHARTS): package-lock.json
	@if npm ci --silent --ignore-scripts --fetch-retries=0 2>/dev/null; then \
		mkdir -p $(@D) && cp node_modules/chart.js/dist/$(@F) $@ && rm -rf node_modules; \
	else echo "== no chart library, as npm can't be run or has no network: the page shows tables instead"; fi

page-data: setup ## write again what the page knows without a backend
	@$(BIN)/python -m shared.cli.page_data

lock: ## resolve the dependencies again (needs uv)
	$(COMPILE) --group build pyproject.toml --output-file requirements.txt
	$(COMPILE) --constraint requirements.txt --group postgresql --output-file requirements-postgresql.txt
	$(COMPILE) --constraint requirements.txt --constraint requirements-postgresql.txt \
		--group dev pyproject.toml --output-file requirements-dev.txt

clean: ## remove what was made here (the store in your data directory stays)
	rm -rf $(VENV) frontend/vendor node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
