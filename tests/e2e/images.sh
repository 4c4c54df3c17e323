#!/usr/bin/env bash
# Images of every shape: where they are linked to, files that are none, runs without a result.
. "$(dirname "$0")/lib.sh"
fw=$2
[ -f "$fw/hello.elf" ] || { echo "SKIPPED: no firmware (arm-none-eabi-gcc is not installed)"; exit 0; }
board=(--board stm32f746g-disco --no-range)

# Code in RAM counts as SRAM, and sums of the report stay true without any flash.
sed 's/AT > FLASH//; s/> FLASH/> RAM/; s/ > RAM > RAM/ > RAM/' tests/firmware/fw.ld >"$work/ram.ld"
arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -O1 -ffreestanding -nostdlib \
    -Wl,--no-warn-rwx-segments -T "$work/ram.ld" tests/firmware/fw.c tests/firmware/hello.c -o "$work/ram.elf" ||
    fail "ram.elf does not link"
expect 0 'hello' run "$work/ram.elf" "${board[@]}" --json "$work/ram.json"
expect 0 '5050' run "$fw/copied.elf" "${board[@]}"
grep -q '"code_bytes": 0' "$work/ram.json" || fail "code in RAM is no flash"

# A pipe is neither waited for nor replaced.
mkfifo "$work/pipe"
expect 2 'pipe: not a regular file' run "$work/pipe" "${board[@]}"

# Who does not speak the protocol, or not to its end.
expect 2 'never said "m-ready"' mlperf "$fw/hello.elf" "${board[@]}"
expect 3 'last command was "boot"' mlperf "$fw/mlperf.elf" "${board[@]}" --max-cycles 100 --json "$work/short.json"
grep -q '"us_per_inference": null' "$work/short.json" || fail "a run that failed has a latency"
finish
