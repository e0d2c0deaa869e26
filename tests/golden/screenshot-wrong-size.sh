# A size that is none: one sentence, exit 2, nothing on stdout.
"$HR" --plan shop.headroom --screenshot help --size 80by24
