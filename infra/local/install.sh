#!/bin/sh
# Installs what package-lock.json names, when node_modules was made from another lock file or not at all.
# Usage: install.sh   (from the repository's root)
set -eu

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

command -v node >/dev/null 2>&1 || fail 'Node is missing: install Node 22.18 or newer with npm (on Linux x64 any Node 20 will do).'
command -v npm >/dev/null 2>&1 || fail 'npm is missing: install it beside Node.'

made_from=node_modules/.made-from-lock.json
if ! cmp -s package-lock.json "$made_from"; then
  say 'Installing packages (npm ci), about a minute.'
  npm ci --no-audit --no-fund --no-progress --loglevel=error || fail 'npm ci failed: nothing was started. What it said is above.'
  cp package-lock.json "$made_from"
fi

# npm brings Node 24 on Linux x64; elsewhere the machine's own must strip types.
version=$(PATH="$PWD/node_modules/.bin:$PATH" node --version)
case $(printf '%s' "$version" | sed 's/^v//; s/\./ /g' | awk '{ print ($1 > 22 || ($1 == 22 && $2 >= 18)) ? "new" : "old" }') in
  old) fail "Node $version is too old: Panager needs 22.18 or newer." ;;
esac
