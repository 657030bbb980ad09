# Everything a developer types. `make` alone lists it.
# The first that is new enough; python3 when none is, and then it is said.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(NEW_ENOUGH)' 2> /dev/null && echo $$p && break; done),python3)
PORT ?= 8000
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes
DEMO := $(VENV)/.demo-installed
DEV := $(VENV)/.dev-installed
FIND_CHROMIUM := test -n "$$CHROMIUM" || command -v chromium > /dev/null || command -v chromium-browser > /dev/null
# Settings load, but nothing is connected to.
OFFLINE := DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=unix:///none?db=0 SKRANKE_MODE=development
LOCK := uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-find-links --no-emit-index-url \
	--no-annotate --quiet --custom-compile-command "make lock" pyproject.toml

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help demo test check fmt messages shell bench screenshots lock clean

help: ## List what can be made
	@echo "Skranke: make TARGET"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target what; do \
		printf '  %-12s %s\n' "$$target" "$$what"; done

demo: $(DEMO) ## Run the portal with four made-up companies (PORT=8000)
	@PORT=$(PORT) exec $(RUN) -m portal.runtime demo

test: $(DEV) ## Run every test (ARGS="tests/tenancy -k hosts" picks some)
	@$(FIND_CHROMIUM) || echo "No Chromium: the browser tests are skipped. To have them: sudo apt-get install chromium"
	@$(RUN) -m pytest -n auto --maxprocesses 8 $(ARGS)

check: $(DEV) ## Lint, types, import contracts, migrations, translations, compose file
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check --quiet .
	@$(OFFLINE) $(RUN) -m mypy
	@$(VENV)/bin/lint-imports
	@$(RUN) -m djlint --quiet --lint templates
	@$(RUN) manage.py makemigrations --check --dry-run
	@$(RUN) manage.py check_catalogues
	@$(RUN) -m check_jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(RUN) -m check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml

fmt: $(DEV) ## Format the code
	@$(RUN) -m ruff check --fix --quiet .
	@$(RUN) -m ruff format .

messages: $(DEV) ## Collect the texts to translate, and compile the catalogues
	@$(RUN) manage.py collect_messages
	@$(RUN) manage.py compile_catalogues

shell: $(DEV) ## Open Django's shell on the demo's data
	@$(RUN) manage.py shell

bench: $(DEV) ## Print one table of what things cost, as ratios (ARGS=--full for more; some minutes)
	@$(RUN) -m bench $(ARGS)

screenshots: $(DEV) ## Take a picture of every page of the running demo into screenshots/ (ARGS=vidnett)
	@PORT=$(PORT) exec $(RUN) -m tests.browser.screenshots $(ARGS)

lock: ## Lock the dependencies again (needs uv)
	@$(LOCK) -o requirements.txt
	@$(LOCK) --extra demo -o requirements-demo.txt
	@$(LOCK) --extra dev -o requirements-dev.txt

clean: ## Remove the demo's data and everything that was generated; .venv stays
	@test ! -x $(RUN) || $(RUN) -m portal.runtime clean
	@rm -rf .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache screenshots staticfiles
	@find . -path ./$(VENV) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# pip is the last thing that venv makes.
$(VENV)/bin/pip:
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { \
		echo "Skranke needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(DEMO): requirements-demo.txt | $(VENV)/bin/pip
	@echo "Installing what the demo needs (once, about a minute) …"
	@$(PIP) -r requirements-demo.txt
	@touch $@

$(DEV): requirements-dev.txt | $(VENV)/bin/pip
	@echo "Installing what the tests and tools need (once, a minute or two) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
