# --top and --show leave workloads out of the table, and only there; an unknown name is refused.
"$HR" import --plan shop.headroom --app shop --quiet "$DATA/shop-access.log.gz" >/dev/null 2>&1
compare() { "$HR" compare --plan shop.headroom --only fleet-fixed --no-turns --quiet "$@"; }
compare --top 2 | grep -E '^[(A-Z].*: [0-9]+ inv|more workload'
compare --show 'POST /checkout' --show 'GET /search' | grep -E '^[(A-Z].*: [0-9]+ inv|more workload'
compare --format csv >all.csv
compare --format csv --top 1 | cmp - all.csv && echo "CSV carries all"
compare --show '/checkout'
echo "status $?"
compare --top none
echo "status $?"
