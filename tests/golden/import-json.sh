# The JSON contract of an import: one object on stdout, words on stderr; a dry run says the same
# and makes no plan.
"$HR" import --plan shop.headroom --app shop --format json --dry-run "$DATA/queue-jobs.csv.gz" 2>dry.words >dry.json
echo "dry run: status $?"
test ! -e shop.headroom && echo "no plan was made"
"$HR" import --plan shop.headroom --app shop --format json "$DATA/queue-jobs.csv.gz"
cmp dry.json <("$HR" import --plan other.headroom --app shop --format json "$DATA/queue-jobs.csv.gz" 2>/dev/null) && echo "the same object"
sed -n '$p' dry.words
