# Two commands do everything: `make demo` and `make test`. They need Python 3.11+ and network access
# to the package registries; nothing else is installed on the machine.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test check fmt golden screens lock chaos clean

demo: $(VENV)/.ready
	$(BIN)/socialpipe demo $(ARGS)

test: $(VENV)/.dev-ready
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

# 300 kills over 500 posts a platform; takes about half an hour.
chaos: $(VENV)/.dev-ready
	CHAOS_KILLS=300 CHAOS_POSTS=500 $(BIN)/python -m pytest tests/chaos -s $(ARGS)

check: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(VENV)/.dev-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The posts and images that tests compare with. Look at every one that changed, then commit it.
golden: $(VENV)/.dev-ready
	$(BIN)/python -m tests.text.golden
	$(BIN)/python -m tests.cards.golden
	-@git status --short tests/golden tests/cards/golden

# The pictures of pages in docs/. Look at every one that changed, then commit it.
screens: $(VENV)/.dev-ready
	$(BIN)/python -m tests.web.screens

# Newest versions that work together, without a word about where they come from.
lock: $(VENV)/.dev-ready
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --all-extras \
		--no-header --no-annotate --output-file constraints.txt pyproject.toml

clean:
	rm -rf $(VENV) build dist src/socialpipe/cards/fonts src/socialpipe/web/static

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; try: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# uv installs many times faster; where it cannot (an index that only pip knows), pip does.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
define install
	$(INSTALL) uv && $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -c constraints.txt -e $(1) \
		|| $(INSTALL) -e $(1)
endef

$(VENV)/.ready: pyproject.toml constraints.txt hatch_build.py | $(VENV)/bin/python
	$(call install,.)
	@touch $@

$(VENV)/.dev-ready: pyproject.toml constraints.txt hatch_build.py | $(VENV)/bin/python
	$(call install,'.[dev]')
	@touch $@ $(VENV)/.ready
