# Needs Python 3.11 or later, and make. `make run` and `make test` are the two commands; `make help` lists the rest.
.PHONY: help run test test-thorough test-browser test-portal check bench demo lock venv
.DEFAULT_GOAL := help
P := .venv/bin/python
CANDIDATES := $(or $(PYTHON),python3.11 python3.12 python3.13 python3.14 python3 python)
# A throw-away home for commands that only look at the code.
SCRATCH = home="$$(mktemp -d)" && trap 'rm -rf "$$home"' EXIT && export PORTAL_HOME="$$home" DATABASE_URL= REDIS_URL=

help:
	@echo "make run            the portal on http://127.0.0.1:8000 (PORT, PORTAL_HOME, PORTAL_DEMO=0, DATABASE_URL, REDIS_URL)"
	@echo "make test           the tests, without those in a browser"
	@echo "make test-thorough  more of the same, for which make test has no time"
	@echo "make test-browser   the tests in Chromium (its path: CHROMIUM)"
	@echo "make test-portal    the tests that run a whole portal and kill its parts"
	@echo "make check          lint, format, types, imports, migrations, templates, settings for production"
	@echo "make bench          measurements on the PostgreSQL of DATABASE_URL (ARGS=public.home: only that;"
	@echo "                    FIGURES=10000000: a partnership of full size, where a tenth is usual)"
	@echo "make demo           empties the portal and loads the demo data anew"
	@echo "make lock           resolves the requirements anew"

run: venv
	@exec $(P) manage.py run_portal

# Each test process reads every module: what is compiled once is kept, also where the shell asks for none of that.
test test-thorough test-browser test-portal: export PYTHONDONTWRITEBYTECODE =

test: venv
	@$(P) -m pytest -n auto --dist worksteal -m "not browser and not portal and not thorough" $(ARGS); outcome=$$?; \
	  echo "Left out: long ones (make test-thorough), the tests in a browser (make test-browser)," \
	    "those that run a whole portal (make test-portal)," \
	    "and what is said to be skipped above."; exit $$outcome

test-thorough: venv
	@$(P) -m pytest -n auto -m thorough $(ARGS)

test-browser: venv
	@$(P) -m pytest -n auto tests/browser $(ARGS)

test-portal: venv
	@$(P) -m pytest -m portal $(ARGS)

check: venv
	$(P) -m ruff check .
	$(P) -m ruff format --check .
	@$(SCRATCH) && set -ex && \
	  $(P) -m mypy . && \
	  .venv/bin/lint-imports && \
	  $(P) manage.py makemigrations --check --dry-run && \
	  $(P) manage.py check_templates && \
	  PORTAL_PRODUCTION=1 ALLOWED_HOSTS=portal.example.org PORTAL_URL=https://portal.example.org \
	    SECRET_KEY="$$($(P) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	    $(P) manage.py check --deploy --fail-level WARNING

bench: venv
	@$(P) -m benchmarks.run $(ARGS)

demo: venv
	@$(P) manage.py migrate --verbosity 0
	@$(P) manage.py load_demo --fresh

lock: venv
	@$(P) -m uv --version >/dev/null 2>&1 || $(P) -m pip install --quiet uv
	$(P) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt
	$(P) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links -c requirements.txt pyproject.toml --group dev -o requirements-dev.txt

# Installs only when the requirements are not those that .venv was made from.
venv:
	@wanted="$$(cat requirements.txt requirements-dev.txt | cksum)"; \
	if [ "$$(cat .venv/installed 2>/dev/null)" = "$$wanted" ] && .venv/bin/python -c "" 2>/dev/null; then exit 0; fi; \
	if ! .venv/bin/python -c "" 2>/dev/null; then \
	  for python in $(CANDIDATES); do \
	    "$$python" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && break; \
	    python=; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "Python 3.11 or later with its venv module was not found (on Debian: apt-get install python3-venv)." >&2; \
	    echo "If it has another name, say so: make PYTHON=/path/to/python run" >&2; \
	    exit 1; \
	  fi; \
	  "$$python" -m venv --clear .venv || exit 1; \
	fi; \
	echo "Installing the requirements into .venv …"; \
	.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt && \
	echo "$$wanted" > .venv/installed
