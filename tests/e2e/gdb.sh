#!/usr/bin/env bash
# Real GDB drives a run: break, backtrace, watch, step, monitor, to the end. Then the run prints
# its report, the same as without a debugger.
. "$(dirname "$0")/lib.sh"
gdb=$(command -v gdb-multiarch) || { echo "SKIPPED: gdb-multiarch is not installed"; exit 0; }
fw=$2/hello.elf
[ -f "$fw" ] || { echo "SKIPPED: no firmware (arm-none-eabi-gcc is not installed)"; exit 0; }

"$mcuscope" run "$fw" --board nucleo-f446re --reproducible --json "$work/plain.json" >/dev/null
"$mcuscope" run "$fw" --board nucleo-f446re --reproducible --json "$work/debugged.json" --gdb 0 \
    >"$work/out" 2>"$work/err" &
run=$!
for _ in $(seq 200); do
    port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\):.*/\1/p' "$work/err")
    [ -n "$port" ] && break
    sleep 0.05
done
cat >"$work/script" <<END
set pagination off
target remote 127.0.0.1:$port
break layer_b
continue
info registers
backtrace
watch result[2]
continue
monitor cycles
monitor halt
delete
stepi
next
step
finish
print/x result[1]
continue
END
timeout 60 "$gdb" -nx -q -batch "$fw" -x "$work/script" >"$work/gdb.out" 2>&1 </dev/null
wait $run
code=$?
[ $code = 0 ] || fail "the run ended with exit code $code"
for pattern in 'Breakpoint 1, layer_b \(\)' '^xpsr +0x[0-9a-f]+' '^#1 .* in main \(\)' \
    'atchpoint 2: result\[2\]' 'New value = ' '[0-9]+ cycles, core clock 16000000 Hz' \
    '^halted: pc 0x0800' '^\$1 = 0x11223344' 'exited normally'; do
    grep -Eq -e "$pattern" "$work/gdb.out" || { fail "no /$pattern/ in what gdb said"; cat "$work/gdb.out"; }
done
grep -q '^hello' "$work/out" || fail "the firmware's output is missing"
same "$work/plain.json" "$work/debugged.json"
finish
