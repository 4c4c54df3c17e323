#!/usr/bin/env bash
# Words that the program does not understand: one clear message, exit code 2, never a crash.
. "$(dirname "$0")/lib.sh"
expect 2 'usage: mcuscope'
expect 0 'usage: mcuscope' --help
expect 0 '^mcuscope [0-9]+\.[0-9]+' --version
expect 2 "no such verb; did you mean 'bench'" bnch
expect 2 'no such verb' xyzzyxyzzy
for verb in analyze bench board build compare gate list model report run validate; do
    expect 0 'example:' $verb --help
done
expect 2 'did you mean --board' bench m.tflite --borad x
expect 2 'needs a value' bench m.tflite --board
expect 2 'needs: MODEL' bench
expect 2 'one word too many' board a b
expect 2 'whole number' run x.elf --board stm32f746g-disco --max-cycles many
expect 2 'threads 3: have 1 and 2' run x.elf --board stm32f746g-disco --threads 3
expect 2 'no-such-board.*stm32f746g-disco' board no-such-board
expect 2 'no-such-list' list no-such-list
for what in boards models schedules ops metrics errors layers; do
    expect 0 '.' list $what
done
expect 0 'dtcm' board stm32f746g-disco
expect 0 '0x00200000' board stm32f746g-disco
finish
