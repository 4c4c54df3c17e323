/* SPDX-License-Identifier: 0BSD
 * Brings SDRAM up as ST's HAL does and uses it. The console input's first character names the
 * board, the second what else to do:
 *
 *     7 F746G-DISCO, 9 F769I-DISCO, 4 F429I-DISCO
 *     e touch it too early   m without loading the mode register   w store to it protected
 *     x run code there   u a halfword off its border
 *     n the latter, r the former after the MPU made it Normal
 *     d the latter in SRAM after the MPU made it Device memory
 *     s at 0x60000000, where SWP_FMC puts it
 */
#include "fw.h"

enum { CLOCK = 1, PALL, REFRESH, LOAD };
static const uint32_t fmc = 0xa0000000;

static void command(uint32_t bank, uint32_t mode, uint32_t more)
{
    REG(fmc + 0x150) = mode | (bank == 1 ? 1U << 4 : 1U << 3) | more;
    while (REG(fmc + 0x158) & 1U << 5)
        ;
}

/* 8 columns, 12 rows, 4 banks, CAS latency 2 or 3, SDCLK = HCLK / 2. */
static void bring_up(char board, char what)
{
    uint32_t bank = board == '4' ? 2 : 1, cas = board == '4' ? 3 : 2;
    uint32_t width = board == '9' ? 2 : 1;
    uint32_t cr = cas << 7 | 1U << 6 | width << 4 | 1U << 2 | (what == 'w' ? 1U << 9 : 0);
    REG(0x40023838) |= 1; /* RCC_AHB3ENR.FMCEN */
    REG(fmc + 0x140) = cr | 1U << 12 | 2U << 10;
    REG(fmc + 0x144) = cr;
    REG(fmc + 0x148) = 0x01116361;
    REG(fmc + 0x14c) = 0x01116361;
    command(bank, CLOCK, 0);
    command(bank, PALL, 0);
    command(bank, REFRESH, 7U << 5);
    if (what != 'm') command(bank, LOAD, (0x200 | cas << 4) << 9);
    REG(fmc + 0x154) = 1539U << 1;
}

/* An MPU region that may be run: 8 MiB of Normal memory, written back; 4 KiB of Device memory.
 */
static void make(uint32_t base, uint32_t what)
{
    MPU_RNR = 0;
    MPU_RBAR = base;
    MPU_RASR = 3U << 24 | what | 1;
    MPU_CTRL = 5;
}
enum { NORMAL = 1U << 19 | 3U << 16 | 22U << 1, DEVICE = 1U << 16 | 11U << 1 };

/* Hot code, which another executor runs, and the last halfword is off its border. */
static void store_off(uint32_t at)
{
    for (uint32_t i = 0; i < 100; i++)
        *(volatile uint16_t *)(uintptr_t)(at + 2 + (i == 99)) = (uint16_t)i;
}

static uint32_t run(uint32_t at)
{
    REG(at) = 0x4770202a; /* movs r0, #42; bx lr */
    __asm__ volatile("dsb\n isb" ::: "memory");
    return ((uint32_t(*)(void))(uintptr_t)(at | 1))();
}

/* Cycles of 64 loads, a step apart. */
static uint32_t loads(uint32_t at, uint32_t step)
{
    uint32_t from = CYCCNT;
    for (uint32_t i = 0; i < 64; i++)
        (void)REG(at + i * step);
    return CYCCNT - from;
}

int main(void)
{
    char board = (char)semihost(7, 0), what = (char)semihost(7, 0);
    uint32_t base = board == '4' ? 0xd0000000 : what == 's' ? 0x60000000 : 0xc0000000;
    cyccnt_start();
    if (what != 'e') bring_up(board, what);
    if (what == 's') REG(0x40013800) = 1U << 10;
    for (uint32_t i = 0; i < 0x800000; i += 0x8004)
        REG(base + i) = i * 3;
    for (uint32_t i = 0; i < 0x800000; i += 0x8004)
        if (REG(base + i) != i * 3) print("lost\n");
    if (what == 'n' || what == 'r') make(base, NORMAL);
    if (what == 'd') make(0x20010000, DEVICE);
    if (what == 'u' || what == 'n') store_off(base + 0x100);
    if (what == 'd') store_off(0x20010100);
    if (what == 'x' || what == 'r' || what == 's') print_number(run(base + 0x200));
    print_number(loads(base, 4));
    print_number(loads(base, 0x800)); /* another row each time */
    return 0;
}
