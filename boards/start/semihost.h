/* SPDX-License-Identifier: 0BSD
 *
 * Semihost: the debugger's console and exit, through BKPT 0xAB (Arm's semihosting for
 * Cortex-M). Without a debugger that answers, the first call is a HardFault.
 */
#ifndef START_SEMIHOST_H
#define START_SEMIHOST_H

#include <stdint.h>

/* Reads up to n bytes from the console; returns how many came. */
uint32_t semihost_read(void *bytes, uint32_t n);
void semihost_write(const void *bytes, uint32_t n);
/* 0: the application ended well; anything else: run-time error. */
__attribute__((noreturn)) void semihost_exit(int code);

#endif
