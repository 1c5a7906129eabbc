#!/bin/sh
# For tests with a browser, as root on Debian or Ubuntu: Chromium and Korean fonts, when they are missing.
# Elsewhere, or when apt-get cannot, it does nothing: tests that need a browser are skipped and say so.
set -eu

[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || exit 0

missing=''
found=''
for browser in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$browser" >/dev/null 2>&1 && found=$browser
done
[ -n "$found" ] || missing='chromium'
ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || missing="$missing fonts-noto-cjk"
[ -n "$missing" ] || exit 0

echo "Installing for browser tests:$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086 # a list of package names
if apt-get update -qq >"$log" 2>&1 && apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1; then
  rm -f "$log"
else
  echo 'apt-get could not install them; tests with a browser may be skipped. It said:'
  tail -n 3 "$log"
  rm -f "$log"
fi
