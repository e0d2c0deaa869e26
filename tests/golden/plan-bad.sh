# Plans that are none, damaged, of another program, from the future or locked: every verb says so
# in one sentence and leaves the file as it is.
printf 'time,duration_ms\n2026-10-05T00:00:00Z,5\n2026-10-05T00:00:01Z,7\n' >good.csv
"$HR" import --plan good.headroom --quiet good.csv >/dev/null 2>&1
attempt() {
    local plan=$1 before
    before=$(cat "$plan" 2>/dev/null | sha256sum)
    for verb in "import good.csv" list compare "batch $DATA/shop-sweep.yaml"; do
        # shellcheck disable=SC2086
        "$HR" $verb --plan "$plan" >out 2>err
        echo "${verb%% *}: status $?: $(cat err)"
        test ! -s out || echo "stdout is not empty"
        test "$(cat "$plan" 2>/dev/null | sha256sum)" = "$before" || echo "the plan has changed"
    done
}
cp good.csv text.headroom
attempt text.headroom
head -c 9000 good.headroom >cut.headroom
attempt cut.headroom
# user_version and application_id stand at bytes 60 and 68 of an SQLite file.
cp good.headroom future.headroom
printf '\0\0\0\143' | dd of=future.headroom bs=1 seek=60 conv=notrunc status=none
attempt future.headroom
cp good.headroom foreign.headroom
printf 'song' | dd of=foreign.headroom bs=1 seek=68 conv=notrunc status=none
attempt foreign.headroom
mkdir folder.headroom
"$HR" list --plan folder.headroom; echo "status $?" >&2
"$HR" list --plan none.headroom; echo "status $?" >&2
"$HR" import --plan no/such/folder/plan good.csv; echo "status $?" >&2
