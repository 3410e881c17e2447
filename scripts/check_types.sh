#!/bin/sh
# Checks the type hints. The checkout is the package sama_coco, whatever its folder's name.
set -eu
cd "$(dirname "$0")/.."
python=.venv${FIFTYONE:+-$FIFTYONE}/bin/python
mkdir -p .run/types
ln -sfn ../.. .run/types/sama_coco
packages=
for package in app example labelsets operators panels zoo; do
    [ -f "$package/__init__.py" ] && packages="$packages -p sama_coco.$package"
done
# shellcheck disable=SC2086
MYPYPATH=.run/types "$python" -m mypy $packages
