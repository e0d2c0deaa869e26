# Platforms, price books and patterns, with their dates; the age in the last column moves daily.
"$HR" models --format csv | sed 's/,[^,]*$//'
"$HR" models --format csv --output list.csv && cmp list.csv <("$HR" models --format csv) && echo "the same file"
