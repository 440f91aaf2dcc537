# The two that matter: `make demo` and `make test`. Each does all its set-up; a second start takes seconds.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := demo

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
# pytest prepares every test file anew at each run unless it may keep the result.
export PYTHONDONTWRITEBYTECODE =
DATA ?= demo

.PHONY: demo install test test-fast test-slow lint bench eval providers lock clean

demo: .make/run .make/system ## talk to Sobria in a browser, with sample people and the embedded model
	@compgen -G '$(DATA)/models/*.gguf' >/dev/null || $(BIN)/sobria model fetch --data $(DATA)
	@exec $(BIN)/sobria demo --port $(PORT) --data $(DATA)

install: .make/run ## the environment in $(VENV), pinned and checked

test: test-fast test-slow ## everything, nothing skipped

test-fast: .make/dev
	$(BIN)/pytest -m "not slow" --numprocesses 2 --quiet

test-slow: .make/dev .make/servers .make/providers
	SOBRIA_TEST_ALL=1 $(BIN)/pytest -m slow --quiet

lint: .make/dev ## style, types, directions of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .make/dev
	@for one in bench/[a-z]*.py; do echo "== $$one"; $(BIN)/python "$$one"; done

eval: .make/dev ## how well the policy decides, on texts that it has not seen
	$(BIN)/python bench/eval.py

providers: .make/providers ## what Mistral, Anthropic and Ollama need besides

lock: .make/dev ## write the lock files anew from pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	PYTHON=$(BIN)/python requirements/lock.sh

clean: ## forget the environment; the demo's data stay in $(DATA)
	rm -rf $(VENV) .make .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.make/run: requirements/run.txt pyproject.toml tools/environment.sh
	tools/environment.sh $(VENV) requirements/run.txt
	@mkdir -p .make && touch $@

.make/dev: requirements/dev.txt .make/run
	tools/environment.sh $(VENV) requirements/dev.txt
	@mkdir -p .make && touch $@

.make/providers: requirements/providers.txt .make/run
	tools/environment.sh $(VENV) requirements/providers.txt
	@mkdir -p .make && touch $@

.make/system: tools/system.sh
	tools/system.sh libgomp1
	@mkdir -p .make && touch $@

.make/servers: tools/system.sh
	tools/system.sh libgomp1 postgresql chromium
	@mkdir -p .make && touch $@
