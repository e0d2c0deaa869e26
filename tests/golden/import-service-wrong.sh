# A service time that is no distribution is refused before anything is read.
printf 'time,duration_ms\n2026-10-05T00:00:00Z,5\n2026-10-05T00:00:01Z,7\n' >good.csv
"$HR" import --plan plan.headroom --service 'lognormal p50=fast p99=900ms' good.csv
status=$?
ls
exit $status
