# Every target makes what it needs: the virtual environment is .venv, installed again only when the requirements change.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
SANDBOX_PORT ?= 8100
ARGS ?=
SECTIONS ?=

# The first Python by name that is new enough and can make virtual environments; `make PYTHON=…` overrides.
usable = import sys, ensurepip, sqlite3, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	if $$name -c '$(usable)' >/dev/null 2>&1; then echo $$name; break; fi; done)

requirements := pyproject.toml requirements/dev.txt
pip_install := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint requirements/dev.txt

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@python='$(PYTHON)'; if [ -z "$$python" ]; then \
		echo 'There is no usable Python here. shareai-cms needs Python 3.11 or newer with the modules venv and ensurepip;'; \
		echo 'on Debian and Ubuntu: apt-get install python3-venv. Or name one: make PYTHON=/path/to/python3.12'; exit 1; \
	fi; echo "Making $(VENV) with $$python"; "$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.demo: $(BIN)/python $(requirements)
	@echo 'Installing what the demo needs'
	@$(pip_install) --editable '.[wagtail]'
	@touch $@

$(VENV)/.dev: $(BIN)/python $(requirements)
	@echo 'Installing what the tests need'
	@$(pip_install) --requirement requirements/dev.txt --editable '.[wagtail,postgres,stripe,fast]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo ## the demo site on PORT (8000) and the sandbox marketplace on SANDBOX_PORT (8100)
	@PORT=$(PORT) SANDBOX_PORT=$(SANDBOX_PORT) $(BIN)/python -m tests.demo

demo-empty: $(VENV)/.demo ## use up every unit of the demo, to see what people see then
demo-stop: $(VENV)/.demo ## stop the marketplace of the running demo
demo-go: $(VENV)/.demo ## let it answer again
demo-empty demo-stop demo-go:
	@SANDBOX_PORT=$(SANDBOX_PORT) $(BIN)/python -m tests.demo.situations $(@:demo-%=%)

test: $(VENV)/.dev ## everything; SECTIONS="style sqlite", ARGS="-k word" and SEED=1 narrow it down
	@SEED='$(SEED)' $(BIN)/python -m tests.run $(SECTIONS) $(if $(ARGS),-- $(ARGS))

lint: $(VENV)/.dev ## ruff and mypy
	@$(BIN)/python -m tests.run style types

format: $(VENV)/.dev ## let ruff order imports and lay out the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

soak: $(VENV)/.dev ## the long repeats: 64 workers five times, kills, 10,000 steps of the state machine
	@SEED='$(SEED)' $(BIN)/python -m tests.run soak $(if $(ARGS),-- $(ARGS))

bench: $(VENV)/.dev ## every performance figure, as ratios measured in one run; ARGS=name picks one
	@$(BIN)/python -m bench $(ARGS)

matrix: $(VENV)/.dev ## Wagtail 7.4 and 8 with the Pythons and Djangos that this machine has
	@$(BIN)/python -m tests.matrix $(ARGS)

messages: $(VENV)/.dev ## bring the translations up to the source, and compile them
	@$(BIN)/python -m tests.catalogues $(ARGS)

screenshots: $(VENV)/.dev ## the pictures in docs/, from the demo in a real browser; ARGS=search takes a part
	@$(BIN)/python -m tests.browser.screenshots $(ARGS)

docs: $(VENV)/.dev ## the documentation as a site, in site/
	@$(BIN)/mkdocs build --strict --quiet && echo 'Open site/index.html'

pins: ## make requirements/dev.txt again, with the newest versions
	@rm -rf .venv-pins; $(PYTHON) -m venv .venv-pins
	@.venv-pins/bin/python -m pip install -qq --requirement requirements/dev.in --editable '.[wagtail,postgres,stripe,fast]'
	@{ echo '# Exact versions for development and tests on Python 3.11, made by `make pins`.'; \
		.venv-pins/bin/python -m pip freeze --exclude-editable; } > requirements/dev.txt
	@rm -rf .venv-pins

clean: ## remove everything that these targets made
	rm -rf $(VENV) .venv-* build dist site var .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

.PHONY: help demo demo-empty demo-stop demo-go test lint format soak bench matrix messages screenshots docs pins clean
