# kill -9 in the middle of an import: the plan opens and holds what was imported before.
printf 'time,duration_ms\n2026-10-05T00:00:00Z,5\n2026-10-05T00:00:01Z,7\n' >good.csv
"$HR" import --plan plan.headroom --quiet good.csv >/dev/null 2>&1
mkfifo log
"$HR" import --plan plan.headroom --app other --quiet log >/dev/null 2>&1 &
pid=$!
disown # bash says nothing of its end
exec 3>log
{
    echo time,duration_ms
    awk 'BEGIN { for (i = 0; i < 200000; i++) printf "%d,%d\n", 1790000000 + i, (i * 7919) % 1009 }'
} >&3
kill -9 $pid
exec 3>&-
while kill -0 $pid 2>/dev/null; do sleep 0.05; done
"$HR" list --plan plan.headroom --format csv | cut -d, -f 1,2
"$HR" import --plan plan.headroom --app other --quiet good.csv >/dev/null 2>&1
echo "another import: status $?"
