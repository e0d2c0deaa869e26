# Each wrong file is refused with file, line and column and what was expected.
check() {
    "$HR" models --check "$1"
    echo "status $?" >&2
}
check "$SOURCE/models/platforms/aws-lambda-arm.yaml"
check "$SOURCE/models/prices/aws-us-east-1.yaml"
check "$SOURCE/models/patterns/web-api.yaml"
sed 's/keep_alive: {policy: fixed, time: [0-9]* [a-z]*}/keep_alive: {policy: fixed, time: 600}/' \
    "$SOURCE/models/platforms/aws-lambda-arm.yaml" >unit.yaml
check unit.yaml
sed 's/  per_instance:/  per_instence:/' "$SOURCE/models/platforms/google-cloud-run.yaml" >key.yaml
check key.yaml
printf 'platform: x\nkind: function\nkind: fleet\n' >twice.yaml
check twice.yaml
printf 'platform: x\n\tkind: function\n' >tab.yaml
check tab.yaml
printf 'a: &x [*x]\n' >alias.yaml
check alias.yaml
: >empty.yaml
check empty.yaml
head -c 3000 "$SOURCE/models/prices/aws-us-east-1.yaml" | sed 's/price: [0-9.]*/price: cheap/' >price.yaml
check price.yaml
