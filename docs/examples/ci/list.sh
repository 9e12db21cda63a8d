#!/bin/sh
# Fails when the list that sample dumps give has changed: list.sh SAMPLES, where SAMPLES has key, accounts.csv, dumps/ and the
# list as it was reviewed, at_risk.csv. UPDATE=1 writes that list again; read what changed before you commit it.
set -eu
samples=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
install -m 600 "$samples/key" "$work/key" # a checkout does not keep modes
cd "$work"

credsieve index build --accounts "$samples/accounts.csv" --key-file key --out index --now 2026-01-01T00:00:00Z >/dev/null
code=0
credsieve scan --index index --key-file key --out run --now 2026-01-02T00:00:00Z --progress none --quiet "$samples/dumps" || code=$?
case $code in
0 | 3) list=run/at_risk.csv ;;
4) list=run/held/at_risk.csv ;;
*) exit "$code" ;;
esac
credsieve verify run --key-file key >/dev/null

if [ -n "${UPDATE:-}" ]; then
	cp "$list" "$samples/at_risk.csv"
fi
diff -u "$samples/at_risk.csv" "$list" || { echo "the list has changed: see above; UPDATE=1 keeps it" >&2; exit 1; }
