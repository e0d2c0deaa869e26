# A base of reserved servers whose overflow goes to functions: the rows, the answer and why so many servers.
"$HR" import --plan shop.headroom --app shop --quiet "$DATA"/*.gz >/dev/null 2>&1
"$HR" compare --plan shop.headroom --only aws-lambda-arm,fleet-fixed-1y,hybrid-fixed-1y,hybrid-autoscaled \
    --top 1 --quiet 2>&1 | grep -v '~'
"$HR" compare --plan shop.headroom --only hybrid-fixed-1y --format csv --quiet | cut -d, -f 2-5,9,10,18 | tail -n 2
"$HR" compare --plan shop.headroom --only hybrid-fixed-1y --alone 2>&1
echo "status $?"
