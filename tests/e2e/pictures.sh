#!/usr/bin/env bash
# What a display shows, as a file; what a camera sees.
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
printf 'P6\n1 1\n255\nabc' >"$work/grey.ppm"
printf 'a' >"$work/a"
camera=(run "$2/camera.elf" --board stm32f746g-disco --input "$work/a")
expect 0 '0000ffd8' "${camera[@]}" --camera "arducam-2mp:$work/grey.ppm"
printf '\xff\xd8a frame' >"$work/frame.jpg"
expect 0 '^9$' "${camera[@]}" --camera "arducam-2mp:$work/frame.jpg"
expect 2 'none.ppm: cannot' "${camera[@]}" --camera "arducam-2mp:$work/none.ppm"
expect 2 'a: is no portable pixmap' "${camera[@]}" --camera "arducam-2mp:$work/a"
expect 0 'cameras       arducam-2mp' board stm32f746g-disco
expect 2 'have: arducam-2mp' "${camera[@]}" --camera webcam
finish
