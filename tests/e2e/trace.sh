#!/usr/bin/env bash
# Looking closer at firmware of others: layers by rules, calls, instructions, time lines; what
# tells nothing is refused with exit code 2.
. "$(dirname "$0")/lib.sh"
fw=$2/calls.elf
[ -f "$fw" ] || { echo "SKIPPED: no firmware (arm-none-eabi-gcc is not installed)"; exit 0; }
run() { local code=$1 pattern=$2; shift 2; expect "$code" "$pattern" run "$fw" --board stm32f746g-disco "$@"; }

run 0 'mcuscope: layers by tinyengine, an inference is a call of invoke' --layers auto
run 0 'convolve_1x1_s8#2 +2 ' --layers auto
run 0 'layers by +: regex:\^\(work\|deep\)\{1,2\}\$' --layers 'regex:^(work|deep){1,2}$'
run 0 'depthwise_kernel3x3_CHW +4 ' --layers convolve_1x1_s8,depthwise_kernel3x3_CHW
run 0 'Layers, sums of 2 inferences' --layers add_fpreq --invoke invoke
run 0 'inclusive +exclusive' --functions
run 2 'layers tflm: no function is its inference' --layers tflm
for layers in '' , regex: calls-of:; do
    run 2 "is empty: name functions, calls-of:FUNCTION" --layers "$layers"
done
run 2 'is empty' --layers '' --invoke invoke
run 2 'not a regular expression' --layers 'regex:x('
run 2 '--annotate-function: needs --annotate' --annotate-function work
refused() { # … before the firmware runs
    run 2 "$@"; shift
    "$mcuscope" run "$fw" --board stm32f746g-disco "$@" 2>/dev/null | grep -q done && fail "ran: $*"
}
refused '--annotate-function nobody: no function' --annotate /dev/null --annotate-function nobody
refused '--annotate-function wor: no .* in the image' --annotate /dev/null --annotate-function wor
run 0 '^work: ' --annotate - --annotate-function work
for option in callgrind collapsed annotate json profile framebuffer; do
    refused "--$option: $work/no/x: cannot write: No such file" "--$option" "$work/no/x"
    refused "--$option: $work: cannot write: Is a dir" "--$option" "$work"
done
expect 2 '--json: .*cannot write' mlperf "$2/mlperf.elf" --board stm32f746g-disco --json "$work/no/x"
run 2 '--from: needs --trace' --from 10
run 2 'have chrome=FILE, vcd=FILE, insn=FILE' --trace "svg=$work/x"
run 2 'two files of one kind' --trace "vcd=$work/a,vcd=$work/b"
run 2 'No such file' --trace "vcd=$work/no/folder"
run 2 '--to 1x: needs a cycle .k, M and G' --trace "insn=$work/x" --to 1x
run 0 '^done' --trace "insn=$work/from1k" --from 1k --to 2k
run 0 '^done' --trace "insn=$work/from1000" --from 1000 --to 2000
same "$work/from1k" "$work/from1000"
[ -s "$work/from1k" ] || fail "--from 1k --to 2k holds nothing"
run 0 'a trace was cut at 10 events' --trace "insn=$work/ten" --trace-limit 10
[ "$(wc -l <"$work/ten")" = 10 ] || fail "the log has not 10 lines"

for n in 1 2; do
    run 0 '^done' --layers auto --reproducible --json "$work/json$n" --profile "$work/profile$n" \
        --callgrind "$work/callgrind$n" --collapsed "$work/collapsed$n" \
        --annotate "$work/annotate$n" \
        --trace "chrome=$work/chrome$n,vcd=$work/vcd$n,insn=$work/insn$n"
done
for f in json profile callgrind collapsed annotate chrome vcd insn; do
    [ -s "$work/${f}1" ] || fail "$f is empty"
    same "$work/${f}1" "$work/${f}2"
done
run 0 '^done' --layers auto --reproducible --functions --json "$work/json3"
same "$work/json1" "$work/json3" # whatever else was looked at
expect 0 'Layers of the whole run' mlperf "$2/mlperf.elf" --board stm32f746g-disco --model ad \
    --layers main --inferences 1
finish
