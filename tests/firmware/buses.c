/* SPDX-License-Identifier: 0BSD
 *
 * CAN, QUADSPI and SAI as the makers' drivers bring them up: each step waits for its flag for a
 * while and says what did not come. Then CAN frames to itself through filters, by polling and
 * by interrupt, and QUADSPI commands. For an F446, F746 or L476 (console input: 4, 7, l).
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

static void flash_bus(void)
{
    wait_for("free", qspi + 8, 1U << 5, 0);
    QSPI(0x04) = 23U << 16;
    QSPI(0x00) |= 1;
    QSPI(0x14) = 1U << 8 | 0x06; /* an instruction alone: write enable */
    wait_for("command", qspi + 8, 2, 2);
    QSPI(0x0c) = 2;
    QSPI(0x10) = 5; /* six bytes: identification */
    QSPI(0x14) = 1U << 26 | 1U << 24 | 1U << 8 | 0x9f;
    check("busy", (QSPI(0x08) & 0x20) && (QSPI(0x08) >> 8 & 31) == 6 && !(QSPI(0x08) & 2));
    check("word", QSPI(0x20) == 0xffffffff);
    check("byte", *(volatile uint8_t *)(qspi + 0x20) == 0xff && !(QSPI(0x08) & 2));
    check("last", *(volatile uint8_t *)(qspi + 0x20) == 0xff && (QSPI(0x08) & 0x22) == 2);
    QSPI(0x0c) = 2;
    QSPI(0x10) = 255;
    QSPI(0x14) = 1U << 24 | 2U << 12 | 1U << 10 | 1U << 8 | 0x02; /* a page at an address */
    check("waits for it", !(QSPI(0x08) & 0x20));
    QSPI(0x18) = 0x1000;
    check("writes", (QSPI(0x08) & 0x24) == 0x24);
    QSPI(0x00) |= 2;
    wait_for("abort", qspi + 8, 2, 2);
    check("free again", !(QSPI(0x08) & 0x20));
    QSPI(0x0c) = 2;
    QSPI(0x24) = 0x80; /* polls for a bit that is set */
    QSPI(0x28) = 0x80;
    QSPI(0x14) = 2U << 26 | 1U << 24 | 1U << 8 | 0x05;
    wait_for("match", qspi + 8, 8, 8);
    QSPI(0x0c) = 8;
    QSPI(0x28) = 0; /* … that is clear: nobody clears it */
    QSPI(0x14) = 2U << 26 | 1U << 24 | 1U << 8 | 0x05;
    check("no match", !(QSPI(0x08) & 8));
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
    sai = chip == 'l' ? 0x40015400 : 0x40015800;
    can_bus();
    flash_bus();
    audio_bus();
    return 0;
}
