# The sample of data/: one row per combination; exit 0 while its expectations hold.
"$HR" import --plan shop.headroom --app shop --quiet "$DATA/queue-jobs.csv.gz" >/dev/null 2>&1
"$HR" batch --plan shop.headroom --threads 1 "$DATA/shop-sweep.yaml" >one.csv
echo "status $?"
"$HR" batch --plan shop.headroom --threads 2 "$DATA/shop-sweep.yaml" --output two.csv 2>/dev/null
cmp one.csv two.csv && echo "the same bytes"
head -n 1 one.csv | cut -d, -f 1-10
cut -d, -f 1-5 one.csv | tail -n +2
