# A reader that has had enough is no error, a full disk is one; both leave no noise.
"$HR" import --plan shop.headroom --app shop --quiet "$DATA/queue-jobs.csv.gz" >/dev/null 2>&1
for format in table csv json; do
    "$HR" compare --plan shop.headroom --format $format 2>words | head -n 1 | wc -l
    echo "$format: ${PIPESTATUS[0]} $(cat words)"
    { "$HR" compare --plan shop.headroom --format $format 2>words; echo "$format, closed at once: $? $(cat words)" >said; } |
        exec true
    sleep 0.1
    while ! test -s said; do sleep 0.1; done
    cat said
    rm said
done
for verb in "compare --format csv" "compare --format json" compare list models "batch $DATA/shop-sweep.yaml" \
    "import --dry-run --format json $DATA/queue-jobs.csv.gz"; do
    # shellcheck disable=SC2086
    "$HR" $verb --plan shop.headroom --quiet >/dev/full 2>words
    echo "${verb%% *} to a full disk: status $?: $(cat words)"
done
# Whoever has left before the first byte is no fault either.
"$HR" compare --plan shop.headroom --no-turns --save kept --quiet >/dev/null
for verb in "list --saved kept" "--screenshot workloads" models; do
    # shellcheck disable=SC2086
    { sleep 0.3; "$HR" $verb --plan shop.headroom --quiet 2>words; echo "$verb: status $? $(cat words)" >said; } | exec true
    while ! test -s said; do sleep 0.1; done
    cat said
    rm said
done
