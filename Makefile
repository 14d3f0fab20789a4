# Each line only repeats a command that can be typed as well; `python3 -m bot` sets up what it needs.
PYTHON ?= python3
ARGS ?=

.PHONY: run test lint bench bench-nlp crash platforms lock clean

run:    ; $(PYTHON) -m bot run $(ARGS)
test:   ; $(PYTHON) -m bot test $(ARGS)
lint:   ; $(PYTHON) -m bot lint
bench:  ; $(PYTHON) -m bot bench $(ARGS)
bench-nlp: ; $(PYTHON) -m bot bench-nlp $(ARGS)
crash:  ; $(PYTHON) -m bot crash $(ARGS)
platforms: ; $(PYTHON) -m bot platforms

# Both files at once, so that they agree. Give `ARGS=--upgrade` for the newest versions.
LOCK = uv pip compile --universal --python-version 3.11 --generate-hashes --only-binary :all: \
	--no-emit-index-url --no-annotate --no-header --quiet $(ARGS) pyproject.toml
lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv .venv.lock .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache build dist *.egg-info
