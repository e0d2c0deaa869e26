# A file that may not be read is named. Root may read everything: skipped.
test "$(id -u)" -ne 0 || { echo "skipped: root may read every file" >&2; exit 77; }
printf 'time,duration_ms\n2026-10-05T00:00:00Z,5\n' >secret.csv
chmod 000 secret.csv
"$HR" import --plan plan.headroom secret.csv
