# Lines that cannot be read, among good ones: counted by reason, shown with file and line, and no
# control character of theirs reaches a stream.
{
    printf 'time,duration_ms,workload\n'
    for second in 10 11 12 13 14 15 16 17 18 19; do printf '2026-10-05T00:00:%sZ,5,good\n' $second; done
    printf '1969-12-31T00:00:00Z,5,old\n2300-01-01T00:00:00Z,5,late\n2026-10-05T00:00:20Z,-5,negative\n'
    printf '\033[2Jnow,\033]0;title\007,x\n'
    printf '2026-10-05T00:00:21Z,5,nul\0byte\n2026-10-05T00:00:22Z,5,\377\376invalid\n'
    printf '2026-10-05T00:00:23Z,5,\033[31mred\007\n'
    head -c 10000000 /dev/zero | tr '\0' y
    printf '\n2026-10-05T00:00:24Z,5,good\n'
} >mixed.csv
"$HR" import --plan plan.headroom --format csv --rejects rejects.txt mixed.csv >out 2>err
echo "status $?"
cut -c 1-160 err
cat out
"$HR" list --plan plan.headroom default
"$HR" list --plan plan.headroom default --format csv >>out
"$HR" list --plan plan.headroom default --format json >>out
for format in table csv json; do
    "$HR" compare --plan plan.headroom --only aws-lambda-arm --format $format >>out 2>>err
done
echo "lines of rejects: $(grep -c . rejects.txt)"
test "$(tr -d '\n\t\040-\176\200-\377' <out | wc -c)" -eq 0 && echo "no control character on stdout"
test "$(tr -d '\n\t\040-\176\200-\377' <err | wc -c)" -eq 0 && echo "no control character on stderr"
iconv -f UTF-8 -t UTF-8 out >/dev/null && echo "stdout is UTF-8"
