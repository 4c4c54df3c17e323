#!/usr/bin/env bash
# Inputs that must be refused, firmware that misbehaves: one clear message and the frozen exit
# code each.
. "$(dirname "$0")/lib.sh"
model=$work/net.tflite
expect 0 'MACs' model build mlperf-kws -o "$model"

head -c 5000 "$model" > "$work/cut.tflite"
expect 2 'cut.tflite' analyze "$work/cut.tflite"
: > "$work/empty.tflite"
expect 2 'empty.tflite' bench "$work/empty.tflite" --board stm32f746g-disco
expect 2 'cannot open' analyze "$work/none.tflite"
expect 2 'model build mcunet-vww0' bench mcunet-vww0 --board stm32f746g-disco
expect 2 'not a regular file' analyze "$work"
printf '{ "uses": "no-such-chip" }' > "$work/bad.json"
expect 2 'no-such-chip' board "$work/bad.json"
printf '{ "uses": ' > "$work/broken.json"
expect 2 'broken.json:1:' board "$work/broken.json"
expect 2 'neither a file nor one of: zeros' bench "$model" --board stm32f746g-disco --input nothing
head -c 3 "$model" > "$work/short.bin"
expect 2 '3 bytes, the model.s input' bench "$model" --board stm32f746g-disco --input "$work/short.bin"
expect 2 'no-such-schedule' bench "$model" --board stm32f746g-disco --schedule no-such-schedule

# Too large for the board: refused with the figure, before linking.
expect 0 'MACs' model build mcunet-in4 -o "$work/big.tflite"
expect 2 'fit' bench "$work/big.tflite" --board stm32f412g-disco

# A compiler that is not there.
program_path=/nowhere
expect 2 'gcc-arm-none-eabi' build "$model" --board stm32f746g-disco -o "$work/fw"
unset program_path

# Images.
expect 0 'fw.elf' build "$model" --board stm32f746g-disco -o "$work/fw"
elf=$work/fw/fw.elf
head -c 700 "$elf" > "$work/cut.elf"
expect 2 'cut.elf' run "$work/cut.elf" --board stm32f746g-disco
printf ':10000000zz\n' > "$work/bad.hex"
expect 2 'bad.hex' run "$work/bad.hex" --board stm32f746g-disco
expect 2 'none.elf' run "$work/none.elf" --board stm32f746g-disco
expect 3 'cycle' run "$elf" --board stm32f746g-disco --max-cycles 100k

# Faults: reads a register that has no model, then an undefined instruction.
printf '\0\100\0\040\011\0\0\010\001\110\001\150\0\336\0\277\0\020\0\120' > "$work/udf.bin"
expect 3 'undefined instruction de00' run "$work/udf.bin" --board stm32f746g-disco
expect 3 '0x50001000, read +1' run "$work/udf.bin" --board stm32f746g-disco
expect 3 'UNMODELLED at pc 0x0800000a' run "$work/udf.bin" --board stm32f746g-disco --strict
finish
