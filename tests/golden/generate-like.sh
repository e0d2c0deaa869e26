# A month like a day, grown: fitted to what was recorded, shown, and made.
"$HR" generate --plan day.headroom --app shop --pattern bursty --rate 20/min --duration 1d --service 'lognormal p50=80ms p99=900ms' --quiet >/dev/null
"$HR" generate --plan day.headroom --like bursty
"$HR" generate --plan day.headroom --like bursty --format csv | cut -d, -f 1-3 | sed 's/[0-9][0-9.]*//g'
"$HR" generate --plan day.headroom --like bursty --format json | grep -c '"candidate"'
"$HR" generate --plan day.headroom --like bursty --duration 30d --growth 10% --app month --write like.yaml --quiet >/dev/null
"$HR" models --check like.yaml
"$HR" list --plan day.headroom
"$HR" generate --plan day.headroom --like '(all)' --from shop --duration 30d --growth 10% --csv - --quiet | tail -n +2 | wc -l
"$HR" generate like.yaml --csv - --quiet | tail -n +2 | wc -l
# What cannot be fitted.
"$HR" generate --plan day.headroom --like bursty
echo "status $?"
"$HR" generate --plan day.headroom --like checkout --from shop
echo "status $?"
"$HR" generate --like bursty --pattern cron
echo "status $?"
printf 'time,duration_ms\n2026-10-05T10:00:00Z,100\n' | "$HR" import --plan few.headroom --workload few --quiet - >/dev/null 2>&1
"$HR" generate --plan few.headroom --like few
echo "status $?"
