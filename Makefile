# make serve   read the whole book at http://127.0.0.1:8000      make test    everything that CI runs
# make quick   what your change touches                          make check   format, lint, types, spelling
# make figures draw the figures anew                             make outputs write stale output blocks anew
# make build   the site, into site/                              make lock    new pins, tested

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready

.PHONY: serve test quick check figures outputs build lock nightly setup clean
.DEFAULT_GOAL := serve

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@echo "setting up $(VENV) (a few minutes the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "installing the pinned packages"
	@$(PY) -m pip install --quiet -c constraints.txt -e ".[torch,book,test,dev]"
	@touch $@

serve: $(READY)
	@$(PY) -m press.serve

test: $(READY)
	@$(PY) -m press.run_tests

build: $(READY)
	@$(PY) -m press.build

check: $(READY)
	@$(PY) -m ruff format --check . && $(PY) -m ruff check . && $(PY) -m mypy && $(PY) -m press.spelling

figures: $(READY)
	@$(PY) -m pytest -q -n 2 docs --figures

outputs: $(READY)
	@$(PY) -m pytest -q -n 2 docs README.md README.ko.md --update-outputs

clean:
	rm -rf $(VENV) .cache site
