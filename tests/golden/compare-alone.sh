# --alone: each workload has servers, a balancer and disks of its own, sized for it alone, and (all)
# is their sum; functions stay as they are; a batch knows the option too.
"$HR" import --plan shop.headroom --app jobs --quiet "$DATA/queue-jobs.csv.gz" "$DATA/image-pipeline.log.gz" >/dev/null 2>&1
"$HR" compare --plan shop.headroom --alone --only fleet-fixed | grep -E "^[*]|^[(a-z]|  size|in force"
"$HR" compare --plan shop.headroom --alone --format csv >alone.csv 2>/dev/null
"$HR" compare --plan shop.headroom --format csv >shared.csv 2>/dev/null
grep -E ',(aws-lambda|google)' alone.csv | cut -d, -f 1-49 >functions
grep -E ',(aws-lambda|google)' shared.csv | cut -d, -f 1-49 | cmp - functions && echo "functions are the same"
awk -F, '$3 == "fleet-fixed" { if ($2 == "(all)") all = $47; else sum += $47 }
    END { printf "%.6f is the sum of the workloads, %.6f is (all)\n", sum, all }' alone.csv
cat >sizes.yaml <<'END'
batch: sizes
platforms: [fleet-fixed]
END
"$HR" batch --plan shop.headroom --alone --quiet sizes.yaml | cut -d, -f 2,5
