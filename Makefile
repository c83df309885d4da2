# Needs Python 3.11 or newer with venv, make and git; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FUTURE := .venv-future
UV := uv==0.13.9  # finds versions that fit in seconds, where pip takes many minutes

# The folder of the book may have any name, so recipes call it "$$PWD", which no shell takes apart.

# An environment that was moved, is half made or lost its Python makes room for a new one.
ifneq ($(wildcard $(VENV)),)
ifneq ($(filter-out help clean,$(MAKECMDGOALS)),)
UNFIT := $(shell { [ -x $(BIN)/python ] && $(BIN)/python .ci/environment.py; } 2>/dev/null || echo "has no Python that runs")
ifneq ($(UNFIT),)
$(info $(VENV) $(UNFIT); it is made anew)
$(shell rm -rf $(VENV))
endif
endif
endif

.DEFAULT_GOAL := help
.PHONY: help book live future pdf epub notebooks lab check tidy test quick clean catalogues translated chromium lock install-locked newest links lint bench lighthouse

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "make %-15s %s\n", $$1, $$2}'

book: $(VENV)/book  ## build the HTML book, warnings fatal; checks the data first
	@$(BIN)/python -m rapprochement build
	@echo "The book: $$PWD/_build/html/index.html"

live: $(VENV)/live  ## open the book in a browser and show each change as it is saved; Ctrl-C ends it
	@$(BIN)/python -m rapprochement live

pdf: book  ## print where the PDF edition is; every build makes it
	@echo "The PDF: $$PWD/_build/pdf/rapprochement-in-evidence.pdf"

epub: $(VENV)/book  ## make the EPUB edition, for phones and readers of books; the pages then offer it beside the PDF
	@$(BIN)/python -m rapprochement epub

notebooks: $(VENV)/book  ## write every notebook, executed, into _build/notebooks
	@$(BIN)/python -m rapprochement notebooks

lab: $(VENV)/lab  ## open JupyterLab on the notebooks
	@JUPYTER_CONFIG_PATH="$$PWD/.jupyter" $(BIN)/jupyter lab chapters

# CHAPTERS as _toc.yml names them; without any, those that have a catalogue in the language.
catalogues: $(VENV)/book  ## write the messages of CHAPTERS for translators into LANGUAGE
	@$(BIN)/python -m rapprochement catalogues $(LANGUAGE) $(CHAPTERS)

translated: $(VENV)/book  ## build the pages with what is translated into LANGUAGE, to look at
	@$(BIN)/python -m rapprochement translated $(LANGUAGE)

check: $(VENV)/book  ## validate data/ against its schema
	@$(BIN)/python -m rapprochement check

tidy: $(VENV)/book  ## rewrite the tables in data/ in their one form, whatever program saved them
	@$(BIN)/python -m rapprochement tidy

# Two workers; what takes long to make is made once, by the one that needs it first (tests/conftest.py).
PYTEST := $(BIN)/python -m pytest -n 2

test: $(VENV)/test chromium  ## install what the tests need and run them all (minutes)
	@$(PYTEST)

quick: $(VENV)/test  ## run the tests that need no browser, no whole build and no long trying (seconds)
	@$(PYTEST) -m "not browser and not build and not thorough"

# The tests of the pages need a browser, which no Python package brings.
chromium: $(VENV)/test  ## find the browser that the tests need, or say how to get one; as root on Debian, install it
	@$(BIN)/python tests/find_browser.py --install

clean:  ## remove everything that was built
	rm -rf _build

install-locked: $(VENV)/bin/python  ## install exactly requirements.lock, every file checked against its hash
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(VENV)/book $(VENV)/test

newest: $(VENV)/bin/python  ## install the newest versions instead of the pinned ones, to see what would break
	@sed -nE 's/^(jupyter-book)==([^ ]+).*/\1>=\2,<2/p; t; s/^([A-Za-z][A-Za-z0-9._-]+)==([^ ]+).*/\1>=\2/p' \
		requirements.txt tests/requirements.txt > $(VENV)/newest.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@$(BIN)/uv pip install --quiet --no-config --python $(BIN)/python --upgrade -r $(VENV)/newest.txt -e .
	@touch $(VENV)/book $(VENV)/test

# Without Jupyter Book, which holds Sphinx at 7; named after the packages are extensions that it brought.
future: book  ## build the pages with the newest Sphinx, myst-nb and theme that fit each other, and say what differs
	@"$(PYTHON)" -m venv --clear $(FUTURE)
	@sed -nE '/^jupyter-book==/d; s/^([A-Za-z][A-Za-z0-9._-]+)==.*/\1/p' requirements.txt > $(FUTURE)/newest.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@$(BIN)/uv pip install --quiet --no-config --python $(FUTURE)/bin/python -r $(FUTURE)/newest.txt -e . \
		sphinx-external-toc sphinx-copybutton sphinx-comments sphinx-multitoc-numbering
	@$(FUTURE)/bin/python .ci/future.py $(VENV)

# Jupyter Book lets the report lie among the pages, which get published; and it
# fails when an address does, so only a missing report is a failure here.
links: $(VENV)/book  ## ask every outside address whether it still answers; needs the network
	@mkdir -p _build/linkcheck
	@$(BIN)/jupyter-book build . --builder linkcheck --quiet > _build/linkcheck/log.txt 2>&1; \
		mv -f _build/html/output.txt _build/html/output.json _build/linkcheck/ || { cat _build/linkcheck/log.txt; exit 1; }
	@grep -E '\[(broken|timeout)\]' _build/linkcheck/output.txt | cut -c1-160 || echo "every address answers"
	@echo "The report: $$PWD/_build/linkcheck/output.txt"

lint: $(VENV)/test  ## run the checks that run before each commit, on all files
	@[ -e .git ] || { echo "make lint asks git which files there are, and this folder is no clone: run git init and git add . first" >&2; exit 1; }
	@$(BIN)/pre-commit run --all-files

bench: $(VENV)/test  ## measure builds and a longer record, beside stock tools (minutes)
	@$(BIN)/python benchmarks/builds.py
	@$(BIN)/python benchmarks/scale.py

lighthouse: book $(VENV)/test  ## judge every page with Lighthouse; needs npx of Node.js and Chromium (minutes)
	@$(BIN)/python benchmarks/lighthouse.py

# One resolution for every system and Python from 3.11, written twice: with hashes
# for CI and releases, without them for whoever adds a package. Keeps versions that
# still fit; `make lock NEWER=--upgrade` takes the newest that requirements.txt allows.
lock: $(VENV)/bin/python  ## pin what requirements.txt pulls in: requirements.lock, constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@: > constraints.txt
	@$(BIN)/uv pip compile --quiet --no-config --default-index https://pypi.org/simple $(NEWER) --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-package rapprochement --custom-compile-command "make lock" \
		--output-file requirements.lock requirements.txt tests/requirements.txt
	@{ echo "# What requirements.txt and tests/requirements.txt pull in, from requirements.lock; written by make lock."; \
		sed -nE 's/^([A-Za-z0-9._-]+==[^ ]+)( ; .*[^ \\])? *\\$$/\1\2/p' requirements.lock; } > constraints.txt
	@grep -c == constraints.txt | sed 's/$$/ packages pinned/'

# A stamp for each set of packages: installed again only when its list changes.
$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "The book needs Python 3.11 or newer, and $(PYTHON) is $$("$(PYTHON)" -V 2>&1 | head -n 1). Name a newer one: make $(or $(firstword $(MAKECMDGOALS)),book) PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu install python3-venv" >&2; exit 1; }

$(VENV)/book: requirements.txt constraints.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test: $(VENV)/book tests/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

$(VENV)/lab: $(VENV)/book
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt jupyterlab==4.6.6  # JupyterLab is for reading and trying, not for building
	@touch $@

$(VENV)/live: $(VENV)/book
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt watchfiles
	@touch $@
