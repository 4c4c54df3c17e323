/* SPDX-License-Identifier: 0BSD
 * Operation numbers and parameter blocks: Arm's "Semihosting for AArch32 and AArch64". */
#include "semihost.h"

enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_EXIT = 0x18 };
enum { MODE_R = 0, MODE_W = 4 }; /* of fopen's list: "r", "w" */

#define STOPPED_EXIT  UINT32_C(0x20026) /* ADP_Stopped_ApplicationExit */
#define STOPPED_ERROR UINT32_C(0x20023) /* ADP_Stopped_RunTimeErrorUnknown */

static uint32_t call(uint32_t operation, uint32_t argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register uint32_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static uint32_t call_block(uint32_t operation, const uint32_t *block)
{
    return call(operation, (uint32_t)(uintptr_t)block);
}

static uint32_t console(uint32_t mode)
{
    const uint32_t open[3] = {(uint32_t)(uintptr_t) ":tt", mode, 3};
    return call_block(SYS_OPEN, open);
}

uint32_t semihost_read(void *bytes, uint32_t n)
{
    const uint32_t handle = console(MODE_R);
    if (handle == UINT32_MAX) return 0;
    uint32_t have = 0;
    while (have < n) { /* SYS_READ answers with the number of bytes that did not come */
        const uint32_t block[3] = {handle, (uint32_t)(uintptr_t)bytes + have, n - have};
        const uint32_t missing = call_block(SYS_READ, block);
        if (missing >= n - have) break;
        have = n - missing;
    }
    call_block(SYS_CLOSE, &handle);
    return have;
}

void semihost_write(const void *bytes, uint32_t n)
{
    const uint32_t handle = console(MODE_W);
    if (handle == UINT32_MAX) return;
    const uint32_t block[3] = {handle, (uint32_t)(uintptr_t)bytes, n};
    call_block(SYS_WRITE, block);
    call_block(SYS_CLOSE, &handle);
}

void semihost_exit(int code)
{
    for (;;)
        call(SYS_EXIT, code == 0 ? STOPPED_EXIT : STOPPED_ERROR);
}
