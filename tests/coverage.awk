#!/usr/bin/awk -f
# coverage.awk: adds up what `gcov -n` says per file of src/ into one line per room.
/^File / { file = $2; gsub(/'/, "", file); sub(/^.*\/src\//, "src/", file) }
/^Lines executed:/ && file ~ /^src\/.*\.c$/ {
    split($2, percent, /[:%]/)
    split(file, part, "/")
    lines[part[2]] += $4
    hit[part[2]] += $4 * percent[2] / 100
}
END {
    printf "%-10s %8s %8s\n", "room", "lines", "executed"
    for (room in lines) {
        printf "%-10s %8d %7.1f %%\n", room, lines[room], 100 * hit[room] / lines[room] | "sort"
        all += lines[room]
        all_hit += hit[room]
    }
    close("sort")
    if (all > 0) printf "%-10s %8d %7.1f %%\n", "all", all, 100 * all_hit / all
}
