# An expectation that does not hold: the rows on stdout all the same, the sentence on stderr, exit 1.
"$HR" import --plan shop.headroom --app shop --quiet "$DATA/queue-jobs.csv.gz" >/dev/null 2>&1
printf '%s\n' 'batch: strict' 'app: shop' 'workloads: [all]' 'platforms: [aws-lambda-arm]' 'expect:' '  - cold_starts <= 0' >strict.yaml
"$HR" batch --plan shop.headroom strict.yaml >rows.csv
status=$?
wc -l <rows.csv
exit $status
