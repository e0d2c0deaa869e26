#!/usr/bin/env bash
# update.sh [CASE...]: writes what the program says now as what it must say, for the cases named or
# all; read `git diff tests/golden` before committing. A .stderr is rewritten where there is one
# and made with STDERR=1; a .exit exists for statuses other than 0.
set -u
. "$(dirname "$0")/../environment.sh"
[ $# -gt 0 ] || set -- tests/golden/*.sh
for case; do
    name=$(basename "$case" .sh)
    [ "$name" != update ] || continue
    expected=$HR_SOURCE/tests/golden/$name
    [ -e "$expected.sh" ] || { echo "update.sh: no case tests/golden/$name.sh" >&2; exit 2; }
    run_golden "$name"
    got=$HR_SCRATCH/golden/$name
    status=$(cat "$got/status")
    [ "$status" -ne 77 ] || { echo "$name: skipped"; continue; }
    cp "$got/out" "$expected.stdout"
    if [ -e "$expected.stderr" ] || [ -n "${STDERR:-}" ]; then cp "$got/err" "$expected.stderr"; fi
    if [ "$status" -eq 0 ]; then rm -f "$expected.exit"; else echo "$status" >"$expected.exit"; fi
    echo "$name: status $status"
done
