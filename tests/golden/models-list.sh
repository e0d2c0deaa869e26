# Platforms, price books and patterns, with their dates.
"$HR" models --format csv
"$HR" models --format csv --output list.csv && cmp list.csv <("$HR" models --format csv) && echo "the same file"
