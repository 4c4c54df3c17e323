@ SPDX-License-Identifier: GPL-2.0-or-later
@ Cortex-M4: loads and stores ([T] TRM load-store timing; [J] jnk0le cortex_m3m4.md).
@ machine stm32f407-disco ws 0 at 08000000
        .syntax unified
        .thumb
        .text

@ n loads take n + 1; the pending cycle is paid by the instruction after them
loads:
        nop                     @
        ldr.w   r0, [r8]        @ 1 mem 10000000
        ldr.w   r1, [r8, #4]    @ 1 mem 10000004
        ldr.w   r2, [r8, #8]    @ 1 mem 10000008
        add.w   r3, r2, r2      @ 2

@ a store with immediate offset hides it, and may store what was loaded
load_store:
        nop                     @
        ldr.w   r0, [r8]        @ 1 mem 10000000
        str.w   r0, [r9]        @ 1 mem 10000100
        add.w   r3, r2, r2      @ 1

@ a load after a store waits
store_load:
        nop                     @
        str.w   r0, [r9]        @ 1 mem 10000100
        ldr.w   r0, [r8]        @ 2 mem 10000000
        add.w   r3, r2, r2      @ 2

store_register:
        nop                     @
        str.w   r0, [r9, r1]    @ 1 mem 10000100
        add.w   r3, r2, r2      @ 2
        str.w   r0, [r9, r1]    @ 1 mem 10000100
        nop                     @ 1
        add.w   r3, r2, r2      @ 1

@ a NOP runs in a load's pending cycle
load_nop:
        nop                     @
        ldr.w   r0, [r8]        @ 1 mem 10000000
        nop                     @ 1
        add.w   r3, r2, r2      @ 1

@ addresses are wanted a cycle sooner
address:
        nop                     @
        add.w   r0, r1, r2      @ 1
        ldr.w   r3, [r0]        @ 2 mem 10000000
        ldr.w   r4, [r3]        @ 3 mem 10000000
        add.w   r5, r4, r4      @ 2

@ a load whose condition fails does not look at its address
skipped:
        nop                     @
        adds    r0, r1, r2      @ 1
        it      eq              @ 0
        ldreq   r3, [r0]        @ 1
        nop                     @ 1

@ written-back bases are results too
writeback:
        nop                     @
        ldr     r0, [r8], #4    @ 1 mem 10000000
        ldr     r1, [r9], #4    @ 1 mem 10000100
        ldr     r2, [r8], #4    @ 1 mem 10000004
        ldr     r3, [r8], #4    @ 2 mem 10000008

@ but a run that began without writeback goes on from them (compendium.i-0.nl, load placement)
writeback_run:
        nop                     @
        ldr.w   r0, [r9]        @ 1 mem 10000100
        ldr     r1, [r8], #4    @ 1 mem 10000000
        ldr     r2, [r8], #4    @ 1 mem 10000004
        ldr     r3, [r8], #4    @ 1 mem 10000008
        add.w   r4, r5, r5      @ 2
        ldr     r1, [r8], #4    @ 1 mem 1000000c
        ldr     r2, [r8], #4    @ 2 mem 10000010

@ another memory block does not pipeline; SRAM1 of the F407 does not wait
blocks:
        nop                     @
        nop                     @ 1
        nop                     @ 1
        ldr.w   r0, [r8]        @ 1 mem 10000000
        ldr.w   r1, [r9]        @ 2 mem 20000000
        ldr.w   r1, [r9, #4]    @ 1 mem 20000004
        add.w   r3, r2, r2      @ 2
        add.w   r3, r2, r2      @ 1
        ldr.w   r1, [r9]        @ 1 mem 20000000
        nop                     @ 1
        str.w   r1, [r9]        @ 1 mem 20000000
        ldmia.w r9, {r1-r2}     @ 4 mem 20000000
        ldmia   r3!, {r1-r2}    @ 3 mem 20000000

@ SRAM2 does: the first access of a run, which a dependent load goes on with (polymul-z2mx-m4)
waits:
        nop                     @
        ldr.w   r1, [r9]        @ 2 mem 2001c000
        ldr.w   r2, [r9, #4]    @ 1 mem 2001c004
        ldr.w   r3, [r2]        @ 3 mem 2001c008
        add.w   r4, r5, r5      @ 2
        ldmia.w r9, {r1-r2}     @ 4 mem 2001c000
        ldr.w   r1, [r9]        @ 2 mem 2001c000
        str.w   r1, [r9]        @ 1 mem 2001c000
        ldr.w   r1, [r9]        @ 2 mem 2001c000
        nop                     @ 1
        str.w   r1, [r9]        @ 1 mem 2001c000
        ldr.w   r1, [r9]        @ 3 mem 2001c000
        nop                     @ 1

@ going there from another memory of the system bus takes one more; a store, too, but in the write
@ buffer, where the next access finds it (jnk0le/cortexm-AES of 2018: tables in SRAM1, stack in SRAM2)
changes:
        nop                     @
        ldr.w   r1, [r9]        @ 1 mem 20000000
        ldr.w   r2, [r8]        @ 3 mem 2001c000
        ldr.w   r2, [r9]        @ 2 mem 20000000
        nop                     @ 1
        nop                     @ 1
        ldr.w   r2, [r8]        @ 3 mem 2001c000
        nop                     @ 1
        ldr.w   r2, [r9]        @ 1 mem 20000000
        add.w   r4, r5, r5      @ 2
        str.w   r2, [r8]        @ 1 mem 2001c000
        nop                     @ 1
        ldr.w   r2, [r9]        @ 2 mem 20000000
        nop                     @ 1

@ of three that straddle words behind a store there, the last loses a cycle (curve9767)
        .balign 4
straddling:
        nop                     @
        nop                     @ 1
        nop                     @ 1
        str.w   r1, [r9]        @ 1 mem 2001c000
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 2
        add.w   r1, r2, r3      @ 1
        str.w   r1, [r9]        @ 1 mem 20000000
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 1
        add.w   r1, r2, r3      @ 1

@ nor does it after loads, of which the last pays its own cycle (jnk0le/cortexm-AES, inverse key)
        .balign 4
after_loads:
        nop                     @
        nop                     @ 1
        ldr.w   r4, [r8]        @ 1 mem 20000000
        ldr.w   r5, [r8]        @ 1 mem 20000000
        ldr.w   r4, [r8]        @ 1 mem 20000000
        ldr.w   r5, [r8]        @ 1 mem 20000000
        cmp     r6, r7          @ 2
        eor.w   r1, r2, r3      @ 1
        eor.w   r1, r2, r3      @ 1
        eor.w   r1, r2, r3      @ 1
        str     r1, [r8]        @ 1 mem 20000000

@ multiple loads from RAM after data from flash (aes-armcortexm)
after_flash:
        nop                     @
        ldr.w   r1, [r8]        @ 1 mem 08001000
        add.w   r2, r3, r3      @ 2
        ldmia.w r9, {r4-r5}     @ 4 mem 20000000
        ldmia.w r9, {r4-r5}     @ 3 mem 20000000

@ all but the last register of several is there a cycle sooner
sooner:
        nop                     @
        ldmia   r8, {r0-r2}     @ 4 mem 10000000
        ldr.w   r4, [r1]        @ 1 mem 10000000
        add.w   r5, r6, r6      @ 2
        ldmia   r8, {r0-r2}     @ 4 mem 10000000
        ldr.w   r4, [r2]        @ 2 mem 10000000
        add.w   r5, r6, r6      @ 2
        ldrd    r0, r1, [r8]    @ 3 mem 10000000
        ldr.w   r4, [r0]        @ 1 mem 10000000

multiples:
        nop                     @
        ldmia   r8, {r0-r3}     @ 5 mem 10000000
        add.w   r4, r0, r0      @ 1
        stmia   r8, {r0-r2}     @ 4 mem 10000000
        ldrd    r0, r1, [r8]    @ 3 mem 10000000
        strd    r0, r1, [r8]    @ 3 mem 10000000
        push    {r0, r1}        @ 3 mem 10000000
        ldr.w   r0, [r8]        @ 1 mem 10000000
        ldmia   r8, {r1-r2}     @ 4 mem 10000000

return:
        nop                     @
        pop     {r4, pc}        @ 5 mem 10000000 to to_caller
        nop
to_caller:
        nop                     @ 1

unaligned:
        nop                     @
        ldrh.w  r0, [r8]        @ 2 mem 10000001
        nop                     @ 1
        ldr.w   r0, [r8]        @ 2 mem 10000002
        nop                     @ 1
        ldr.w   r0, [r8]        @ 3 mem 10000001

fpu:
        nop                     @
        vldr    s0, [r8]        @ 1 mem 10000000
        nop                     @ 1
        vldr    d0, [r8]        @ 3 mem 10000000
        vldmia  r8, {s0-s3}     @ 5 mem 10000000
        vpush   {d8-d9}         @ 5 mem 10000000
