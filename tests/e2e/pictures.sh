#!/usr/bin/env bash
# What a display shows, as a file.
. "$(dirname "$0")/lib.sh"
fw=$2/display.elf
[ -f "$fw" ] || { echo "SKIPPED: no firmware (arm-none-eabi-gcc is not installed)"; exit 0; }
printf '7' >"$work/seven"
expect 0 '87f087f0' run "$fw" --board stm32f746g-disco --input "$work/seven" --framebuffer "$work/lcd.ppm"
[ "$(head -c 13 "$work/lcd.ppm")" = "$(printf 'P6\n32 16\n255')" ] || fail "no pixmap"
[ "$(wc -c <"$work/lcd.ppm")" = $((13 + 32 * 16 * 3)) ] || fail "not all of its pixels"
expect 0 'no display is on' run "$2/hello.elf" --board stm32f746g-disco --framebuffer "$work/none.ppm"
[ -e "$work/none.ppm" ] && fail "a picture of nothing"
expect 2 'none/lcd.ppm' run "$fw" --board stm32f746g-disco --input "$work/seven" --framebuffer "$work/none/lcd.ppm"
finish
