# Files that are no log: one sentence each, exit 2, nothing on stdout, the plan as it was.
printf 'time,duration_ms\n2026-10-05T00:00:00Z,5\n2026-10-05T00:00:01Z,7\n' >good.csv
"$HR" import --plan plan.headroom --quiet good.csv >/dev/null 2>&1
before=$(sha256sum plan.headroom)
attempt() {
    "$HR" import --plan plan.headroom "$@" >out 2>err
    echo "status $?: $(cat err)"
    test ! -s out || echo "stdout is not empty"
    test "$(sha256sum plan.headroom)" = "$before" || echo "the plan has changed"
    test ! -e plan.headroom-journal || echo "a journal is left"
}
: >empty.log
printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0' >binary.log
mkdir nothing
gzip -nc good.csv | head -c 40 >cut.csv.gz
{ gzip -nc good.csv; echo more; } >tail.csv.gz
gzip -nc good.csv | sed 's/....$/abcd/' >crc.csv.gz
xz -c good.csv 2>/dev/null | head -c 50 >cut.csv.xz
printf '\0\0\0\0\0\0\0\0\0\0' >zeros.log
printf '\377\376\375\374\n' >invalid.log
head -c 10000000 /dev/zero | tr '\0' x >long.log
printf 'duration_ms,workload\n5,a\n' >missing.csv
printf 'time,duration_ms,time\n2026-10-05T00:00:00Z,5,2026-10-05T00:00:00Z\n' >doubled.csv
printf 'time,duration\n2026-10-05T00:00:00Z,5\n' >unit.csv
printf 'time,duration_ms\n1969-12-31T23:59:59Z,5\n' >1969.csv
printf 'time,duration_ms\n2300-01-01T00:00:00Z,5\n' >2300.csv
printf 'time,duration_ms\n2026-10-05T00:00:00Z,-5\n' >negative.csv
printf '\033[2J\033[31m\007 hello\n' >escape.log
for file in empty.log binary.log nothing missing.log cut.csv.gz tail.csv.gz crc.csv.gz cut.csv.xz zeros.log \
    invalid.log long.log missing.csv doubled.csv unit.csv 1969.csv 2300.csv negative.csv escape.log; do
    attempt "$file"
done
attempt good.csv missing.log
attempt --input-format apache good.csv
attempt --map time=nope good.csv
attempt --map frobnicate=time good.csv
