/* SPDX-License-Identifier: 0BSD
 * Says a word through each console: semihosting, ITM, USART2 (of an F446), RTT. Then it answers
 * what comes by RTT, if a "+" has; else lines on USART2, where "q" ends it with code 0. Its RTT
 * rings are small: it waits for the probe, and the probe for it. */
#include "fw.h"

#define USART_SR REG(0x40004400)
#define USART_DR REG(0x40004404)

struct channel {
    const char *name;
    char *buffer;
    uint32_t size;
    volatile uint32_t to, from;
    uint32_t flags;
};
struct control {
    char id[16];
    uint32_t up_count, down_count;
    struct channel up[2], down[1];
};
static struct control _SEGGER_RTT __attribute__((used));
static char ring[16], orders[8];

static void rtt_start(void)
{
    static const char id[] = "SEGGER RTT";
    _SEGGER_RTT.up_count = 2;
    _SEGGER_RTT.down_count = 1;
    _SEGGER_RTT.down[0] = (struct channel){"Terminal", orders, sizeof orders, 0, 0, 2};
    _SEGGER_RTT.up[0] = (struct channel){"Terminal", ring, sizeof ring, 0, 0, 2};
    for (int i = 0; id[i]; i++)
        _SEGGER_RTT.id[i] = id[i];
}

static void rtt_put(char c)
{
    struct channel *u = &_SEGGER_RTT.up[0];
    uint32_t next = u->to + 1 == u->size ? 0 : u->to + 1;
    while (next == u->from)
        ;
    ring[u->to] = c;
    u->to = next;
}

static int rtt_get(void) /* -1: nothing is there */
{
    struct channel *d = &_SEGGER_RTT.down[0];
    if (d->from == d->to) return -1;
    char c = orders[d->from];
    d->from = d->from + 1 == d->size ? 0 : d->from + 1;
    return c;
}

/* "+": each byte that follows comes back, twice, up to a "."; else 0 at once. */
static int rtt_echo(void)
{
    int c = rtt_get();
    if (c != '+') return 0;
    while (c != '.') {
        while ((c = rtt_get()) < 0)
            ;
        rtt_put((char)c);
        rtt_put((char)c);
    }
    return 1;
}

static void uart_say(const char *text)
{
    while (*text) {
        while (!(USART_SR & 1U << 7))
            ;
        USART_DR = (uint8_t)*text++;
    }
}

static char uart_get(void)
{
    while (!(USART_SR & 1U << 5))
        ;
    return (char)USART_DR;
}

int main(void)
{
    print("by semihosting\n");
    REG(0xe000edfc) |= 1U << 24;
    REG(0xe0000fb0) = 0xc5acce55;
    REG(0xe0000e80) = 1;
    REG(0xe0000e00) = 1;
    for (const char *p = "by itm\n"; *p; p++)
        *(volatile uint8_t *)0xe0000000 = (uint8_t)*p;
    rtt_start();
    for (const char *p = "by rtt, longer than its ring\n"; *p; p++)
        rtt_put(*p);
    if (rtt_echo()) return 0;
    REG(0x40004408) = 139; /* 115200 at 16 MHz */
    REG(0x4000440c) = 1U << 13 | 3U << 2;
    uart_say("by uart\r\nready> ");
    for (;;) {
        char line[32];
        unsigned n = 0;
        while (n < sizeof line - 1 && (line[n] = uart_get()) != '\r')
            n++;
        line[n] = 0;
        if (line[0] == 'q') return 0;
        uart_say("heard ");
        uart_say(line);
        uart_say("\r\nready> ");
    }
}
