# make app: the App on 50 images with both label sets     make test: every test
# make bench: all benchmarks, into benchmarks/RESULTS.md; N="500 5000" for other sizes
# Options of `make app`: SPLIT, MAX_SAMPLES, LABEL_TYPES, PORT, MIRROR

SPLIT ?= validation
MAX_SAMPLES ?= 50
LABEL_TYPES ?= segmentations
PORT ?= 5151
MIRROR ?=
N ?= 500

PYTHON_BIN := .venv/bin/python
export PYTHON

.PHONY: app test bench lint format viewer setup clean

app: setup
	@exec $(PYTHON_BIN) -m sama_coco.app --split '$(SPLIT)' \
		--max-samples '$(MAX_SAMPLES)' --label-types '$(LABEL_TYPES)' \
		--port '$(PORT)' $(if $(MIRROR),--mirror '$(MIRROR)')

test: setup
	@scripts/ensure_chromium.sh
	$(PYTHON_BIN) -m pytest $(PYTEST_ARGS)

bench: setup
	$(PYTHON_BIN) benchmarks/run.py $(N)

lint: setup
	$(PYTHON_BIN) -m ruff check .
	$(PYTHON_BIN) -m ruff format --check .
	scripts/check_types.sh
	scripts/check_viewer.sh

viewer: setup
	scripts/check_viewer.sh --write

format: setup
	$(PYTHON_BIN) -m ruff check --fix .
	$(PYTHON_BIN) -m ruff format .

setup:
	@scripts/setup.sh

clean:
	rm -rf .venv .run build *.egg-info
