# One instance, gaps of 5 and 7 minutes against a keep-alive of 6: recorded and replayed agree to the
# last invocation; with 4 minutes they do not. A log without initialisation times says so.
at=0
for gap in 0 300 300 420 300 420 420 300; do
    at=$((at + gap))
    init=
    [ $gap -eq 420 ] || [ $at -eq 0 ] && init=$'Init Duration: 200.00 ms\t'
    printf '2026-10-05T%02d:%02d:%02d.%s+00:00 2026/10/05/[$LATEST]0001 REPORT RequestId: 00000000-0000-4000-8000-%012d\tDuration: 100.00 ms\tBilled Duration: 300 ms\tMemory Size: 1769 MB\tMax Memory Used: 90 MB\t%s\n' \
        $((at / 3600)) $((at / 60 % 60)) $((at % 60)) "$([ -n "$init" ] && echo 300000 || echo 100000)" $at "$init"
done >pipeline.log
"$HR" import --plan p.headroom --quiet pipeline.log >/dev/null 2>&1
backtest() { "$HR" backtest --plan p.headroom --quiet "$@"; echo "status $?"; }
backtest --on aws-lambda-x86
backtest --on aws-lambda-x86 --format csv --set function.keep_alive.time=240s
backtest --on aws-lambda-x86 --format json | head -n 12
backtest --on fleet-fixed
backtest
printf 'time,duration_ms\n2026-10-05T10:00:00Z,100\n' | "$HR" import --plan q.headroom --app web --quiet - >/dev/null 2>&1
"$HR" backtest --plan q.headroom --on aws-lambda-x86
echo "status $?"
