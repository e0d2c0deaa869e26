#!/usr/bin/env bash
# structure-selftest.sh: proves that structure.pl sees what it is there for. Each case makes a small
# house that is in order, breaks it in one way, and must get the sentence about that, and no other.
# Says "ok NAME" or "not ok NAME" per case.
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/structure-selftest.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
status=0

# put FILE LINE...: a file of the house, with a newline after each line
put() {
    mkdir -p "$(dirname "$house/$1")"
    printf '%s\n' "${@:2}" >"$house/$1"
}

# A house in order: base and sim, a face that calls them, a test. It is built once and copied.
first_house() {
    house=$scratch/first
    put include/headroom/base.h '#ifndef BASE_H' '#define BASE_H' 'int hr_base_one(int a);' '#endif'
    put include/headroom/sim.h '#ifndef SIM_H' '#define SIM_H' '#include "headroom/base.h"' 'int hr_sim_run(int a);' '#endif'
    put src/base/one.h 'int hr__one(int a);'
    put src/base/one.c '#include "one.h"' 'int hr__one(int a)' '{' '    return a + 1;' '}'
    put src/base/base.c '#include "headroom/base.h"' '#include "one.h"' \
        'static const char *const names[] = {"printf(1)", "exit(1)"}; /* abort() */' \
        'int hr_base_one(int a)' '{' '    return hr__one(a) + names[a & 1][0];' '}'
    put src/sim/sim.c '#include "headroom/sim.h"' 'int hr_sim_run(int a)' '{' '    return hr_base_one(a);' '}'
    put src/tui/screen.c '#include <curses.h>' 'int hr__screen(void);' 'int hr__screen(void)' '{' '    return 0;' '}'
    put src/cli/main.c '#include "headroom/sim.h"' 'int main(int argc, char **argv)' '{' '    (void)argv;' \
        '    return hr_sim_run(argc);' '}'
    put tests/unit/test_base.c '#include "headroom/base.h"' 'int hr__screen(void);' 'int main(void)' '{' \
        '    return hr_base_one(1) + hr__screen();' '}'
}

new_house() {
    house=$scratch/house
    rm -rf "$house"
    cp -a "$scratch/first" "$house"
}

# Compiles what differs from the first house.
build_house() {
    local source object
    (cd "$house" && find src tests -name '*.c') | while read -r source; do
        object=$house/build/obj/${source#src/}
        if [ -e "${object%.c}.o" ] && cmp -s "$house/$source" "$scratch/first/$source"; then continue; fi
        mkdir -p "$(dirname "$object")"
        (cd "$house" && gcc -std=c17 -w -Iinclude -Isrc -c -o "${object%.c}.o" "$source") || echo "does not compile: $source"
    done
}

# expect NAME PATTERN: the house gives a violation that matches, and nothing else; no PATTERN: none
expect() {
    local said others
    build_house
    said=$(perl "$here/structure.pl" --root "$house" --build build 2>&1)
    others=$(grep -vE "^(ok|not ok|structure:) ?" <<<"$said" | grep -vE -e "${2:-^$}")
    if [ -z "$others" ] && { [ -z "${2:-}" ] || grep -qE -e "$2" <<<"$said"; } &&
        { [ -z "${2:-}" ] || grep -q '^not ok ' <<<"$said"; }; then
        echo "ok $1"
    else
        echo "$said"
        echo "not ok $1"
        status=1
    fi
    new_house
}

# lines N: a function body of N statements
lines() {
    local i
    for ((i = 0; i < $1; i++)); do echo '    a++;'; done
}

first_house
build_house
new_house
expect 'a house in order'

put src/sim/sim.c '#include "headroom/sim.h"' '#include "headroom/price.h"' 'int hr_sim_run(int a)' '{' '    return hr_base_one(a);' '}'
put include/headroom/price.h '#ifndef PRICE_H' '#define PRICE_H' 'struct hr_price;' '#endif'
expect 'an arrow that the design does not have' '^src/sim/sim.c:2: sim may not know price'

put src/sim/sim.c '#include "headroom/sim.h"' '#include "base/one.h"' 'int hr_sim_run(int a)' '{' '    return hr_base_one(a);' '}'
expect "another room's private header" '^src/sim/sim.c:2: sim includes "base/one.h", a private header of base'

put src/sim/sim.c '#include "headroom/sim.h"' 'int hr__one(int a);' 'int hr_sim_run(int a)' '{' '    return hr_base_one(a) + hr__one(a);' '}'
expect "another room's private function" '^src/sim/sim.c:2: sim calls hr__one, which is private to base'

put src/base/base.c '#include "headroom/base.h"' '#include "one.h"' 'int hr_sim_run(int a);' 'int hr_base_one(int a)' '{' '    return a ? hr__one(a) : hr_sim_run(a);' '}'
expect 'a call against the arrows without an include' '^src/base/base.c:3: base calls hr_sim_run, which belongs to sim'

put src/cli/list.c 'int hr__screen(void);' 'int hr__list(void);' 'int hr__list(void)' '{' '    return hr__screen();' '}'
put tests/unit/test_list.c 'int hr__list(void);' 'int main(void)' '{' '    return hr__list();' '}'
expect 'a face that calls the other' '^src/cli/list.c:1: cli calls hr__screen, which (belongs|is private) to tui'

put src/net/net.c 'int hr__net(void);' 'int hr__net(void)' '{' '    return 0;' '}'
put tests/unit/test_net.c 'int hr__net(void);' 'int main(void)' '{' '    return hr__net();' '}'
expect 'a room that the design does not have' "^src/net/net.c:1: no room of the design is called 'net'"

put src/base/two.h '#include "three.h"'
put src/base/three.h '#include "two.h"'
expect 'headers in a circle' '^src/base/.*\.h:1: headers in a circle: src/base/'

put include/headroom/base.h '#ifndef BASE_H' '#define BASE_H' 'size_t hr_base_size;' 'int hr_base_one(int a);' '#endif'
sed -i '1i #include <stddef.h>' "$house"/src/*/*.c "$house"/tests/unit/*.c
sed -i 's/^size_t/extern size_t/' "$house/include/headroom/base.h"
expect 'a header that does not compile alone' '^include/headroom/(base|sim).h:[0-9]+: does not compile alone'

put src/base/one.c '#include "one.h"' 'static int calls;' 'int hr__one(int a)' '{' '    return a + ++calls;' '}'
expect 'a mutable static' '^src/base/one.c:2: calls is mutable state'

put src/base/one.c '#include "one.h"' 'int hr__one(int a)' '{' '    static int count = 3;' '    return a + ++count;' '}'
expect 'a mutable static inside a function' '^src/base/one.c:4: count is mutable state'

put src/base/one.c '#include "one.h"' 'static _Thread_local int depth;' 'int hr__one(int a)' '{' '    return a + ++depth;' '}'
expect 'a mutable thread-local' '^src/base/one.c:2: depth is mutable state'

put src/tui/screen.c '#include <curses.h>' 'static int drawn;' 'int hr__screen(void);' 'int hr__screen(void)' '{' '    return drawn++;' '}'
expect 'state in a face is allowed'

put src/base/one.c '#include "one.h"' '#include <stdio.h>' 'int hr__one(int a)' '{' '    printf("%d", a);' '    return a;' '}'
expect 'a library that prints' '^src/base/one.c:5: printf\(\) below cli and tui'

put src/base/one.c '#include "one.h"' '#include <stdio.h>' 'int hr__one(int a)' '{' '    fputs("a", stderr);' '    return a;' '}'
expect 'a library that writes to stderr' '^src/base/one.c:5: stderr below cli and tui'

put src/base/one.c '#include "one.h"' '#include <stdlib.h>' 'int hr__one(int a)' '{' '    if (a == 7) exit(1);' '    return a;' '}'
expect 'a library that exits' '^src/base/one.c:5: exit\(\) below cli and tui'

put src/base/one.c '#include "one.h"' '#include <time.h>' 'int hr__one(int a)' '{' '    time_t t = a;' '    return gmtime(&t)->tm_hour;' '}'
expect 'a call that keeps state of the process' '^src/base/one.c:6: gmtime\(\) keeps or changes state'

put src/cli/list.c '#include <string.h>' 'int hr__list(char *a);' 'int hr__list(char *a)' '{' '    strcpy(a, "b");' '    return 0;' '}'
put tests/unit/test_list.c 'int hr__list(char *a);' 'int main(void)' '{' '    return hr__list(0);' '}'
expect 'a call without bounds' '^src/cli/list.c:5: strcpy\(\) knows no end'

put src/cli/list.c '#include <ncurses.h>'
expect 'ncurses outside tui' '^src/cli/list.c:1: ncurses outside src/tui'

put src/tui/draw.c '#include <curses.h>'
put src/tui/input.c '#include <ncursesw/curses.h>'
expect 'ncurses in three files of tui' '^src/tui/(draw|input|screen).c:1: ncurses in more than 2 files'

put src/base/text_utils.c
expect 'a drawer' '^src/base/text_utils.c:1: a drawer, not a room'

{ echo '/*'; yes 'words' | head -n 700; echo '*/'; } >"$house/src/base/long.c"
expect 'a file of more than 700 lines' '^src/base/long.c:702: 702 lines, at most 700'

put src/base/one.c '#include "one.h"' '/* to''do: two */' 'int hr__one(int a)' '{' '    return a + 1;' '}'
expect 'a debt' "^src/base/one.c:2: 'to[d]o': do it"

{ echo '#include "one.h"'; echo 'int hr__one(int a)'; echo '{'; lines 98; echo '    return a;'; echo '}'; } >"$house/src/base/one.c"
expect 'a function of more than 100 lines' '^src/base/one.c:2: hr__one has (102 lines, at most 100|102 lines; the p95)'

many=$(for i in $(seq 60); do printf 'static int f%d(void)\n{\n    return %d;\n}\n' "$i" "$i"; done)
{ echo "$many"; echo '#include "one.h"'; echo 'int hr__one(int a)'; echo '{'; lines 98; echo '    return a;'; echo '}'; } >"$house/src/base/one.c"
put tests/structure-exceptions.txt 'src/base/one.c:hr__one one switch over all keys'
expect 'a long function with a reason'

put tests/structure-exceptions.txt 'src/base/one.c:hr__one one switch over all keys'
expect 'an exception that is none any more' "^tests/structure-exceptions.txt:1: 'src/base/one.c:hr__one' is no exception"

{ echo '#include "one.h"'; echo 'int hr__one(int a)'; echo '{'; lines 80; echo '    return a;'; echo '}'; } >"$house/src/base/one.c"
expect 'functions that are long on the whole' '^src/base/one.c:2: hr__one has 84 lines; the p95 of all functions is 84'

put src/base/one.c '#include "one.h"' 'static int sum(int a, int b, int c, int d, int e, int f, int g)' '{' '    return a + b + c + d + e + f + g;' '}' \
    'int hr__one(int a)' '{' '    return sum(a, a, a, a, a, a, a);' '}'
expect 'seven parameters' '^src/base/one.c:2: sum takes 7 parameters'

put src/base/one.c '#include "one.h"' '#include <stdbool.h>' 'static int sum(int a, bool b, bool c)' '{' '    return a + b + c;' '}' \
    'int hr__one(int a)' '{' '    return sum(a, true, false);' '}'
expect 'two bools side by side' '^src/base/one.c:3: two bools side by side'

put src/base/two.c 'int hr__two(int a)' '{' '    return a;' '}'
expect 'an export that nobody uses' '^src/base/two.c:1: hr__two is used in this file only'

put include/headroom/base.h '#ifndef BASE_H' '#define BASE_H' 'int hr_base_one(int a);' 'int hr_base_two(int a);' '#endif'
put src/base/two.c '#include "headroom/base.h"' 'int hr_base_two(int a)' '{' '    return a;' '}'
expect 'a public function that no other room uses' '^src/base/two.c:2: hr_base_two is public, but no other room and no test'

put include/headroom/base.h '#ifndef BASE_H' '#define BASE_H' 'int hr_base_one(int a);' 'int hr_base_two(int a);' '#endif'
expect 'a declaration without a definition' '^include/headroom/base.h:4: hr_base_two is declared and nowhere defined'

put src/base/one.h 'int hr__one(int a);' 'int one_more(int a);'
put src/base/one.c '#include "one.h"' 'int hr__one(int a)' '{' '    return a + 1;' '}' 'int one_more(int a)' '{' '    return a;' '}'
put tests/unit/test_one.c '#include "base/one.h"' 'int main(void)' '{' '    return one_more(1);' '}'
expect 'an exported name without prefix' '^src/base/one.c:6: one_more is exported, so its name starts with hr_'

put src/base/one.h 'int hr__one(int a);' 'int hr_more(int a);'
put src/base/one.c '#include "one.h"' 'int hr__one(int a)' '{' '    return a + 1;' '}' 'int hr_more(int a)' '{' '    return a;' '}'
put tests/unit/test_one.c '#include "base/one.h"' 'int main(void)' '{' '    return hr_more(1);' '}'
expect 'a public name outside the public headers' '^src/base/one.c:6: hr_more is in no public header'

exit $status
