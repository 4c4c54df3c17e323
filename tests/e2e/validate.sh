#!/usr/bin/env bash
# validate.sh PROGRAM MODEL: every tensor of a real network, on the host and in the firmware, is
# what TFLite's reference kernels gave. Timing plays no part, so the fast count is enough.
. "$(dirname "$0")/lib.sh"
need_shared
model=$shared/models/$2.tflite golden=$shared/golden/$2
case $2 in
mcunet-in3) # 82 million MACs: all inputs for one schedule, one for the slow one; it needs the H743
    expect 0 ' 0 wrong' validate "$model" --golden "$golden" --timing icount --schedule tinyengine
    expect 0 ' 0 wrong' validate "$model" --timing icount --schedule reference --input lcg ;;
*)
    expect 0 ' 0 wrong' validate "$model" --golden "$golden" --timing icount ;;
esac
finish
