# A screen that needs a comparison says what is missing.
"$HR" --plan shop.headroom --screenshot workloads
