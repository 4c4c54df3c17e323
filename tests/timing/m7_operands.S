@ SPDX-License-Identifier: GPL-2.0-or-later
@ Cortex-M7: how far a result is from its use ([J] jnk0le cortex_m7.md; [LL] ARMScheduleM7.td).
@ machine stm32h743 ws 0 icache dcache at 0
        .syntax unified
        .thumb
        .text

        .balign 8
early_alu:
        nop.w                   @
        nop.w                   @ 0
        add.w   r0, r1, r2      @ 1
        nop.w                   @ 0
        ldr.w   r3, [r0]        @ 1 mem 20000000
        nop.w                   @ 0
        add.w   r0, r1, r2      @ 1
        nop.w                   @ 0
        add.w   r3, r4, r0, lsl #2 @ 1

        .balign 8
late_alu:
        nop.w                   @
        nop.w                   @ 0
        and.w   r0, r1, r2      @ 1
        nop.w                   @ 0
        and.w   r3, r0, r2      @ 1
        nop.w                   @ 0
        and.w   r0, r1, r2      @ 1
        nop.w                   @ 0
        ldr.w   r3, [r0]        @ 2 mem 20000000
        nop.w                   @ 0
        and.w   r0, r1, r2      @ 1
        nop.w                   @ 0
        ubfx    r3, r0, #1, #2  @ 2

@ a saturated value goes through the shifter first, and comes a cycle later ([LL] SSAT, USAT)
        .balign 8
saturate:
        nop.w                   @
        nop.w                   @ 0
        and.w   r0, r1, r2      @ 1
        nop.w                   @ 0
        ssat    r3, #8, r0      @ 2
        nop.w                   @ 0
        and.w   r4, r3, r2      @ 2
        nop.w                   @ 0
        and.w   r0, r1, r2      @ 1
        nop.w                   @ 0
        qadd    r3, r0, r2      @ 1
        nop.w                   @ 0
        and.w   r0, r1, r2      @ 1
        nop.w                   @ 0
        qdadd   r3, r0, r2      @ 2

        .balign 8
load_word:
        nop.w                   @
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        and.w   r1, r0, r2      @ 1
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        ldr.w   r1, [r0]        @ 2 mem 20000000
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        mul     r1, r0, r2      @ 2
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        smlad   r1, r2, r3, r0  @ 1
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem 20000000
        str.w   r0, [r9]        @ 0 mem 20000100
        nop.w                   @ 1
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        add.w   r1, r2, r0, lsl #2 @ 2
        nop.w                   @ 0
@ nor into the second operand of an address, nor into a divide ([LL])
        ldr.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        ldr.w   r1, [r2, r0]    @ 3 mem 20000000
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        sdiv    r1, r0, r2      @ 8 divides 0x100 1
@ no fast way in for the plain operand beside a shifted one
        ldr.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        add.w   r1, r0, r2, lsl #2 @ 2

        .balign 8
load_narrow:
        nop.w                   @
        nop.w                   @ 0
        ldrb.w  r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        and.w   r1, r0, r2      @ 2
        nop.w                   @ 0
        ldrh.w  r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        add.w   r1, r2, r0, lsl #2 @ 3
        nop.w                   @ 0
        ldrb.w  r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        smlad   r1, r2, r3, r0  @ 1

        .balign 8
multiply:
        nop.w                   @
        nop.w                   @ 0
        mul     r0, r1, r2      @ 1
        nop.w                   @ 0
        and.w   r3, r0, r2      @ 2
        nop.w                   @ 0
        smlad   r0, r1, r2, r0  @ 1
        nop.w                   @ 0
        smlad   r0, r1, r2, r0  @ 1
        nop.w                   @ 0
        mul     r3, r0, r2      @ 2
        nop.w                   @ 0
@ an address is bypassed from a later stage ([LL])
        mul     r0, r1, r2      @ 1
        nop.w                   @ 0
        ldr.w   r3, [r0]        @ 4 mem 20000000
        nop.w                   @ 0

@ of PKHTB only the shifted register is early ([LL]; slothy's 769 NTTs; not [J])
        .balign 8
pack:
        nop.w                   @
        nop.w                   @ 0
        smulbb  r0, r1, r2      @ 1
        nop.w                   @ 0
        pkhtb   r3, r0, r4, asr #16 @ 2
        nop.w                   @ 0
        smulbb  r0, r1, r2      @ 1
        nop.w                   @ 0
        pkhtb   r3, r4, r0, asr #16 @ 3
        nop.w                   @ 0

        .balign 8
dsp:
        nop.w                   @
        nop.w                   @ 0
        sxtb16  r0, r1          @ 1
        nop.w                   @ 0
        smlad   r2, r0, r3, r2  @ 1
        nop.w                   @ 0
        uxtb.w  r0, r1          @ 1
        nop.w                   @ 0
        ldr.w   r3, [r8, r0]    @ 2 mem 20000000
        nop.w                   @ 0
        qadd    r0, r1, r2      @ 1
        nop.w                   @ 0
        and.w   r3, r0, r2      @ 2

        .balign 8
flags:
        nop.w                   @
        nop.w                   @ 0
        adds.w  r0, r1, r2      @ 1
        adc.w   r3, r4, r5      @ 1

@ a divide stalls the pipe by the bits of both operands ([D], the law of the Cortex-M4)
        .balign 8
divide_zero:
        nop.w                   @
        nop.w                   @ 0
        udiv    r0, r1, r2      @ 2 divides 7 0
        nop.w                   @ 1
        sdiv    r0, r1, r2      @ 2 divides 0 7
        and.w   r3, r0, r2      @ 1

        .balign 8
divide_shorter:
        nop.w                   @
        nop.w                   @ 0
        udiv    r0, r1, r2      @ 3 divides 0x7fffffff 0x80000000
        sdiv    r0, r1, r2      @ 3 divides -3 4
        sdiv    r0, r1, r2      @ 3 divides 3 -4

        .balign 8
divide_same:
        nop.w                   @
        nop.w                   @ 0
        udiv    r0, r1, r2      @ 5 divides 0xffffffff 0x80000000
        sdiv    r0, r1, r2      @ 5 divides -16 16
        sdiv    r0, r1, r2      @ 5 divides 0xffffffff 1

        .balign 8
divide_wider:
        nop.w                   @
        nop.w                   @ 0
        udiv    r0, r1, r2      @ 5 divides 15 1
        udiv    r0, r1, r2      @ 6 divides 16 1
        udiv    r0, r1, r2      @ 7 divides 0x100 1
        udiv    r0, r1, r2      @ 12 divides 0xffffffff 1
        sdiv    r0, r1, r2      @ 12 divides 0x80000000 1
        and.w   r3, r0, r2      @ 1

@ it did not run: provisional
        .balign 8
divide_skipped:
        nop.w                   @
        nop.w                   @ 0
        sdiv    r0, r1, r2      @ 2
