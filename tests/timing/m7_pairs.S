@ SPDX-License-Identifier: GPL-2.0-or-later
@ Cortex-M7: what shares a cycle ([J] jnk0le cortex_m7.md). Code in ITCM, data in DTCM.
@ machine stm32h743 ws 0 icache dcache at 0
        .syntax unified
        .thumb
        .text

        .balign 8
plain:
        nop.w                   @
        nop.w                   @ 0
        add.w   r0, r1, r2      @ 1
        sub.w   r3, r4, r5      @ 0
        and.w   r0, r1, r2      @ 1
        orr.w   r3, r4, #0x11001100 @ 0

@ the older one runs in the early ALU and feeds the younger
        .balign 8
feeds:
        nop.w                   @
        nop.w                   @ 0
        add.w   r0, r1, r2      @ 1
        and.w   r3, r0, r5      @ 0
        and.w   r0, r1, r2      @ 1
        and.w   r3, r0, r5      @ 1

        .balign 8
constant:
        nop.w                   @
        nop.w                   @ 0
        movw    r0, #0x1234     @ 1
        movt    r0, #0x5678     @ 0

@ one shifter
        .balign 8
shifted:
        nop.w                   @
        nop.w                   @ 0
        add.w   r0, r1, r2, lsl #3 @ 1
        eor.w   r3, r4, r5, ror #7 @ 1
        nop.w                   @ 0
        add.w   r0, r1, r2, lsl #3 @ 1
        lsl.w   r3, r4, #3      @ 0
        lsl.w   r3, r4, #3      @ 1
        add.w   r0, r1, r2, lsl #3 @ 1
        nop.w                   @ 0
        eor.w   r0, r1, #0x1fc0 @ 1
        eor.w   r0, r1, #0x1fc0 @ 1
        nop.w                   @ 0
        lsl.w   r0, r1, #3      @ 1
        lsr.w   r2, r3, #3      @ 0

@ bit field and DSP instructions: only the older, never two
        .balign 8
dsp:
        nop.w                   @
        nop.w                   @ 0
        uxtb.w  r0, r1          @ 1
        add.w   r2, r3, r4      @ 0
        add.w   r2, r3, r4      @ 1
        uxtb.w  r0, r1          @ 1
        uxtb.w  r5, r1          @ 1
        nop.w                   @ 0
        ubfx    r0, r1, #3, #4  @ 1
        add.w   r2, r3, r4, lsl #2 @ 1
        nop.w                   @ 0
        clz     r0, r1          @ 1
        add.w   r2, r3, r4, lsl #2 @ 0

@ one multiplier, and not together with a store or with a move to the FPU (slothy's 769 NTTs)
        .balign 8
multiply:
        nop.w                   @
        nop.w                   @ 0
        mul     r0, r1, r2      @ 1
        mul     r3, r4, r5      @ 1
        add.w   r6, r7, r8      @ 0
        smlad   r0, r1, r2, r0  @ 1
        str.w   r6, [r9]        @ 1 mem 20000000
        smlad   r0, r1, r2, r0  @ 1
        uxtb.w  r3, r4          @ 1
        smlad   r0, r1, r2, r0  @ 0
        vmov    s0, r3          @ 1
        smlad   r0, r1, r2, r0  @ 1
        vmov    s1, r3          @ 1
        nop.w                   @ 0
        vmov    r5, s2          @ 1
        smlad   r0, r1, r2, r0  @ 0

        .balign 8
memory:
        nop.w                   @
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem 20000000
        ldr.w   r1, [r8, #4]    @ 0 mem 20000004
        ldr.w   r0, [r8]        @ 1 mem 20000000
        ldr.w   r1, [r8, #8]    @ 1 mem 20000008
        str.w   r2, [r9]        @ 0 mem 20000100
        str.w   r2, [r9]        @ 1 mem 20000100
        str.w   r2, [r9, #4]    @ 1 mem 20000104
        add.w   r2, r3, r4      @ 0

@ the older of two loads is the one from the even bank; a store shares with a load either way
        .balign 8
order:
        nop.w                   @
        nop.w                   @ 0
        ldr.w   r0, [r8, #4]    @ 1 mem 20000004
        ldr.w   r1, [r8]        @ 1 mem 20000000
        ldr.w   r2, [r8, #4]    @ 0 mem 20000004
        str.w   r2, [r9]        @ 1 mem 20000100
        ldr.w   r1, [r8]        @ 0 mem 20000000
        ldr.w   r1, [r8]        @ 1 mem 20000000
        str.w   r2, [r9]        @ 0 mem 20000100

@ both write one register: MOVW and MOVT may
        .balign 8
again:
        nop.w                   @
        nop.w                   @ 0
        and.w   r0, r1, r2      @ 1
        orr.w   r0, r3, r4      @ 1
        movw    r5, #0x1234     @ 0
        movt    r5, #0x5678     @ 1

@ two shifts: one in each stage, unless neither can be early
        .balign 8
shifts:
        nop.w                   @
        nop.w                   @ 0
        and.w   r0, r1, r2      @ 1
        and.w   r3, r1, r2      @ 0
        lsl.w   r0, r0, #3      @ 1
        lsl.w   r3, r3, #3      @ 1

        .balign 8
alone:
        nop                     @
        nop                     @ 0
        ldrd    r0, r1, [r8]    @ 1 mem 20000000
        nop.w                   @ 1
        sdiv    r0, r1, r2      @ 7 divides 1000 -3
        nop.w                   @ 1

        .balign 8
it_takes_a_slot:
        nop.w                   @
        nop.w                   @ 0
        cmp     r0, #1          @ 1
        it      eq              @ 0
        addeq   r1, r1, #1      @ 1

@ where memory has ECC a byte store is a read, modify and write of four cycles on its bank
        .balign 8
bytes:
        nop.w                   @
        nop.w                   @ 0
        strb.w  r0, [r8]        @ 1 mem 20000000
        strb.w  r0, [r8]        @ 1 mem 20000000
        strb.w  r0, [r8]        @ 1 mem 20000000
        strb.w  r0, [r8]        @ 2 mem 20000000
        strb.w  r0, [r8]        @ 4 mem 20000000
        strb.w  r0, [r8]        @ 4 mem 20000000
