#!/bin/sh
# Makes the virtual environment in .venv with all that the project needs, once; mends one
# that was not made to its end, or that came along when the checkout was moved or copied.
# With FIFTYONE=1.12 it makes another, in .venv-1.12, with that version of FiftyOne.
set -eu
cd "$(dirname "$0")/.."

venv=.venv${FIFTYONE:+-$FIFTYONE}
stamp=$venv/set-up
has_database=${FIFTYONE_DATABASE_URI:+of its own}
current=$({
    cat pyproject.toml requirements.txt scripts/setup.sh
    echo "in $(pwd -P), database $has_database"
} | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$current" ]; then
    exit 0
fi

is_supported() {
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null
}

has_pip() {
    "$1" -m pip --version >/dev/null 2>&1
}

python=
for candidate in ${PYTHON:-} python3 python3.12 python3.11 python3.10 python; do
    if command -v "$candidate" >/dev/null 2>&1 && is_supported "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.10, 3.11 or 3.12 is needed and none was found." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python ..." >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq
        apt-get install -y -qq python3-venv >/dev/null
    else
        echo "$python lacks the module venv. Install it, on Debian and Ubuntu with:" >&2
        echo "    sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi

echo "Setting up $venv with $("$python" --version); this takes a few minutes the first time"
if ! is_supported "$venv/bin/python" || ! has_pip "$venv/bin/python"; then
    "$python" -m venv --clear "$venv"
fi
# Packages that older versions do not bound, and whose newest releases break their App.
bounds=
case ${FIFTYONE:-} in
1.12 | 1.12.*) bounds='graphql-core<3.3 starlette<0.53 strawberry-graphql<0.292' ;;
1.1? | 1.1?.* | 1.2[01] | 1.2[01].*) bounds='graphql-core<3.3' ;;
esac
# As a module: the script `pip` knows only the place where it was made.
# shellcheck disable=SC2086
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e '.[test]' \
    ${FIFTYONE:+"fiftyone==$FIFTYONE.*"} $bounds
"$venv/bin/python" scripts/ensure_mongod.py
echo "$current" >"$stamp"
