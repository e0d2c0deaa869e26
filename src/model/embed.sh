#!/bin/sh
# embed.sh TABLE.c BYTES.S FILE...: makes the models part of the library (see embedded.h).
# The files' paths start with models/ and come sorted; run at the top of the source.
set -eu
table=$1 bytes=$2
shift 2

{
    echo '/* made by src/model/embed.sh */'
    echo '#include "model/embedded.h"'
    i=0
    for file; do
        echo "extern const unsigned char hr__embedded_$i[];"
        i=$((i + 1))
    done
    echo "const size_t hr__embedded_models_count = $#;"
    echo 'const struct hr_embedded hr__embedded_models[] = {'
    i=0
    for file; do
        echo "    {\"${file#models/}\", hr__embedded_$i, $(($(wc -c <"$file")))},"
        i=$((i + 1))
    done
    [ $# -gt 0 ] || echo '    {NULL, NULL, 0},'
    echo '};'
} >"$table"

{
    echo '/* made by src/model/embed.sh */'
    echo '    .section .rodata'
    i=0
    for file; do
        echo "    .globl hr__embedded_$i"
        echo "    .hidden hr__embedded_$i"
        echo "    .type hr__embedded_$i, %object"
        echo "hr__embedded_$i:"
        echo "    .incbin \"$file\""
        echo "    .size hr__embedded_$i, . - hr__embedded_$i"
        echo '    .byte 0'
        i=$((i + 1))
    done
    echo '    .section .note.GNU-stack,"",%progbits'
} >"$bytes"
