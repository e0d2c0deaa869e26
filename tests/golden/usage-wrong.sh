# Wrong usage: exit 2, one sentence on stderr, nothing on stdout.
attempt() {
    "$HR" "$@" >out 2>err
    echo "$* -> status $?: $(head -n 1 err)"
    test ! -s out || echo "stdout is not empty"
}
printf 'time,duration_ms\n2026-10-05T00:00:00Z,5\n2026-10-05T00:00:01Z,7\n' >good.csv
"$HR" import --plan p --quiet good.csv >/dev/null 2>&1
attempt frobnicate
attempt import
attempt import --frobnicate good.csv
attempt import --top 0 good.csv
attempt import --stamp middle good.csv
attempt import --epoch yesterday good.csv
attempt list --plan p one two
attempt list --plan p nothing
attempt compare --plan p --format xml
attempt compare --plan p extra
attempt compare --plan p --threads many
attempt compare --plan p --seed -1
attempt compare --plan p --window 2026-10-05T00:00:00Z
attempt compare --plan p --free-tier all
attempt compare --plan p --traffic 0
attempt compare --plan p --app nothing
attempt compare --plan p --only nothing
attempt compare --plan p --set nothing
attempt compare --plan p --set function.nothing=1
attempt compare --plan p --set workload.tarrget=1s
attempt compare --plan p --set function.keep_alive.time=soon
attempt compare --plan p --platform nothing.yaml
attempt compare --plan p --models nothing
attempt batch --plan p
attempt batch --plan p nothing.yaml
attempt models extra
attempt models --check nothing.yaml
attempt --frobnicate
