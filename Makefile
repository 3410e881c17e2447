# make app: the App on 50 images with both label sets     make test: every test
# make bench: all benchmarks, into benchmarks/RESULTS.md; N="500 5000" for other sizes
# With FIFTYONE=1.12 app and test use that version of FiftyOne, in a .venv-1.12 of its own
# Options of `make app`: SPLIT, MAX_SAMPLES, LABEL_TYPES, PORT, MIRROR; or label files of
# your own: make app BASE=old.json REVISED=new.json IMAGES=photos

SPLIT ?= validation
MAX_SAMPLES ?= 50
LABEL_TYPES ?= segmentations
PORT ?= 5151
MIRROR ?=
FIFTYONE ?=
N ?= 500

# a process a core: each has a database and, where it needs one, an App of its own
PYTEST_SPREAD ?= -n logical --maxprocesses 4 --dist loadfile

PYTHON_BIN := .venv$(if $(FIFTYONE),-$(FIFTYONE))/bin/python
export PYTHON FIFTYONE

.PHONY: app test bench lint format viewer setup clean

app: setup
ifneq ($(BASE)$(REVISED)$(IMAGES),)
	@exec $(PYTHON_BIN) -m sama_coco compare '$(BASE)' '$(REVISED)' \
		--images '$(IMAGES)' --port '$(PORT)'
else
	@exec $(PYTHON_BIN) -m sama_coco app --split '$(SPLIT)' \
		--max-samples '$(MAX_SAMPLES)' --label-types '$(LABEL_TYPES)' \
		--port '$(PORT)' $(if $(MIRROR),--mirror '$(MIRROR)')
endif

# The browser's apart: the datasets that an App shows are shared by its tests, while
# others delete all there are. One that fails is tried once more, and listed as an R.
test: setup
	@scripts/ensure_chromium.sh
ifneq ($(PYTEST_ARGS),)
	$(PYTHON_BIN) -m pytest $(PYTEST_SPREAD) $(PYTEST_ARGS)
else
	$(PYTHON_BIN) -m pytest $(PYTEST_SPREAD) --ignore=tests/browser
	$(PYTHON_BIN) -m pytest $(PYTEST_SPREAD) --reruns 1 -rR tests/browser
endif

bench: setup
	$(PYTHON_BIN) benchmarks/run_all.py $(N)

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
	rm -rf .venv .venv-* .run build *.egg-info
