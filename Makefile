# make serve    read the whole book at http://127.0.0.1:8000    make test     everything that CI runs
# make quick    what your change touches, in a minute           make check    format, lint, types, spelling, workflows
# make figures  draw the figures anew                           make outputs  write stale output blocks anew
# make build    the site, into site/                            make labs     run stale labs, write their outputs
# make lock     new pins, tested                               make bench    how fast the library is, beside its peers
# make nightly  everything without cuts (SHARD=2/4: a share)    make newest   the newest versions instead of the pins

ifeq ($(OS),Windows_NT)
PYTHON ?= python
PY     := .venv/Scripts/python.exe
else
PYTHON ?= python3
PY     := .venv/bin/python
endif
READY  := .venv/.ready
EXTRAS := .[torch,data,book,test,dev]
SHARD  ?= 1/1
export PYTHONUTF8 := 1

.PHONY: serve test quick check figures outputs labs build lock bench nightly newest setup clean
.DEFAULT_GOAL := serve

setup: $(READY)

# What this takes is counted by `make test` as a part of its own.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed, and $(PYTHON) is not: make PYTHON=python3.12 names another" >&2; exit 1; }
	@mkdir -p .cache && rm -f .cache/setup-ended && date +%s > .cache/setup-started
	@echo "setting up .venv (a few minutes the first time)"
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@echo "installing the pinned packages"
	@$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e "$(EXTRAS)"
	@touch $@ && date +%s > .cache/setup-ended

serve: $(READY)
	@$(PY) -m press.serve

test: $(READY)
	@$(PY) -m press.run_tests

nightly: $(READY)
	@$(PY) -m press.nightly --shard $(SHARD)

quick: $(READY)
	@$(PY) -m press.quick

check: $(READY)
	@$(PY) -m press.check

build: $(READY)
	@$(PY) -m press.build

figures: $(READY)
	@$(PY) -m pytest -q -n 2 docs --figures

outputs: $(READY)
	@$(PY) -m pytest -q -n 2 docs README.md README.ko.md --update-outputs

labs: $(READY)
	@$(PY) -m press.labs

lock: $(READY)
	@$(PY) -m press.lock

bench: $(READY)
	@$(PY) -m bench

# `make newest test` runs the tests with the newest release of every dependency, to see what will break.
newest: $(READY)
	@$(PY) -m pip install --quiet --disable-pip-version-check --upgrade --upgrade-strategy eager -e "$(EXTRAS)"

clean:
	rm -rf .venv .cache site
