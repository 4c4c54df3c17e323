/* SPDX-License-Identifier: 0BSD
 *
 * CAN, QUADSPI (or OCTOSPI) and SAI as the makers' drivers bring them up: each step waits for
 * its flag for a while and says what did not come. Then CAN frames to itself through filters,
 * by polling and by interrupt, and commands to a flash. For an F446, F746, L476, L4R5 or H743
 * (console input: 4, 7, l, o, h).
 */
#include "fw.h"

static uint32_t can, qspi, sai;
static volatile uint32_t received, transmitted;
#define CAN(offset)  REG(can + (offset))
#define QSPI(offset) REG(qspi + (offset))
#define SAI(offset)  REG(sai + (offset))

static void check(const char *name, uint32_t good)
{
    print(name);
    print(good ? " good\n" : " BAD\n");
}

static void wait_for(const char *name, uint32_t reg, uint32_t mask, uint32_t wanted)
{
    uint32_t n = 100000;
    while ((REG(reg) & mask) != wanted && --n)
        ;
    check(name, n);
}

void irq19_handler(void) /* transmitted */
{
    transmitted++;
    CAN(0x08) = 1 | 1U << 8 | 1U << 16;
}

void irq20_handler(void) /* FIFO 0 holds something */
{
    received += CAN(0x1b8);
    CAN(0x0c) |= 1U << 5;
}

static uint32_t send_frame(uint32_t id, uint32_t bytes, uint32_t low)
{
    uint32_t box = CAN(0x08) >> 24 & 3, at = 0x180 + 0x10 * box;
    CAN(at + 4) = bytes;
    CAN(at + 8) = low;
    CAN(at + 12) = 0;
    CAN(at) = id | 1;
    return box;
}

static void can_bus(void)
{
    CAN(0x00) &= ~2U; /* out of sleep, into initialisation */
    wait_for("wakes", can + 4, 2, 0);
    CAN(0x00) |= 1;
    wait_for("initialises", can + 4, 1, 1);
    CAN(0x1c) = 1U << 30 | 0x1c0000 | 3; /* loop back */
    CAN(0x200) |= 1;
    CAN(0x21c) = 0;
    CAN(0x20c) = 1; /* bank 0: 32 bits, mask: 0x120 … 0x12f to FIFO 0 */
    CAN(0x204) = 2; /* bank 1: 16 bits, list: 0x345 to FIFO 1 */
    CAN(0x214) = 2;
    CAN(0x240) = 0x120U << 21;
    CAN(0x244) = 0x7f0U << 21;
    CAN(0x248) = 0x345U << 5 | 0x345U << 21;
    CAN(0x24c) = 0x345U << 5 | 0x345U << 21;
    CAN(0x21c) = 3;
    CAN(0x200) &= ~1U;
    CAN(0x00) &= ~1U;
    wait_for("starts", can + 4, 1, 0);
    check("mailbox", send_frame(0x123U << 21, 4, 0x11223344) == 0);
    check("next mailbox", send_frame(0x345U << 21, 8, 0x55667788) == 1);
    send_frame(0x500U << 21, 1, 9); /* for nobody */
    wait_for("sent", can + 8, 0x30303, 0x30303);
    CAN(0x08) = 1 | 1U << 8 | 1U << 16;
    check("done", (CAN(0x08) & 0x1c0f0f0f) == 0x1c000000);
    check("fifo 0", (CAN(0x0c) & 3) == 1 && CAN(0x1b0) == 0x123U << 21 &&
                        (CAN(0x1b4) & 15) == 4 && CAN(0x1b8) == 0x11223344);
    check("fifo 1",
          (CAN(0x10) & 3) == 1 && CAN(0x1c0) == 0x345U << 21 && CAN(0x1c8) == 0x55667788);
    CAN(0x0c) |= 1U << 5;
    check("released", (CAN(0x0c) & 3) == 0);
    for (uint32_t i = 0; i < 4; i++) {
        send_frame(0x120U << 21 | 1U << 3, 1, i);
        while (!(CAN(0x08) & 1U << 26))
            ;
    }
    check("overrun", (CAN(0x0c) & 0x1b) == 0x1b && CAN(0x1b8) == 0);
    CAN(0x0c) = 0x18;
    for (int i = 0; i < 3; i++)
        CAN(0x0c) |= 1U << 5;
    CAN(0x08) = 1;
    CAN(0x14) = 1 | 2;
    NVIC_ISER0 = 3U << 19;
    send_frame(0x121U << 21, 1, 5);
    while (!transmitted || !received)
        __asm__ volatile("wfi");
    check("interrupts", transmitted == 1 && received == 5);
    CAN(0x14) = 0;
    CAN(0x00) |= 1;
    wait_for("stops", can + 4, 1, 1);
    CAN(0x1c) &= ~(1U << 30); /* a bus without anybody: the frame waits, and is given up */
    CAN(0x00) &= ~1U;
    send_frame(0x123U << 21, 1, 1);
    for (volatile int i = 0; i < 1000; i++)
        ;
    check("waits", !(CAN(0x08) & 1));
    CAN(0x08) = 1U << 7;
    check("aborted", (CAN(0x08) & 0x04000003) == 0x04000001);
    CAN(0x00) |= 2;
    wait_for("sleeps", can + 4, 2, 2);
}

/* Of QUADSPI and OCTOSPI: what they have in common, at other places. */
static const uint32_t places[2][8] = {{0x08, 0x0c, 0x10, 0x18, 0x20, 0x24, 0x28, 0x04},
                                      {0x20, 0x24, 0x40, 0x48, 0x50, 0x80, 0x88, 0x08}};
enum { SR, FCR, DLR, AR, DR, PSMKR, PSMAR, DCR };
static uint32_t octo;
#define PLACE(name) (qspi + places[octo][name])
#define AT(name)    REG(PLACE(name))

/* mode: 0 writes, 1 reads, 2 polls. */
static void command(uint32_t mode, uint32_t data, uint32_t addressed, uint32_t instruction)
{
    if (octo) {
        QSPI(0x00) = (QSPI(0x00) & ~(3U << 28)) | mode << 28;
        QSPI(0x100) = data << 24 | (addressed ? 2U << 12 | 1U << 8 : 0) | 1;
        QSPI(0x110) = instruction;
    } else {
        QSPI(0x14) = mode << 26 | data << 24 | (addressed ? 2U << 12 | 1U << 10 : 0) | 1U << 8 |
                     instruction;
    }
}

static void flash_bus(void)
{
    wait_for("free", PLACE(SR), 1U << 5, 0);
    AT(DCR) = 23U << 16;
    QSPI(0x00) |= 1;
    command(0, 0, 0, 0x06); /* an instruction alone: write enable */
    wait_for("command", PLACE(SR), 2, 2);
    AT(FCR) = 2;
    AT(DLR) = 5; /* six bytes: identification */
    command(1, 1, 0, 0x9f);
    check("busy", (AT(SR) & 0x20) && (AT(SR) >> 8 & 31) == 6 && !(AT(SR) & 2));
    check("word", AT(DR) == 0xffffffff);
    check("byte", *(volatile uint8_t *)PLACE(DR) == 0xff && !(AT(SR) & 2));
    check("last", *(volatile uint8_t *)PLACE(DR) == 0xff && (AT(SR) & 0x22) == 2);
    AT(FCR) = 2;
    AT(DLR) = 255;
    command(0, 1, 1, 0x02); /* a page at an address */
    check("waits for it", !(AT(SR) & 0x20));
    AT(AR) = 0x1000;
    check("wants data", (AT(SR) & 0x24) == 4);
    AT(DR) = 1;
    check("writes", (AT(SR) & 0x24) == 0x24);
    QSPI(0x00) |= 2;
    wait_for("abort", PLACE(SR), 2, 2);
    check("free again", !(AT(SR) & 0x20));
    AT(FCR) = 2;
    AT(PSMKR) = 0x80; /* polls for a bit that is set */
    AT(PSMAR) = 0x80;
    command(2, 1, 0, 0x05);
    wait_for("match", PLACE(SR), 8, 8);
    AT(FCR) = 8;
    AT(PSMAR) = 0; /* … that is clear: nobody clears it */
    command(2, 1, 0, 0x05);
    check("no match", !(AT(SR) & 8));
}

/* FDCAN: into and out of initialisation, message RAM cleared, a request that nobody hears. */
static void fdcan_bus(void)
{
    CAN(0x18) &= ~(1U << 4);
    wait_for("wakes", can + 0x18, 8, 0);
    CAN(0x18) |= 1;
    wait_for("initialises", can + 0x18, 1, 1);
    CAN(0x18) |= 2;
    check("core", CAN(0x04) == 0x87654321 && CAN(0x00) != 0);
    for (uint32_t at = 0x4000ac00; at < 0x4000d400; at += 4)
        REG(at) = 0;
    REG(0x4000d3fc) = 7;
    check("message RAM", REG(0x4000d3fc) == 7 && REG(0x4000ac00) == 0);
    CAN(0x18) &= ~1U;
    check("starts", !(CAN(0x18) & 3));
    CAN(0xcc) = 1;
    check("pends", CAN(0xc8) == 1);
    CAN(0xd0) = 1;
    check("given up", CAN(0xc8) == 0 && CAN(0xdc) == 1);
    CAN(0x18) |= 1U << 4;
    wait_for("sleeps", can + 0x18, 8, 8);
}

static void audio_bus(void)
{
    SAI(0x04) &= ~(1U << 16);
    wait_for("audio off", sai + 4, 1U << 16, 0);
    SAI(0x04) = 2 | 4U << 5; /* a slave that sends 16 bits */
    SAI(0x08) = 1U << 3;     /* flush */
    SAI(0x10) = 1U << 8 | 3U << 16;
    SAI(0x04) |= 1U << 16;
    wait_for("asks", sai + 0x18, 1U << 3, 1U << 3);
    for (int i = 0; i < 8; i++)
        SAI(0x20) = (uint32_t)i;
    check("full", (SAI(0x18) >> 16 & 7) == 5 && !(SAI(0x18) & 8));
    wait_for("empties", sai + 0x18, 7U << 16, 0);
    wait_for("underrun", sai + 0x18, 1, 1);
    SAI(0x04) &= ~(1U << 16);
    SAI(0x1c) = 1;
    check("cleared", !(SAI(0x18) & 1));
    SAI(0x04) = 3 | 4U << 5 | 1U << 16; /* one that receives: silence */
    wait_for("receives", sai + 0x18, 1U << 3, 1U << 3);
    check("silence", SAI(0x20) == 0);
}

int main(void)
{
    char chip = (char)semihost(7, 0);
    can = 0x40006400;
    qspi = 0xa0001000;
    sai = chip == 'l' || chip == 'o' ? 0x40015400 : 0x40015800;
    octo = chip == 'o';
    if (chip == 'h') {
        can = 0x4000a000;
        qspi = 0x52005000;
        fdcan_bus();
    } else {
        can_bus();
    }
    flash_bus();
    audio_bus();
    return 0;
}
