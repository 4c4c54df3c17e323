# Sourced by the end-to-end tests.  expect CODE PATTERN WORD…  runs the program with WORD… and
# (and PATH=$program_path when that is set), checks its exit code and that PATTERN (extended regex) is in what it printed. Results of
# $mcuscope stand in $work, which is removed at the end.
set -u
mcuscope=$1
shared=../shared
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
expect() {
    local code=$1 pattern=$2 out got; shift 2
    out=$(PATH=${program_path-$PATH} "$mcuscope" "$@" 2>&1 </dev/null); got=$?
    [ "$got" = "$code" ] || { fail "exit $got, expected $code: mcuscope $*"; echo "$out" | head -n 8; return; }
    grep -Eq -e "$pattern" <<<"$out" || { fail "no /$pattern/ in: mcuscope $*"; echo "$out" | head -n 8; }
}
# same A B  compares two files byte for byte
same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }
finish() { [ $failures -eq 0 ] && { echo "ok"; exit 0; }; echo "$failures failures"; exit 1; }
need_shared() { [ -d "$shared/models" ] && return 0; echo "SKIPPED: ../shared/models is not here"; exit 0; }
