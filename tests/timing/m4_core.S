@ SPDX-License-Identifier: GPL-2.0-or-later
@ Cortex-M4: arithmetic, branches, IT ([T] TRM 100166, instruction timing tables).
@ machine stm32f407-disco ws 0 at 08000000
        .syntax unified
        .thumb
        .text

arithmetic:
        nop                     @
        add.w   r0, r1, r2      @ 1
        adds    r0, r0, r0      @ 1
        add.w   r0, r0, r1, lsl #3 @ 1
        mul     r0, r0, r1      @ 1
        smlad   r0, r1, r2, r0  @ 1
        smlal   r0, r3, r1, r2  @ 1
        umaal   r0, r3, r1, r2  @ 1
        umull   r0, r3, r0, r2  @ 1
        sxtb16  r0, r0, ror #8  @ 1
        ssat    r0, #8, r0      @ 1
        clz     r0, r0          @ 1
        bfi     r0, r1, #3, #4  @ 1
        sel     r0, r1, r2      @ 1

@ [D] by the bits of both operands, 2 to 12; the quotient can be used at once
divide_zero:
        nop                     @
        sdiv    r0, r1, r2      @ 2 divides 0 7
        udiv    r0, r1, r2      @ 2 divides 7 0
        udiv    r0, r1, r2      @ 2 divides 0 0
        add.w   r0, r0, r0      @ 1
divide_shorter:
        nop                     @
        udiv    r0, r1, r2      @ 3 divides 1 2
        udiv    r0, r1, r2      @ 3 divides 0x7fffffff 0x80000000
        sdiv    r0, r1, r2      @ 3 divides -3 4
        sdiv    r0, r1, r2      @ 3 divides 3 -4
divide_same:
        nop                     @
        udiv    r0, r1, r2      @ 5 divides 1 1
        udiv    r0, r1, r2      @ 5 divides 4 7
        udiv    r0, r1, r2      @ 5 divides 0xffffffff 0x80000000
        sdiv    r0, r1, r2      @ 5 divides -16 16
        sdiv    r0, r1, r2      @ 5 divides -16 -31
@ a cycle more for each four bits
divide_wider:
        nop                     @
        udiv    r0, r1, r2      @ 5 divides 15 1
        udiv    r0, r1, r2      @ 6 divides 16 1
        udiv    r0, r1, r2      @ 6 divides 0xff 1
        udiv    r0, r1, r2      @ 7 divides 0x100 1
        udiv    r0, r1, r2      @ 9 divides 0x10000 1
        udiv    r0, r1, r2      @ 11 divides 0x8000000 4
        udiv    r0, r1, r2      @ 12 divides 0xffffffff 1
        sdiv    r0, r1, r2      @ 12 divides 0x80000000 1
        sdiv    r0, r1, r2      @ 5 divides 0xffffffff 1
        sdiv    r0, r1, r2      @ 7 divides 1000 -3
        add.w   r0, r0, r0      @ 1
@ its condition failed: it did not run
divide_skipped:
        nop                     @
        sdiv    r0, r1, r2      @ 1

@ the refill is charged with the branch
branches:
        nop                     @
        b.n     to_near         @ 2 to to_near
        nop
to_near:
        beq.n   to_near         @ 1
        bne.n   to_near2        @ 2 to to_near2
        nop
to_near2:
        cbz     r0, to_near3    @ 2 to to_near3
        nop
        .balign 4
to_near3:
        bl      to_far          @ 2 to to_far
        nop
        .balign 4
to_far:
        bx      lr              @ 3 to to_wide
        .balign 4
        nop
@ a wide instruction across two words as a target: one more
to_wide:
        add.w   r0, r1, r2      @ 2
        add.w   r0, r1, r2      @ 1

table:
        nop                     @
        tbb     [pc, r0]        @ 4 mem 08000000 to to_entry
        .byte   1, 1
to_entry:
        nop                     @ 1

@ IT after a 16-bit instruction folds; a false condition still takes its cycle
predicated:
        nop                     @
        cmp     r0, #1          @ 1
        ite     eq              @ 0
        addeq   r1, r1, #1      @ 1
        movne   r1, #2          @ 1
        add.w   r2, r3, r4      @ 1
        it      eq              @ 1
        addeq   r1, r1, #1      @ 1

fpu:
        vmov.f32 s0, s1         @
        vadd.f32 s2, s0, s1     @ 1
        vmul.f32 s3, s4, s5     @ 1
        vadd.f32 s6, s3, s4     @ 2
        nop                     @ 1
        vmla.f32 s7, s4, s5     @ 3
        nop                     @ 1
        vdiv.f32 s8, s4, s5     @ 1
        add.w   r0, r1, r2      @ 1
        vadd.f32 s9, s8, s5     @ 13
        vmov    r0, s20         @ 1
        vmov    r0, r1, s20, s21 @ 2

system:
        nop                     @
        mrs     r0, primask     @ 2
        cpsid   i               @ 2
        dsb                     @ 3
