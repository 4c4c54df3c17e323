/* SPDX-License-Identifier: 0BSD
 * Erases the sector at 0x08020000, programs code there, runs it, does both again, locks flash
 * and stores once more: a fault. The console input's first character names the family. */
#include "fw.h"

struct registers {
    uint32_t keyr, sr, cr, clear;
    uint32_t lock, pg, erase, start, busy;
};
static const struct registers f4 = {0x40023c04, 0x40023c0c,  0x40023c10, 0x40023c0c, 1U << 31,
                                    1,          5U << 3 | 2, 1U << 16,   1U << 16};
static const struct registers f7 = {0x40023c04, 0x40023c0c,  0x40023c10, 0x40023c0c, 1U << 31,
                                    1,          4U << 3 | 2, 1U << 16,   1U << 16};
static const struct registers l4 = {0x40022008, 0x40022010,   0x40022014, 0x40022010, 1U << 31,
                                    1,          32U << 3 | 2, 1U << 16,   1U << 16};
static const struct registers h7 = {0x52002004, 0x52002010,  0x5200200c, 0x52002014, 1,
                                    2,          1U << 8 | 4, 1U << 7,    5};
static const struct registers a3 = {0x52002004, 0x52002010,   0x5200200c, 0x52002014, 1,
                                    2,          16U << 6 | 4, 1U << 5,    5};

static void wait(const struct registers *r, uint32_t at_least)
{
    uint32_t from = CYCCNT;
    while (REG(r->sr) & r->busy)
        ;
    print(CYCCNT - from >= at_least ? "busy\n" : "too fast\n");
    REG(r->clear) = 0x10001;
}

static void erase(const struct registers *r)
{
    REG(r->cr) = r->erase;
    REG(r->cr) = r->erase | r->start;
    wait(r, 10000);
    REG(r->cr) = 0;
}

/* movs r0, #value; bx lr */
static void program(const struct registers *r, uint32_t value)
{
    REG(r->cr) = r->pg;
    REG(0x08020000) = 0x47702000 | value;
    REG(0x08020004) = 0x12345678;
    wait(r, 50);
    REG(r->cr) = 0;
}

static uint32_t run(void)
{
    return ((uint32_t(*)(void))(uintptr_t)0x08020001)();
}

int main(void)
{
    char c = (char)semihost(7, 0);
    const struct registers *r = c == '4' ? &f4 : c == '7' ? &f7 : c == 'l' ? &l4 : &h7;
    if (c == 'a') r = &a3;
    cyccnt_start();
    REG(r->cr) = r->pg; /* locked: ignored */
    print(REG(r->cr) & r->pg ? "open\n" : "locked\n");
    REG(r->keyr) = 0x45670123;
    REG(r->keyr) = 0xcdef89ab;
    print(REG(r->cr) & r->lock ? "locked\n" : "open\n");
    for (uint32_t i = 7; i < 10; i += 2) {
        erase(r);
        print_hex(REG(0x08020000));
        program(r, i);
        print_hex(REG(0x08020004));
        print_number(run());
    }
    REG(r->cr) = r->lock;
    REG(0x08020008) = 5;
    return 0;
}
