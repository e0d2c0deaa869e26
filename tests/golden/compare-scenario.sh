# What is saved comes back byte for byte without a replay, changes a comparison as it did, and is told
# to be stale once traffic was added.
"$HR" import --plan shop.headroom --app jobs --quiet "$DATA/queue-jobs.csv.gz" >/dev/null 2>&1
"$HR" compare --plan shop.headroom --only fleet-fixed --set fleet.servers=3 --traffic 2 --no-turns \
    --save busier --format csv --quiet >one.csv
echo "status $?"
"$HR" list --plan shop.headroom --saved busier --quiet | cmp - one.csv && echo "kept as it was"
"$HR" compare --plan shop.headroom --scenario busier --format csv --quiet | cmp - one.csv && echo "the same again"
"$HR" compare --plan shop.headroom --scenario busier --set fleet.servers=4 --format csv --quiet |
    cut -d, -f 1-5 | tail -n 1
scenarios() { "$HR" list --plan shop.headroom --scenarios --format csv | sed -E 's/,[0-9TZ:.-]+Z,/,TIME,/'; }
scenarios
printf 'time,duration_ms\n2026-10-05T10:00:00Z,100\n' | "$HR" import --plan shop.headroom --app jobs --quiet -
scenarios
"$HR" list --plan shop.headroom --forget quieter
echo "status $?"
"$HR" list --plan shop.headroom --forget busier
echo "status $?"
"$HR" list --plan shop.headroom --scenarios
