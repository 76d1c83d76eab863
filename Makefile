# GridCare. Each target does all its own set-up; a machine with Python 3.11+ and pip, git and make is enough.
#   make demo                  the bot with no Telegram account, on a page in the browser: prints its address
#   make test                  every check and every test
#   make pages                 the guides of docs/zh and docs/en, one printed sheet each, in build/pages
#   make pictures              docs/images anew, from the demo (needs Chromium; ten minutes)
#   make lock                  renew the lock files after a change of pyproject.toml's dependencies
# PYTHON=/path/to/python3.12 chooses the Python; DEMO="--port 9000 --speed 60" are the demo's own options.

export PYTHON

.PHONY: demo test pages pictures lock

# In a terminal the demo gets a process group of its own: Ctrl-C ends the demo, with 0, and is no failure of make.
demo:
	@scripts/set-up run
	@if [ -t 0 ]; then sh -mc '.venv/bin/gridcare demo $(DEMO)'; else exec .venv/bin/gridcare demo $(DEMO); fi

test:
	@scripts/set-up dev
	@scripts/check

pages:
	@scripts/set-up dev
	@CHROMIUM=$$(scripts/chromium || true) .venv/bin/python scripts/pages.py

pictures:
	@scripts/set-up dev
	@CHROMIUM=$$(scripts/chromium) .venv/bin/python scripts/pictures.py $(ONLY)

COMPILE = .venv/bin/uv pip compile pyproject.toml --extra build --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --quiet

lock:
	@scripts/set-up dev
	@.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
	.venv/bin/python -m pip install --quiet 'uv>=0.8'
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
