# A window beside the traffic is refused, one far beyond it is remarked on, and a short one is called
# no more than it is: without a verdict nothing is the cheapest.
"$HR" import --plan shop.headroom --app jobs --quiet "$DATA/queue-jobs.csv.gz" >/dev/null 2>&1
window() {
    "$HR" compare --plan shop.headroom --only aws-lambda-arm --window "$@" >out
    echo "status $?"
    head -n 4 out
    grep -c '^\* aws' out || true
}
window 2020-01-01T00:00:00Z..2020-02-01T00:00:00Z
window 2026-09-29T03:00:00Z..2026-09-29T03:00:00.001Z
window 2026-09-28T00:00:00Z..2027-09-28T00:00:00Z
window 2026-09-28T00:00:00Z..2027-09-28T00:00:00Z --quiet
window 2026-09-29T03:00:00Z..2026-09-29T03:02:00Z
