# The decision log says as many cold starts, throttles, time-outs and rejections as the rows count, whatever
# the platform; a span cuts it; JSON lines carry the same; a run that fails leaves no file.
"$HR" import --plan shop.headroom --app shop --quiet "$DATA"/*.gz >/dev/null 2>&1
events() { # FILE OPTION...: writes FILE, and the rows to rows.csv
    "$HR" compare --plan shop.headroom --no-turns --quiet --format csv --events "$@" >rows.csv
}
counts() { awk -F, -v event="$1" '$3 == event {n[$2]++} END {for (p in n) print p, n[p]}' events.csv | sort; }
column() {
    awk -F, -v name="$1" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i}
        $2 == "(all)" && $at[name] > 0 {print $3, $at[name]}' rows.csv | sort
}
agree() { # EVENT COLUMN
    counts "$1" >told && column "$2" >counted && cmp told counted && echo "$1: $(wc -l <told) platforms agree"
}
events events.csv --only aws-lambda-arm,google-cloud-run,hybrid-fixed-1y,fleet-autoscaled \
    --set function.concurrency_limit=3 --set function.time_limit=100s --set fleet.queue_limit=2 \
    --set fleet.servers.max=3
agree cold-start cold_starts
agree throttled throttled
agree timed-out timed_out
agree rejected rejected
events events.csv --only fleet-autoscaled --set fleet.servers.min=1 --events-span 2026-09-29T00:00:00Z..2026-09-29T02:00:00Z
cat events.csv
events events.jsonl --only fleet-autoscaled --set fleet.servers.min=1 --events-span 2026-09-29T00:00:00Z..2026-09-29T02:00:00Z
cat events.jsonl
events no.csv --alone
echo "status $?"
events no.csv --events-span yesterday 2>&1 | tail -n 2
events no/such/folder/no.csv
echo "status $?"
ls no.csv 2>&1
