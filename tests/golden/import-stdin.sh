# - is standard input; what comes through a pipe is the same as from the file, compressed or not.
gzip -dc "$DATA/queue-jobs.csv.gz" | "$HR" import --plan a.headroom --app shop --format csv -
"$HR" import --plan b.headroom --app shop --quiet - <"$DATA/queue-jobs.csv.gz" >/dev/null 2>&1
"$HR" list --plan a.headroom shop --format json >a.json
"$HR" list --plan b.headroom shop --format json >b.json
cmp a.json b.json && cat a.json
