#!/usr/bin/env bash
# The whole path on networks of the project's own zoo: bench on every MCUNet board, the same
# bytes twice, report, compare and gate on what it wrote.
. "$(dirname "$0")/lib.sh"
model=$work/net.tflite
expect 0 'MACs' model build mlperf-kws -o "$model"
for board in stm32f412g-disco stm32f746g-disco stm32f765 stm32h743; do
    expect 0 'bit-exact' bench "$model" --board $board -o "$work/$board"
done
one=$work/stm32f746g-disco
expect 0 'reference: output bit-exact' bench "$model" --board stm32f746g-disco \
    --schedule reference,tinyengine --reproducible -o "$work/a"
expect 0 'tinyengine: output bit-exact' bench "$model" --board stm32f746g-disco \
    --schedule reference,tinyengine --reproducible -o "$work/b"
for s in reference tinyengine; do
    same "$work/a/$s/report.json" "$work/b/$s/report.json"
    same "$work/a/$s/fw.elf" "$work/b/$s/fw.elf"
    grep -q '"simulation"' "$work/a/$s/report.json" && fail "--reproducible kept simulation.*"
done
for key in cycles instructions time_ms macs cycles_per_mac peak_bytes static_bytes arena_bytes \
    scratch_bytes stack_peak_bytes heap_peak_bytes total_bytes code_bytes weights_bytes \
    schema_version crc32 host_seconds mips; do
    grep -q "\"$key\"" "$one/report.json" || fail "report.json has no $key"
done
expect 0 '^\{' bench "$model" --board stm32f746g-disco --json -
expect 0 '[a-z]' report "$one/report.json" --format md

slow=$work/a/reference/report.json fast=$work/a/tinyengine/report.json
expect 0 'cycles' compare "$slow" "$fast"
expect 0 'pass|hold' gate "$fast" --baseline "$work/b/tinyengine/report.json" \
    --limits 'sram.peak=0%,cycles.total=2%,sram.peak<=262144'
expect 1 'cycles.total' gate "$fast" --limits 'cycles.total<=1000'
expect 2 'schedule' gate "$fast" --baseline "$slow" --limits 'sram.peak=0%'
expect 2 'cannot open' gate "$fast" --baseline "$work/none.json" --limits 'sram.peak=0%'
echo '{' > "$work/broken.json"
expect 2 'not valid JSON' gate "$fast" --baseline "$work/broken.json" --limits 'sram.peak=0%'
finish
