@ SPDX-License-Identifier: GPL-2.0-or-later
@ STM32F4 flash at 5 wait states, ART lines of 16 bytes on, prefetch off (RM0090 3.5).
@ machine stm32f407-disco ws 5 art at 08000000
        .syntax unified
        .thumb
        .text

@ out of reset fetch takes two cycles, and a line that is not there costs its wait states: all of
@ them then, three less when the queue is full, as behind narrow instructions
lines:
        nop                     @ 8
        nop                     @ 1
        nop                     @ 1
        nop                     @ 1
        nop                     @ 1
        nop                     @ 1
        nop                     @ 1
        nop                     @ 1
        nop                     @ 3
        nop                     @ 1
        nop                     @ 1
        b.n     lines           @ 2 to lines

@ the second time round everything is there
        .balign 16
again:
        nop                     @ 8
        b.n     again           @ 2 to again
to_again:
        .balign 16

@ a data line: the first word waits, the others of the line do not
        .balign 16
data:
        nop                     @ 8
        nop                     @ 1
        ldr.w   r0, [r8]        @ 6 mem 08010000
        nop                     @ 1
        ldr.w   r0, [r8]        @ 1 mem 0801000c

@ what fetch gains behind an instruction of five cycles hides the first line; then wide ones empty
@ the queue as fast as it is filled
        .balign 16
wide:
        nop                     @ 8
        nop                     @ 1
        ldmia   r8, {r0-r3}     @ 5 mem 20000000
        nop.w                   @ 1
        nop.w                   @ 1
        nop.w                   @ 1
        nop.w                   @ 1
        nop.w                   @ 1
        nop.w                   @ 1
        nop.w                   @ 6
        nop.w                   @ 1

@ both halves of an instruction are in lines that are not there: one comes after the other
        .balign 16
across:
        b.n     to_across       @ 9 to to_across
        .space  28
to_across:
        add.w   r1, r2, r3      @ 12
        nop                     @ 1
