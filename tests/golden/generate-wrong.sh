# What is wrong with flags and descriptions, each with status 2 and nothing written.
wrong() { "$HR" generate --plan p.headroom "$@"; echo "status $?"; }
wrong --pattern sunspots
wrong --rate 5
wrong --duration 0
wrong --start noon
wrong --growth -1
wrong --trigger mail
wrong --service 'pareto shape=1 min=1s'
wrong --pattern azure-2019 --rate 5/s
wrong --rate 1e8/s
wrong --rate 1/d --duration 1s
wrong none.yaml
wrong one.yaml two.yaml
printf 'traffic: t\nworkloads:\n  - name: w\n    rate: 1/s\n    service: 1 s\n    process: {kind: cron, each: 1 min}\n' >bad.yaml
wrong bad.yaml
"$HR" models --check bad.yaml
echo "status $?"
ls
