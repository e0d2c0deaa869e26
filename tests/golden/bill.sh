# A month's usage priced item by item: bands, free quantities of the account, totals that add up.
cat >usage.csv <<'END'
service,item,quantity
AWS Lambda,requests,3000000
AWS Lambda,duration-x86,540000
AWS Lambda,duration-x86,6000000000
Amazon API Gateway,api-gateway-http,432000000
Elastic Load Balancing,alb-hour,720
Elastic Load Balancing,alb-lcu,777.6
,egress,57220.458984375
END
"$HR" bill usage.csv --book aws-us-east-1 --quiet --format csv
"$HR" bill - --book aws-us-east-1 --quiet <usage.csv
"$HR" bill usage.csv --book aws-us-east-1 --quiet --format json --free-tier none \
    --set prices.items.requests=0.000001 --set prices.discount=50% |
    grep -v -e source -e as_of | head -n 12
"$HR" models items aws-us-east-1 --format csv | head -n 3
