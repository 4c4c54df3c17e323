/* SPDX-License-Identifier: 0BSD
 * Says a word through each console: semihosting, ITM, USART2 (of an F446), RTT. Then a dialogue
 * on USART2: answers each line, "q" ends it with code 0. Its RTT ring is small: it waits for
 * the probe. */
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
    struct channel up[1];
};
static struct control _SEGGER_RTT __attribute__((used));
static char ring[16];

static void rtt_start(void)
{
    static const char id[] = "SEGGER RTT";
    _SEGGER_RTT.up_count = 1;
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
