# Means over replications of generated traffic: beside the figures that were there before, the same
# bytes on one thread and two; precision that is reached or not.
cat >paper.yaml <<'Y'
platform: paper
kind: fleet
title: Two slots, one queue
as_of: 2026-11-01
fleet:
  instance: {vcpus: 2, memory: 4 GB, slots: 2}
  servers: {min: 1, max: 1}
  discipline: slots
  balancer: shared-queue
  autoscaler: {policy: fixed}
Y
"$HR" generate --plan p.headroom --rate 5/s --duration 20min --service 'exponential mean=200ms' --name checkout --quiet >/dev/null
compare() { "$HR" compare --plan p.headroom --platform paper.yaml --only paper --no-turns "$@"; echo "status $?"; }
compare --replications 6 --format csv --threads 1 --quiet >one.csv
compare --replications 6 --format csv --threads 2 --quiet >two.csv
compare --format csv --quiet >without.csv
cmp one.csv two.csv && echo "the same bytes"
cmp <(cut -d, -f 1-53 one.csv) <(cut -d, -f 1-53 without.csv) && echo "the figures of before"
cut -d, -f 2,54-60 one.csv
cut -d, -f 2,54-60 without.csv
compare --replications 6 | sed -n '/^Means/,$p'
compare --precision 20% --format csv | cut -d, -f 2,54
compare --precision 1% --replications 12 --format csv | cut -d, -f 2,54
compare --replications 0
compare --precision 0
