#!/usr/bin/env bash
# run.sh: runs every test (see the next commits).
set -u
export TZ=UTC LC_ALL=C.UTF-8
fail=0
for t in "${BUILD:-build}"/tests/unit/test_*; do
    [ -x "$t" ] && [ ! -d "$t" ] || continue
    case $t in *.d) continue ;; esac
    "$t" || fail=1
done
exit $fail
