# manual.awk: puts the terminal program's keys (context, key, sentence; tab-separated on standard
# input) into the manual, in place of its line that begins with `.\" KEYS`.
{
    gsub(/[\\\-]/, "\\\\&")
    if ($1 != context)
        keys = keys ".SS " (context = $1) "\n"
    keys = keys ".TP\n.B \"" $2 "\"\n" $3 ".\n"
}
END {
    while ((getline line < manual) > 0)
        if (line ~ /^\.\\" KEYS/)
            printf ".SH KEYS\n%s", keys
        else
            print line
}
