# Without UTF-8 every symbol has a stand-in.
LC_ALL=C "$HR" --plan shop.headroom --screenshot help --size 80x30
