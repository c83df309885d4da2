# Needs Python 3.11 or newer with venv, make and git; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPHINX_STRICT := -W -n --keep-going

.DEFAULT_GOAL := help
.PHONY: help book check test clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "make %-10s %s\n", $$1, $$2}'

book: $(VENV)/book  ## build the HTML book, warnings fatal
	@$(BIN)/python -m rapprochement check
	@$(BIN)/jupyter-book build . $(SPHINX_STRICT)
	@echo "The book: $(CURDIR)/_build/html/index.html"

check: $(VENV)/book  ## validate data/ against its schema
	@$(BIN)/python -m rapprochement check

test: $(VENV)/test  ## install what the tests need and run them all
	@$(BIN)/python -m pytest

clean:  ## remove everything that was built
	rm -rf _build

# A stamp for each set of packages: installed again only when its list changes.
$(VENV)/book: requirements.txt constraints.txt pyproject.toml
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test: $(VENV)/book tests/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@
