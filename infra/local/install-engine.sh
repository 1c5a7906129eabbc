#!/bin/sh
# For tests with containers, as root on Debian or Ubuntu: a container engine and what the test image is made of, when they
# are missing. No engine of this machine is started or used: tests start a private one (infra/local/engine).
# Elsewhere, or when apt-get cannot, it does nothing: tests that need an engine are skipped and say why.
set -eu

[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || exit 0

missing=''
command -v dockerd >/dev/null 2>&1 || missing='docker.io'
[ -x /bin/busybox ] && busybox --list 2>/dev/null | grep -qx mkfifo || missing="$missing busybox-static"
command -v mkfs.ext4 >/dev/null 2>&1 || missing="$missing e2fsprogs"
[ -n "$missing" ] || exit 0

echo "Installing for container tests: $missing"
# A runlevel in which services are not started: on a machine without systemd, installing must not start an engine.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
log=$(mktemp)
# shellcheck disable=SC2086 # a list of package names
if apt-get update -qq >"$log" 2>&1 && apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1; then
  rm -f "$log"
else
  echo 'apt-get could not install them; tests with containers are skipped. It said:'
  tail -n 3 "$log"
  rm -f "$log"
fi
