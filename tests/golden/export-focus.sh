# A platform's bill as FOCUS rows: what is billed adds up to what compare says it costs.
awk 'BEGIN {
    print "time,duration_ms,workload"
    for (i = 0; i < 20000; i++) printf "%d.%03d,%d,api\n", 1760000000 + i * 30, i % 1000, 50 + i % 400
}' >log.csv
"$HR" import --quiet --plan p.headroom --app shop log.csv >/dev/null
for id in aws-lambda-arm fleet-fixed-1y; do
    "$HR" export --quiet --plan p.headroom --as focus --on $id --account acme >$id.csv
    cut -d, -f1 $id.csv | awk 'NR > 1 { sum += $1 } END { printf "billed %.4f\n", sum }'
    "$HR" compare --quiet --no-turns --plan p.headroom --only $id --format csv |
        awk -F, '$2 == "(all)" { for (i = 1; i <= NF; i++) if (h[i] == "cost_month_usd") printf "costs  %.4f\n", $i }
                 NR == 1 { for (i = 1; i <= NF; i++) h[i] = $i }'
done
head -n 2 aws-lambda-arm.csv
"$HR" bill - --book cloudflare --as focus --month 2026-02 <<'END' | cut -d, -f1,5-7,30-38
service,item,quantity
,workers-plan,1
,workers-requests,15000000
END
"$HR" export --as focus --on aws-lambda-moon --plan p.headroom --quiet 2>&1 | cut -d ';' -f 1
echo "status ${PIPESTATUS[0]}"
"$HR" export --as excel --on aws-lambda-arm --plan p.headroom
echo "status $?"
"$HR" export --on aws-lambda-arm --plan p.headroom
echo "status $?"
"$HR" export --as focus --on aws-lambda-arm --month 2026-13
echo "status $?"
