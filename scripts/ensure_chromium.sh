#!/bin/sh
# Sees to it that there is a Chromium for the tests in the browser.
set -eu
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the tests in the browser"
    apt-get update -qq
    apt-get install -y -qq chromium-headless-shell >/dev/null ||
        apt-get install -y -qq chromium >/dev/null
    exit 0
fi
echo "The tests in the browser need Chromium. Install it, on Debian with:" >&2
echo "    sudo apt-get install chromium-headless-shell" >&2
exit 1
