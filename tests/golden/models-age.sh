# The age of each price book in days; past 180 days it is remarked on, and a date that is still to
# come is refused with file, line and key.
mkdir -p mine/prices
dated() {
    printf 'book: mine\ntitle: Mine\nprovider: p\nregion: r\ncurrency: USD\nas_of: %s\n' "$1"
    printf 'items:\n  use: {service: S, unit: requests, price: 0.5}\n'
}
dated 2026-05-01 >mine/prices/mine.yaml
"$HR" models --models mine --today 2026-10-28 --format csv | grep -e ^kind -e ,mine,
"$HR" models --models mine --today 2026-10-29 2>&1 >/dev/null | grep mine
"$HR" models --models mine --today 2026-10-29 --format json | grep -A 3 '"id": "mine"'
"$HR" models --models mine --today 2026-10-29 --quiet | grep ' mine '
dated 2999-01-01 >mine/prices/mine.yaml
"$HR" models --models mine 2>&1 | sed 's/today ([0-9-]*)/today (DATE)/'
"$HR" models --check mine/prices/mine.yaml 2>&1 | sed 's/today ([0-9-]*)/today (DATE)/'
"$HR" models --today soon
echo "status $?"
