@ SPDX-License-Identifier: GPL-2.0-or-later
@ Cortex-M7 on STM32H7A3 at 6 wait states: what its memories do that the F7's do not.
@ machine nucleo-h7a3zi-q ws 6 icache dcache at 0
        .syntax unified
        .thumb
        .text

@ bytes to a TCM do not merge, and each is read, modified and written in four cycles ([J])
        .balign 8
tcm_bytes:
        nop.w                   @
        nop.w                   @ 0
        strb.w  r0, [r8]        @ 1 mem 20000000
        strb.w  r0, [r8, #1]    @ 1 mem 20000001
        strb.w  r0, [r8, #2]    @ 1 mem 20000002
        strb.w  r0, [r8, #3]    @ 2 mem 20000003

@ those to cached memory merge (TRM 5.9.2)
        .balign 8
cached_bytes:
        nop.w                   @
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 5 mem 24000000
        nop.w                   @ 1
        nop.w                   @ 0
        strb.w  r0, [r8]        @ 1 mem 24000000
        strb.w  r0, [r8, #1]    @ 1 mem 24000001
        strb.w  r0, [r8, #2]    @ 1 mem 24000002
        strb.w  r0, [r8, #3]    @ 1 mem 24000003
        strb.w  r0, [r8, #4]    @ 1 mem 24000004
        strb.w  r0, [r8, #5]    @ 1 mem 24000005
        strb.w  r0, [r8, #6]    @ 1 mem 24000006
        strb.w  r0, [r8, #7]    @ 1 mem 24000007

@ a line of flash is two reads of 16 bytes: the second half comes seven cycles after the first
        .balign 8
two_reads:
        nop.w                   @
        nop.w                   @ 0
        ldr.w   r0, [r8]        @ 12 mem 08000000
        ldr.w   r0, [r8, #8]    @ 1 mem 08000008
        ldr.w   r0, [r8, #16]   @ 6 mem 08000010
