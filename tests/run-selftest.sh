#!/usr/bin/env bash
# run-selftest.sh: proves that run.sh counts right and lets no failure pass. Each case makes a small
# tree with test programs that behave in one way, and checks the last line and the status.
# Says "ok NAME" or "not ok NAME" per case.
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/run-selftest.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
status=0

new_tree() {
    rm -rf "$scratch/tree"
    mkdir -p "$scratch/tree/tests/golden" "$scratch/tree/tests/unit" "$scratch/tree/build/tests/unit"
    cp "$here/run.sh" "$here/environment.sh" "$scratch/tree/tests"
    printf '#!/bin/sh\necho out; echo err >&2; exit "${1:-0}"\n' >"$scratch/tree/build/headroom"
    chmod +x "$scratch/tree/build/headroom"
}

# program NAME SCRIPT: a test program that does what the script says
program() {
    : >"$scratch/tree/tests/unit/test_$1.c"
    printf '#!/bin/sh\n%s\n' "$2" >"$scratch/tree/build/tests/unit/test_$1"
    chmod +x "$scratch/tree/build/tests/unit/test_$1"
}

# golden NAME SCRIPT [STDOUT [STDERR [EXIT]]]
golden() {
    local case=$scratch/tree/tests/golden/$1
    echo "$2" >"$case.sh"
    [ $# -lt 3 ] || echo "$3" >"$case.stdout"
    [ $# -lt 4 ] || echo "$4" >"$case.stderr"
    [ $# -lt 5 ] || echo "$5" >"$case.exit"
}

# expect NAME STATUS LAST_LINE
expect() {
    local said got
    said=$(cd "$scratch/tree" && HR_TEST_LIMIT=2 SUITES='unit golden' BUILD=build HR_WRAP='' tests/run.sh 2>&1)
    got=$?
    if [ $got -eq "$2" ] && [ "$(tail -n 1 <<<"$said")" = "$3" ]; then
        echo "ok $1"
    else
        printf '%s\nstatus %s, expected %s\n' "$said" "$got" "$2"
        echo "not ok $1"
        status=1
    fi
    new_tree
}

ok='echo "[       OK ] a"'
end='echo "[  PASSED  ] 1 test(s)."'
new_tree
expect 'nothing to run is no success' 1 '0 passed, 0 failed, 0 skipped'

program one "$ok; $end"
program two "$ok; $end; $ok; echo '[  PASSED  ] 2 test(s).'; echo '[  SKIPPED ] 3 test(s), listed below:'"
expect 'two groups and skipped tests' 0 '4 passed, 0 failed, 3 skipped'

program one "$ok; $end; echo '[  FAILED  ] 2 test(s), listed below:'; exit 2"
expect 'failed tests' 1 '1 passed, 2 failed, 0 skipped'

program one "$ok; kill -SEGV \$\$"
expect 'a crash after a passed test' 1 '1 passed, 1 failed, 0 skipped'

program one "$ok; sleep 9"
expect 'a program that hangs' 1 '1 passed, 1 failed, 0 skipped'

program one "$ok; $end; exit 1"
expect 'a failure after the last test, as a leak check gives' 1 '1 passed, 1 failed, 0 skipped'

program one 'exit 0'
expect 'a program without tests' 1 '0 passed, 1 failed, 0 skipped'

program one "$ok; $end"
rm "$scratch/tree/build/tests/unit/test_one"
expect 'a program that was not built' 1 '0 passed, 1 failed, 0 skipped'

program one "[ -z \"\${LINES:-}\" ] && [ \"\$TZ\" = UTC ] && [ -d \"\$HOME\" ] && [ -z \"\$(ls -A)\" ] || exit 1; $ok; $end"
LINES=7 TZ=Asia/Tokyo expect 'the same environment everywhere' 0 '1 passed, 0 failed, 0 skipped'

golden good '$HR 3' out err 3
golden quiet '$HR' out
expect 'golden cases that agree' 0 '2 passed, 0 failed, 0 skipped'

golden out '$HR' other
golden err '$HR' out other
golden exit '$HR 1' out
golden new '$HR'
expect 'golden cases that differ' 1 '0 passed, 4 failed, 0 skipped'

golden place 'pwd; echo "$SOURCE" "$DATA"; touch here' '$PWD
$SOURCE $DATA'
golden skip 'echo "skipped: no traces" >&2; exit 77'
expect 'places and skipped golden cases' 0 '1 passed, 0 failed, 1 skipped'

exit $status
