# A plan that another process writes: whoever must write waits, then says so with exit 3, and the
# plan is as it was. The other process is an import whose log comes through a pipe.
printf 'time,duration_ms\n2026-10-05T00:00:00Z,5\n2026-10-05T00:00:01Z,7\n' >good.csv
"$HR" import --plan plan.headroom --quiet good.csv >/dev/null 2>&1
before=$(sha256sum plan.headroom)
mkfifo log
"$HR" import --plan plan.headroom --app other --quiet log >/dev/null 2>other.words &
exec 3>log
printf 'time,duration_ms\n2026-10-05T00:00:00Z,5\n' >&3
for ((i = 0; i < 100; i++)); do test -e plan.headroom-journal && break; sleep 0.05; done
"$HR" import --plan plan.headroom good.csv
echo "import beside an import: status $?"
printf 'time,duration_ms\n2026-10-05T00:00:02Z,9\n' >more.csv
"$HR" import --plan plan.headroom --dry-run --format csv --quiet more.csv | cut -d, -f 1-6
echo "a look beside an import: status $?"
"$HR" import --plan plan.headroom --dry-run good.csv 2>&1 | grep -o 'good.csv: application.*already'
"$HR" import --plan none.headroom --dry-run --quiet more.csv more.csv 2>&1 | grep -o 'another file of this import'
test -e none.headroom || echo "a look makes no plan"
"$HR" list --plan plan.headroom --format csv
echo "list beside an import: status $?"
test "$(sha256sum plan.headroom)" = "$before" && echo "the plan is as it was"
exec 3>&-
wait
"$HR" list --plan plan.headroom --format csv | cut -d, -f 1,2
