# The sample logs, as the README's main command imports them: three formats into one application.
"$HR" import --plan shop.headroom --app shop --format csv \
    "$DATA/shop-access.log.gz" "$DATA/image-pipeline.log.gz" "$DATA/queue-jobs.csv.gz"
"$HR" list --plan shop.headroom
"$HR" list --plan shop.headroom shop --format csv
