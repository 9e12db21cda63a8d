#!/bin/sh
# One night: an index of the account export, a scan of the dumps, and what has to be done with what came of it.
# CREDSIEVE_HOME has key, accounts.csv and dumps/, and gets index/, state/ and runs/.
set -u
umask 077
cd "${CREDSIEVE_HOME:=/srv/credsieve}" || exit 1
export CREDSIEVE_KEY_FILE="${CREDSIEVE_KEY_FILE:-/etc/credsieve/key}"

# One night at a time. The lock is let go when this script and all that it started have ended.
exec 9>night.lock
flock --nonblock 9 || { echo "the night before is not over yet" >&2; exit 1; }

credsieve index build --accounts accounts.csv --previous index --out index >build.log || { cat build.log; exit 1; }
credsieve scan --index index --state state --out-root runs --metrics credsieve.prom --quiet dumps
code=$?
case $code in
0 | 3) ${ON_PUBLISHED:-true} "$PWD/runs/latest" || code=1 ;; # the reset step: handoff.md
4) ${ON_HELD:-true} "$PWD/runs/latest" ;;                    # a person decides: runbooks.md
esac
credsieve runs prune runs --keep 30d
exit $code
