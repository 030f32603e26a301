# Two commands are enough: `make run` opens the product, `make test` proves it. `make help` lists the rest.
.DELETE_ON_ERROR:
PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
export PYTHONPATH := src
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/bytecode
.DEFAULT_GOAL := help

run dev: export RUCHE_DEMO ?= yes
run dev: export RUCHE_SITE_URL ?= http://localhost:$(PORT)
run: $(STAMP)            ## open the product on http://localhost:8000 (PORT=8010: another port)
	@mkdir -p var
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	$(BIN)/python manage.py demo --if-empty
	$(BIN)/python manage.py formulaires --verbosity 0
	$(BIN)/python manage.py scripts --noter
	$(BIN)/python manage.py serve --port $(PORT)

dev: $(STAMP)            ## the same with reload at each change, for developers
	@mkdir -p var
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py demo --if-empty
	$(BIN)/python manage.py formulaires --verbosity 0
	RUCHE_DEBUG=yes $(BIN)/python manage.py runserver localhost:$(PORT)

test: $(STAMP)           ## fast tests: no service, no browser
	$(BIN)/pytest -q -n auto -m "not browser and not postgres and not slow"

test-rest: $(STAMP)      ## the tests that make test leaves out
	$(BIN)/pytest -q -rs --durations 25 -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder -m "browser or postgres or slow"

test-all: $(STAMP)       ## every test; those that lack chromium or PostgreSQL are skipped and say why
	$(BIN)/pytest -q -rs --hypothesis-profile thorough -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

check: $(STAMP)          ## format, lint, types, layers, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@mkdir -p var
	$(BIN)/python manage.py makemigrations --check --dry-run

format: $(STAMP)         ## put the code in form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)          ## measure our claims of speed: [ONLY=name] [FULL=1]
	$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(FULL),--full)

screenshots: $(STAMP)    ## take the pictures of docs/guide again (needs chromium)
	$(BIN)/python docs/screenshots.py

lock: $(STAMP)           ## recompile requirements/*.txt with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements/base.in -o requirements/base.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements/dev.in -o requirements/dev.txt

$(STAMP): requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	touch $@

help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.PHONY: run dev test test-rest test-all check format bench screenshots lock help
