@ SPDX-License-Identifier: GPL-2.0-or-later
@ Cortex-M4: the queue of three words between fetch and decode, and loads through a bus matrix.
@ machine nucleo-l4r5zi ws 0 at 08000000
        .syntax unified
        .thumb
        .text

@ after an instruction of three cycles fetch starts anew: the third wide instruction in a row that
@ straddles two words waits for a cycle (eprint 2025/523; aligned ones do not)
        .balign 4
straddling:
        nop                     @
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 1
        ldrd    r4, r5, [r8]    @ 3 mem 20000000
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 2
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 1

        .balign 4
aligned:
        add.w   r1, r2, r3      @
        ldrd    r4, r5, [r8]    @ 3 mem 20000000
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 1

@ SRAM1 does not wait, except for the loads that straddle two words: they need a second fetch
        .balign 4
matrix:
        nop                     @
        nop                     @ 1
        ldr.w   r1, [r8]        @ 1 mem 20000000
        ldr.w   r2, [r8, #4]    @ 1 mem 20000004
        nop                     @ 1
        ldr.w   r1, [r8]        @ 2 mem 20000000
        ldr.w   r2, [r8, #4]    @ 2 mem 20000004
        nop                     @ 1

@ the first of a run to SRAM2 or SRAM3 waits while the queue is filled; going to another memory
@ takes a cycle
        .balign 4
memories:
        add.w   r1, r2, r3      @
        add.w   r1, r2, r3      @ 1
        ldr     r1, [r0]        @ 2 mem 20040000
        ldr     r2, [r3]        @ 2 mem 20000000
        nop                     @ 1
        ldr     r1, [r0]        @ 2 mem 20030000
        nop                     @ 1
