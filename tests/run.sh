#!/usr/bin/env bash
# run.sh [WORD...]: runs every suite, or only the tests whose name holds one of the words.
#
# Suites: unit/test_* and terminal/test_* (cmocka programs in the build folder), golden/*.sh
# (commands with their expected output), the structure check and the self-tests. SUITES chooses
# among them; HR_TEST_LIMIT is a test program's time limit in seconds; HR_WRAP is put before each
# cmocka program (valgrind, say); HR_JOBS is how many run at once. The output of a passed test
# stays unseen. The last line is "N passed, N failed, N skipped"; status 1 if anything failed.
set -u
. "$(dirname "$0")/environment.sh"
SUITES=${SUITES:-unit terminal golden structure}
export HR_TEST_LIMIT=${HR_TEST_LIMIT:-120} HR_WRAP=${HR_WRAP:-}
jobs=${HR_JOBS:-$(nproc)}
words=("$@")
mkdir -p "$HR_SCRATCH/results"

# Is this test among those asked for?
wanted() {
    [ ${#words[@]} -eq 0 ] && return 0
    local word
    for word in "${words[@]}"; do
        case $1 in *"$word"*) return 0 ;; esac
    done
    return 1
}

# Keeps a test's counts and says one line. result NAME PASSED FAILED SKIPPED SECONDS [OUTPUT_FILE]
result() {
    local line why=
    echo "$2 $3 $4" >"$HR_SCRATCH/results/${1//\//.}"
    [ "$4" -eq 0 ] || [ -z "${6:-}" ] || why=$(sed -nE 's/.*skipped: (.*)/, \1/p' "$6" | head -n 1)
    line=$(printf '%-44s %4d passed' "$1" "$2")
    [ "$3" -eq 0 ] || line="$line, $3 FAILED"
    [ "$4" -eq 0 ] || line="$line, $4 skipped$why"
    # One write a test, so that tests that run side by side do not mix their lines.
    if [ "$3" -gt 0 ] && [ -n "${6:-}" ]; then
        printf '%s (%s s)\n%s\n' "$line" "$5" "$(sed 's/^/    | /' "$6" | tail -n 200)"
    else
        printf '%s (%s s)\n' "$line" "$5"
    fi
}

# Adds up the figures that a pattern catches in a file.
sum_of() {
    sed -nE "s/.*$1.*/\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'
}

# Runs one cmocka program and reads its counts from the summary that each group ends with; a
# program that ends before that (a crash, the time limit) has one more failure than it tells.
run_program() {
    local name=$1 out=$HR_SCRATCH/$1.out status passed failed skipped start=$SECONDS
    mkdir -p "$(dirname "$out")"
    # shellcheck disable=SC2086
    CMOCKA_MESSAGE_OUTPUT=STDOUT in_clean_place "$name" \
        timeout -k 5 "$HR_TEST_LIMIT" $HR_WRAP "$BUILD/tests/$name" >"$out" 2>&1
    status=$?
    skipped=$(sum_of '\[  SKIPPED \] ([0-9]+) test\(s\), listed below' "$out")
    failed=$(sum_of '\[  FAILED  \] ([0-9]+) test\(s\), listed below' "$out")
    failed=$((failed + $(grep -c '\[  ERROR   \] [^-]' "$out"))) # a setup that failed
    if grep -q '\[  PASSED  \] [0-9]* test(s)' "$out"; then
        passed=$(sum_of '\[  PASSED  \] ([0-9]+) test\(s\)' "$out")
    else
        passed=$(grep -c '\[       OK \]' "$out")
    fi
    if [ $status -ne 0 ] && [ "$failed" -eq 0 ]; then
        failed=1
        [ $status -lt 124 ] || echo "ended by the time limit or a signal: status $status" >>"$out"
    elif [ $((passed + failed + skipped)) -eq 0 ]; then
        failed=1
        echo "$name ran no test" >>"$out"
    fi
    result "$name" "$passed" "$failed" "$skipped" $((SECONDS - start)) "$out"
}

# Compares one golden case with its expectation. Status 77 of the case's script means: skipped.
run_case() {
    local name=$1 expected=$HR_SOURCE/tests/golden/$1 got=$HR_SCRATCH/golden/$1 start=$SECONDS status wrong
    run_golden "$name"
    status=$(cat "$got/status")
    if [ "$status" -eq 77 ]; then
        result "golden/$name" 0 0 1 $((SECONDS - start)) "$got/err"
        return
    fi
    wrong=$(
        [ "$status" -eq "$(cat "$expected.exit" 2>/dev/null || echo 0)" ] ||
            echo "exit status $status, expected $(cat "$expected.exit" 2>/dev/null || echo 0)"
        [ -e "$expected.stdout" ] || echo "no expectation yet: tests/golden/update.sh $name"
        [ ! -e "$expected.stdout" ] || diff -u --label expected.stdout --label stdout "$expected.stdout" "$got/out" 2>&1
        if [ -e "$expected.stderr" ]; then
            diff -u --label expected.stderr --label stderr "$expected.stderr" "$got/err" 2>&1
        fi
    )
    if [ -z "$wrong" ]; then
        result "golden/$name" 1 0 0 $((SECONDS - start))
    else
        { echo "$wrong"; echo 'stderr:'; head -n 20 "$got/err"; } >"$got/wrong"
        result "golden/$name" 0 1 0 $((SECONDS - start)) "$got/wrong"
    fi
}

# Runs a script that says "ok NAME" or "not ok NAME" per check. run_script NAME COMMAND...
run_script() {
    local name=$1 out=$HR_SCRATCH/$1.out passed failed status start=$SECONDS
    shift
    "$@" >"$out" 2>&1 </dev/null
    status=$?
    passed=$(grep -c '^ok ' "$out")
    failed=$(grep -c '^not ok ' "$out")
    [ $status -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
    sed -i '/^ok /d' "$out"
    result "$name" "$passed" "$failed" 0 $((SECONDS - start)) "$out"
}

export -f in_clean_place run_golden result sum_of run_program run_case

# in_parallel FUNCTION HOW_MANY: runs it for each wanted name of stdin
in_parallel() {
    while read -r name; do
        wanted "$name" && printf '%s\0' "$name"
    done | xargs -0 -r -n 1 -P "$2" bash -c "$1 \"\$1\"" bash
}

# The test programs of tests/$1 that have a source: a leftover of a removed test is not run.
programs_of() {
    local source
    for source in "tests/$1"/test_*.c; do
        [ ! -e "$source" ] || basename "$source" .c | sed "s|^|$1/|"
    done
}

for suite in $SUITES; do
    case $suite in
    unit) programs_of unit | in_parallel run_program "$jobs" ;;
    terminal) programs_of terminal | in_parallel run_program 1 ;; # their time-outs need the machine
    golden)
        find tests/golden -name '*.sh' ! -name update.sh -printf '%P\n' 2>/dev/null | sed 's/\.sh$//' |
            sort | in_parallel run_case "$jobs"
        ;;
    structure)
        ! wanted structure || run_script structure perl tests/structure.pl --build "$BUILD" &
        ! wanted structure-selftest || run_script structure-selftest tests/structure-selftest.sh &
        ! wanted run-selftest || run_script run-selftest tests/run-selftest.sh &
        wait
        ;;
    *) echo "run.sh: no suite $suite: unit, terminal, golden, structure" >&2 && exit 2 ;;
    esac
done

find "$HR_SCRATCH/results" -type f -exec cat {} + |
    awk '{ p += $1; f += $2; s += $3 }
         END { if (p + f + s == 0) print "no test was run"; printf "%d passed, %d failed, %d skipped\n", p, f, s
               exit f > 0 || p + s == 0 }'
