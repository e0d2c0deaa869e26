# Traffic made into a plan, and the same as CSV that an import reads back: the same comparison. One
# and two threads, the same bytes.
"$HR" generate --plan made.headroom --pattern bursty --rate 30/min --duration 6h --service 'pareto shape=2.5 mean=100ms' --seed 7
"$HR" generate --pattern bursty --rate 30/min --duration 6h --service 'pareto shape=2.5 mean=100ms' --seed 7 --threads 1 --csv one.csv --quiet >/dev/null
"$HR" generate --pattern bursty --rate 30/min --duration 6h --service 'pareto shape=2.5 mean=100ms' --seed 7 --threads 2 --csv - --quiet >two.csv
cmp one.csv two.csv && head -n 3 one.csv
"$HR" import --plan read.headroom --app generated one.csv
"$HR" compare --plan made.headroom --format csv --quiet >made.out
"$HR" compare --plan read.headroom --format csv --quiet >read.out
cmp made.out read.out && echo "the same comparison"
"$HR" list --plan made.headroom
# The same traffic twice would count twice.
"$HR" generate --plan made.headroom --pattern bursty --rate 30/min --duration 6h --service 'pareto shape=2.5 mean=100ms' --seed 7
echo "status $?"
# A description of one's own.
cat >shop.yaml <<'Y'
traffic: shop
start: 2026-11-02T00:00:00Z
duration: 1 d
workloads:
  - name: "GET /, home"
    rate: 10/min
    profile: {ratio: 5, peak: 20 h}
    flash: [{at: 12 h, factor: 10, ramp: 60 s, hold: 10 min}]
    service: {dist: lognormal, p50: 20 ms, p99: 200 ms}
  - name: nightly
    trigger: schedule
    rate: 1/d
    process: {kind: cron, every: 1 d, at: 2 h}
    service: 10 min
    memory: 300.5 MB
    memory_size: 512 MB
Y
"$HR" models --check shop.yaml
"$HR" generate shop.yaml --plan shop.headroom --app shop --format csv
"$HR" generate shop.yaml --plan shop.headroom --app more --format json --seed 2 --quiet
"$HR" generate shop.yaml --csv - --quiet | grep nightly
