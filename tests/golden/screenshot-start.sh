# The first start without a plan file, drawn without a terminal; the plan file is not made.
"$HR" --plan shop.headroom --screenshot start --size 80x24
test ! -e shop.headroom
