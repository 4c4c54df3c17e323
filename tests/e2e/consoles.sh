#!/usr/bin/env bash
# Consoles to files, a dialogue on a serial port from a script: what is printed, the exit codes.
. "$(dirname "$0")/lib.sh"
fw=$2/consoles.elf
[ -f "$fw" ] || { echo "SKIPPED: no firmware (arm-none-eabi-gcc is not installed)"; exit 0; }
run=(run "$fw" --board nucleo-f446re)
printf 'expect "ready> "\nsend "one\\r"\nexpect "heard one"\nsend "q\\r"\n' >"$work/good"
printf 'timeout 5 ms\nexpect "never"\n' >"$work/bad"
printf 'shout "x"\n' >"$work/wrong"

expect 0 'heard one' "${run[@]}" --uart "USART2=script:$work/good" \
    --console "rtt=$work/rtt,semihosting=$work/semihosting,USART2=-"
[ "$(cat "$work/rtt")" = 'by rtt, longer than its ring' ] || fail "rtt went elsewhere"
[ "$(cat "$work/semihosting")" = 'by semihosting' ] || fail "semihosting went elsewhere"
expect 3 'bad:2: USART2 did not say "never" within 5 ms' "${run[@]}" --uart "USART2=script:$work/bad"
expect 2 'wrong:1: have expect' "${run[@]}" --uart "USART2=script:$work/wrong"
expect 2 'plugged into USART2 already' "${run[@]}" --uart "USART2=script:$work/good,USART2=pty"
expect 2 'no serial port USART9' "${run[@]}" --uart USART9=pty
expect 2 'have file:PATH, script:PATH, pty' "${run[@]}" --uart USART2=socket
expect 2 'it is NAME=FILE' "${run[@]}" --console rtt
expect 2 'cannot be written' "${run[@]}" --console "rtt=$work/none/rtt"
expect 2 'have semihosting, itm, rtt, uart and the serial ports' "${run[@]}" --console "USART9=$work/rtt"
expect 2 '/dev/full cannot be written' "${run[@]}" --uart "USART2=script:$work/good" --console rtt=/dev/full
expect 0 '^firmware ' "${run[@]}" --uart "USART2=script:$work/good" \
    --console "semihosting=$work/both,itm=$work/both,rtt=$work/rtt"
[ "$(cat "$work/both")" = $'by semihosting\nby itm' ] || fail "two consoles in one file: $(cat "$work/both")"
expect 2 'none: ' "${run[@]}" --uart "USART2=file:$work/none"
finish
