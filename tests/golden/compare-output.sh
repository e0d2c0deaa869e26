# --output appears whole or not at all: a comparison that fails leaves the older file.
"$HR" import --plan shop.headroom --app shop --quiet "$DATA/queue-jobs.csv.gz" >/dev/null 2>&1
echo older >report.csv
"$HR" compare --plan shop.headroom --format csv --only nothing-like-it --output report.csv
echo "status $?"
cat report.csv
"$HR" compare --plan shop.headroom --format csv --only aws-lambda-arm --output report.csv
echo "status $?"
head -c 40 report.csv
echo
"$HR" compare --plan shop.headroom --format csv --output no/such/folder/report.csv
echo "status $?"
(ulimit -f 1; trap '' XFSZ; "$HR" compare --plan shop.headroom --format json --output report.csv; echo "status $?")
head -c 40 report.csv
echo
ls
