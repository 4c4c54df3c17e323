@ SPDX-License-Identifier: GPL-2.0-or-later
@ Cortex-M7: FPU, single precision unless said otherwise ([J] fpu).
@ machine stm32h743 ws 0 icache dcache at 0
        .syntax unified
        .thumb
        .text

        .balign 8
arithmetic:
        nop.w                   @
        nop.w                   @ 0
        vadd.f32 s0, s1, s2     @ 1
        vadd.f32 s3, s4, s5     @ 1
        add.w   r0, r1, r2      @ 0
        vadd.f32 s0, s1, s2     @ 1
        nop.w                   @ 0
        vmul.f32 s3, s0, s5     @ 3
        nop.w                   @ 0
        vstr    s3, [r8]        @ 1 mem 20000000

        .balign 8
accumulate:
        nop.w                   @
        nop.w                   @ 0
        vfma.f32 s0, s1, s2     @ 1
        vfma.f32 s3, s1, s2     @ 1
        vfma.f32 s4, s1, s2     @ 1
        vfma.f32 s0, s1, s2     @ 1
        vfma.f32 s0, s1, s2     @ 3
        vfma.f32 s5, s0, s2     @ 5

        .balign 8
loads:
        nop.w                   @
        nop.w                   @ 0
        vldr    s0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        vadd.f32 s1, s0, s2     @ 1
        nop.w                   @ 0
        vldr    s0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        vfma.f32 s0, s1, s2     @ 3

        .balign 8
moves:
        nop.w                   @
        nop.w                   @ 0
        vmov    s0, r0          @ 1
        nop.w                   @ 0
        vadd.f32 s1, s0, s2     @ 3
        nop.w                   @ 0
        vmov    r0, s1          @ 3
        nop.w                   @ 0
        and.w   r1, r0, r2      @ 1

@ a divide shares its first cycle
        .balign 8
divide:
        nop.w                   @
        nop.w                   @ 0
        vdiv.f32 s0, s1, s2     @ 16
        nop.w                   @ 1
        vsqrt.f32 s0, s1        @ 13
        nop.w                   @ 1
        vdiv.f64 d0, d1, d2     @ 29
