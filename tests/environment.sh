# environment.sh: the one place that fixes what a test sees of the machine. Sourced by run.sh and
# golden/update.sh with BUILD set to the build folder (default: build).
#
# HR_SOURCE  top of the source          HR_BIN     the program under test
# HR_TRACES  real logs, or empty        HR_SCRATCH a folder of this run, removed at its end
unset LINES COLUMNS NO_COLOR HEADROOM_PLAN LANG LANGUAGE CDPATH MAKEFLAGS MFLAGS MAKELEVEL
unset XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_HOME XDG_DATA_DIRS XDG_STATE_HOME XDG_CACHE_HOME
export TERM=xterm-256color TZ=UTC LC_ALL=C.UTF-8
umask 022

HR_SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$HR_SOURCE" || exit 1
BUILD=$(realpath -m "${BUILD:-build}")
HR_BIN=$BUILD/headroom
if [ -z "${HR_TRACES:-}" ] && [ -d "$HR_SOURCE/../shared/traces" ]; then
    HR_TRACES=$(cd "$HR_SOURCE/../shared/traces" && pwd -P)
fi
HR_TRACES=${HR_TRACES:-}
HR_SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/headroom-test.XXXXXX")
trap 'rm -rf "$HR_SCRATCH"' EXIT
trap 'exit 130' INT TERM HUP
export HR_SOURCE HR_BIN HR_TRACES HR_SCRATCH BUILD

# Runs a command in an empty folder of its own, with a home and a temporary folder beside it.
# in_clean_place NAME COMMAND...
in_clean_place() {
    local place=$HR_SCRATCH/$1
    shift
    mkdir -p "$place/home" "$place/tmp" "$place/work"
    (cd "$place/work" && HOME=$place/home TMPDIR=$place/tmp "$@" </dev/null)
}

# Runs one golden case and leaves out, err and status in $HR_SCRATCH/golden/CASE; names of places
# on this machine are replaced by $PWD, $DATA and $SOURCE. run_golden CASE
run_golden() {
    local name=$1 place=$HR_SCRATCH/golden/$1 stream
    mkdir -p "$place"
    HR=$HR_BIN DATA=$HR_SOURCE/data SOURCE=$HR_SOURCE \
        in_clean_place "golden/$name" timeout -k 5 "${HR_TEST_LIMIT:-120}" \
        bash "$HR_SOURCE/tests/golden/$name.sh" >"$place/raw.out" 2>"$place/raw.err"
    echo $? >"$place/status"
    for stream in out err; do
        sed -e "s|$place/work|\$PWD|g" -e "s|$HR_SOURCE/data|\$DATA|g" -e "s|$HR_SOURCE|\$SOURCE|g" \
            "$place/raw.$stream" >"$place/$stream"
    done
}
