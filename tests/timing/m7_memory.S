@ SPDX-License-Identifier: GPL-2.0-or-later
@ Cortex-M7 on STM32F746 at 7 wait states: multiples, hazards, caches ([J]; sim/mem/l1.c).
@ machine stm32f746g-disco ws 7 icache dcache at 0
        .syntax unified
        .thumb
        .text

        .balign 8
multiples:
        nop                     @
        nop                     @ 0
        ldmia   r8, {r0-r3}     @ 2 mem 20000000
        ldmia.w r8, {r0-r4}     @ 3 mem 20000000
        stmia   r8!, {r0-r3}    @ 2 mem 20000100
        stmia   r8!, {r0-r3}    @ 3 mem 20000204
        stmia   r8!, {r0-r2}    @ 2 mem 20000304

@ each needs two 16-bit instructions nearby, or what follows pays a cycle
        .balign 8
all_wide:
        nop.w                   @
        nop.w                   @ 0
        vldmia  r8!, {s0}       @ 1 mem 20000000
        vldmia  r8!, {s1}       @ 2 mem 20000004
        nop                     @ 1
        nop                     @ 0
        vldmia  r8!, {s2}       @ 1 mem 20000008
        vldmia  r8!, {s3}       @ 2 mem 2000000c

@ that may come up to seven cycles behind it; two between core registers, one right behind the
@ other, need none ([J]; [K])
        .balign 8
narrow_in_time:
        nop.w                   @
        nop.w                   @ 0
        ldrd    r0, r1, [r8]    @ 1 mem 20000000
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        nop                     @ 0
        nop                     @ 1
        add.w   r2, r2, r3      @ 0
        add.w   r2, r2, r3      @ 1

        .balign 8
narrow_too_late:
        nop.w                   @
        nop.w                   @ 0
        ldrd    r0, r1, [r8]    @ 1 mem 20000000
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 1
        add.w   r2, r2, r3      @ 2

        .balign 8
two_doubles:
        nop.w                   @
        nop.w                   @ 0
        ldrd    r0, r1, [r8]    @ 1 mem 20000000
        ldrd    r2, r3, [r8]    @ 1 mem 20000008
        add.w   r4, r4, r5      @ 1
        add.w   r4, r4, r5      @ 1
        add.w   r4, r4, r5      @ 1
        add.w   r4, r4, r5      @ 1
        add.w   r4, r4, r5      @ 1
        add.w   r4, r4, r5      @ 1
        add.w   r4, r4, r5      @ 1
        add.w   r4, r4, r5      @ 1

@ the core's own registers are inside it (CYCCNT around AES: [K])
        .balign 8
private_bus:
        nop.w                   @
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem e0001004
        nop.w                   @ 0
        nop.w                   @ 1

@ a load of the word that was just written waits for it
        .balign 8
hazard:
        nop.w                   @
        nop.w                   @ 0
        str.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        ldr.w   r1, [r8]        @ 5 mem 20000000
        nop.w                   @ 1
        nop.w                   @ 0
        str.w   r0, [r8]        @ 1 mem 20000000
        nop.w                   @ 0
        ldr.w   r1, [r8, #4]    @ 1 mem 20000004

        .balign 8
unaligned:
        nop.w                   @
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 2 mem 20000001
        nop.w                   @ 1
        ldr.w   r0, [r8]        @ 1 mem 20000001

@ SRAM1 through the D-cache: the wanted word first, the bus busy until the line is in
        .balign 8
sram:
        nop.w                   @
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 6 mem 20010000
        nop.w                   @ 1
        nop.w                   @ 0
        ldr.w   r0, [r8, #64]   @ 8 mem 20010040
        nop.w                   @ 1

@ flash through the D-cache: seven wait states more
        .balign 8
flash:
        nop.w                   @
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 13 mem 08000000
        nop.w                   @ 1
        nop.w                   @ 0
        nop.w                   @ 1
        nop.w                   @ 0
        nop.w                   @ 1
        nop.w                   @ 0
        nop.w                   @ 1
        nop.w                   @ 0
        nop.w                   @ 1
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 1 mem 08000010

@ a store that misses does not wait
        .balign 8
store:
        nop.w                   @
        nop.w                   @ 0
        str.w   r0, [r8]        @ 1 mem 20010000
        nop.w                   @ 0
        nop.w                   @ 1
