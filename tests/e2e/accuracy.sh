#!/usr/bin/env bash
# docs/accuracy.md and the table in README.md are what `mcuscope accuracy` says. UPDATE=1 writes
# them anew.
. "$(dirname "$0")/lib.sh"
{
    cat <<'TEXT'
# Accuracy

Cycles that mcuscope simulates, beside cycles that others measured on silicon and published; peak
stack, too (B). The error is signed: above 0, the simulation is too slow. Generated from `boards/measured/` by
`tests/e2e/accuracy.sh` (`UPDATE=1` rewrites this page); simulated counts are in `results.csv` with
date and SHA-256 of the image.
Images of others are not part of this project: who has them repeats the counts with
`mcuscope accuracy --images DIR`.

TEXT
    "$mcuscope" accuracy --format md
} > "$work/accuracy.md" || fail "accuracy did not run"
{
    sed '/^<!-- accuracy -->$/q' README.md
    echo
    "$mcuscope" accuracy --format md | sed '/^$/,$d'
    echo
    echo 'Each anchor with its error: [docs/accuracy.md](docs/accuracy.md).'
    echo
    sed -n '/^<!-- \/accuracy -->$/,$p' README.md
} > "$work/README.md"
if [ "${UPDATE-}" = 1 ]; then
    cp "$work/accuracy.md" docs/accuracy.md
    cp "$work/README.md" README.md
fi
diff -u docs/accuracy.md "$work/accuracy.md" || fail "docs/accuracy.md is not what is recorded"
diff -u README.md "$work/README.md" || fail "README.md is not what is recorded"
expect 2 'no file there is an image' accuracy --images "$work"
expect 2 'cannot open' accuracy --images "$work/none"
finish
