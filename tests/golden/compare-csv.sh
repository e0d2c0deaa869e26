# The CSV contract: the header of design.md section 8 and nothing but rows; the same bytes with one
# thread, with two, and again.
"$HR" import --plan shop.headroom --app shop --quiet "$DATA/queue-jobs.csv.gz" >/dev/null 2>&1
"$HR" compare --plan shop.headroom --format csv --threads 1 >one.csv 2>words
echo "status $?"
"$HR" compare --plan shop.headroom --format csv --threads 2 >two.csv 2>/dev/null
"$HR" compare --plan shop.headroom --format csv --threads 2 --output three.csv
cmp one.csv two.csv && cmp one.csv three.csv && echo "the same bytes"
head -n 1 one.csv
cut -d, -f 1-4,9-11 one.csv | tail -n +2
awk -F, 'NR == 1 { n = NF } END { print n " columns" }' one.csv
grep -ciE '(^|,)-?(nan|inf)' one.csv
tr -d '\n\040-\176\200-\377' <one.csv | wc -c
cat words >&2
