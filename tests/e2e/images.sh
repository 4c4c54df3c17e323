#!/usr/bin/env bash
# Images of every shape: where they are linked to, files that are none, runs without a result.
. "$(dirname "$0")/lib.sh"
fw=$2
[ -f "$fw/hello.elf" ] || { echo "SKIPPED: no firmware (arm-none-eabi-gcc is not installed)"; exit 0; }
board=(--board stm32f746g-disco --no-range)

# link NAME SED [FLAG…]  hello.c as NAME.elf, by the test firmware's linker script as SED changes it
link() {
    local name=$1; sed "$2" tests/firmware/fw.ld >"$work/$1.ld"; shift 2
    arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -O1 -ffreestanding \
        -nostdlib -Wl,--no-warn-rwx-segments "$@" -T "$work/$name.ld" tests/firmware/fw.c \
        tests/firmware/hello.c -o "$work/$name.elf" || fail "$name.elf does not link"
}

# Code in RAM counts as SRAM, and sums of the report stay true without any flash.
link ram 's/AT > FLASH//; s/> FLASH/> RAM/; s/ > RAM > RAM/ > RAM/'
expect 0 'hello' run "$work/ram.elf" "${board[@]}" --json "$work/ram.json"
expect 0 '5050' run "$fw/copied.elf" "${board[@]}"
expect 0 'no sections .* touched [0-9,]+ bytes of SRAM' run "$fw/hello.bin" "${board[@]}"
out=$("$mcuscope" run "$fw/hello.elf" "${board[@]}") # has sections
[[ $out != *'no sections'* ]] || fail "an ELF is said to have no sections"
grep -q '"code_bytes": 0' "$work/ram.json" || fail "code in RAM is no flash"

# A damaged section that claims flash and all RAM: the sums stay true.
headers=$(arm-none-eabi-readelf -h "$fw/hello.elf" | awk '/Start of section headers/ {print $5}')
cp "$fw/hello.elf" "$work/lie.elf"
printf '\000\000\000\060' | dd of="$work/lie.elf" bs=1 seek=$((headers + 40 + 20)) conv=notrunc 2>/dev/null
expect 0 'hello' run "$work/lie.elf" "${board[@]}"

# An image behind a boot loader runs as ELF; its binary has lost its address.
link app 's/0x08000000/0x08008000/'
expect 0 'hello' run "$work/app.elf" "${board[@]}"
arm-none-eabi-objcopy -O binary "$work/app.elf" "$work/app.bin"
expect 3 'is it a binary for another address' run "$work/app.bin" "${board[@]}"

# Another chip's image, and files that are none.
link chip 's/0x20000000/0x24000000/'
expect 3 'likely: the vector table puts the stack where the board has no memory' \
    run "$work/chip.elf" --board nucleo-f446re
arm-none-eabi-objcopy -O srec "$work/app.elf" "$work/app.srec"
expect 2 'app.srec: this is an S-record file; arm-none-eabi-objcopy' run "$work/app.srec" "${board[@]}"
printf '\034\0\0\0TFL3model' >"$work/model.tflite"
expect 2 'this is a TensorFlow Lite model' run "$work/model.tflite" "${board[@]}"

# Compressed debug sections are opened more than once: for the place, then for the calls.
link packed '' -g -gz
expect 3 'reset_handler \+ [0-9]+, fw\.c:[0-9]+' run "$work/packed.elf" "${board[@]}" --max-cycles 100 \
    --callgrind "$work/calls"
grep -q '^fl=fw.c' "$work/calls" || fail "no source in the calls of an ELF built with -gz"

# What cannot be shown is refused before the run: hello says nothing.
expect 2 '^mcuscope: error: --format xml: have' run "$fw/hello.elf" "${board[@]}" --format xml
out=$("$mcuscope" run "$fw/hello.elf" "${board[@]}" --format xml 2>&1)
[[ $out != *hello* ]] || fail "--format xml is refused after the run"

expect 2 'none: not a folder' run "$fw/hosted.elf" "${board[@]}" --semihosting-dir "$work/none"

# A pipe is neither waited for nor replaced.
mkfifo "$work/pipe"
expect 2 'pipe: not a regular file' run "$work/pipe" "${board[@]}"

# Who does not speak the protocol, or not to its end.
expect 2 'never said "m-ready"' mlperf "$fw/hello.elf" "${board[@]}"
expect 3 'last command was "boot"' mlperf "$fw/mlperf.elf" "${board[@]}" --max-cycles 100 --json "$work/short.json"
grep -q '"us_per_inference": null' "$work/short.json" || fail "a run that failed has a latency"
finish
