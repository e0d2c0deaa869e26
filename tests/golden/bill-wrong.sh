# What cannot be priced is refused with its place, and says what would be right.
check() {
    "$HR" bill --quiet "$@"
    echo "status $?"
}
printf 'service,item,quantity\nAWS Lambda,requests,-3\n' >negative.csv
printf 'service,item,quantity\nAmazon SQS,requests,3\n' >service.csv
printf 'service,item,quantity\n\nAWS Lambda,\033[2Jrequest,3\n' >item.csv
check negative.csv --book aws-us-east-1
check service.csv --book aws-us-east-1
check item.csv --book aws-us-east-1
check nothing.csv --book aws-us-east-1
check negative.csv --book aws-moon-1
check negative.csv
check --book aws-us-east-1
check negative.csv --book aws-us-east-1 --free-tier workload
check negative.csv --book aws-us-east-1 --set function.memory=128
check negative.csv --book aws-us-east-1 --set prices.discount=much
check negative.csv --book aws-us-east-1 --set prices.items.smiles=1
check negative.csv negative.csv --book aws-us-east-1
