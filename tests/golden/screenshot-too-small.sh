# Below 80x24 the screen asks for room.
"$HR" --plan shop.headroom --screenshot help --size 61x20
