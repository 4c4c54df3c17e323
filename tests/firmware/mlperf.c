/* SPDX-License-Identifier: 0BSD
 *
 * A small device under test of MLPerf Tiny on an STM32F746: PLL to 216 MHz, USART1 with its
 * receive interrupt, TIM2 in microseconds. Commands, the "inference" included, run inside the
 * interrupt's handler. The inference takes 21,600 rounds of a loop and sums its input. After
 * "start" it makes one of every 8 ms of audio (SAI1 as a slave, DMA2) with PB1 high meanwhile.
 */
#include "fw.h"

#define USART1(offset) REG(0x40011000 + (offset))
#define TIM2(offset)   REG(0x40000000 + (offset))
#define RCC(offset)    REG(0x40023800 + (offset))
#define SAI1_A(offset) REG(0x40015804 + (offset))
#define DMA2(offset)   REG(0x40026400 + (offset))
#define GPIOB(offset)  REG(0x40020400 + (offset))

static char line[100];
static uint32_t length, expected, loaded, sum;
static uint8_t input[512];
static volatile int16_t heard[2][256];
static volatile uint32_t listening, frames;

static void put(const char *text)
{
    for (; *text; text++) {
        while (!(USART1(0x1c) & 0x80))
            ;
        USART1(0x28) = (uint8_t)*text;
    }
}

static void put_number(uint32_t n)
{
    char text[12];
    int i = 11;
    text[i] = 0;
    do
        text[--i] = (char)('0' + n % 10);
    while (n /= 10);
    put(text + i);
}

static void lap(void)
{
    put("m-lap-us-");
    put_number(TIM2(0x24));
    put("\r\n");
}

static uint32_t number(const char **p)
{
    uint32_t n = 0;
    while (**p == ' ')
        (*p)++;
    while (**p >= '0' && **p <= '9')
        n = n * 10 + (uint32_t)(*(*p)++ - '0');
    return n;
}

static uint32_t digit(char c)
{
    return (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

static int starts(const char *text, const char *with)
{
    while (*with)
        if (*text++ != *with++) return 0;
    return 1;
}

__attribute__((noinline)) void inference(void)
{
    sum = 0;
    for (uint32_t i = 0; i < expected; i++)
        sum += input[i];
    for (uint32_t i = 0; i < 21600; i++)
        __asm__ volatile("nop");
}

static void load_hex(const char *p)
{
    for (; p[0] && p[1] && loaded < expected; p += 2)
        input[loaded++] = (uint8_t)(digit(p[0]) << 4 | digit(p[1]));
    if (loaded == expected) put("m-load-done\r\n");
}

static void infer(const char *p)
{
    uint32_t n = number(&p);
    uint32_t w = number(&p);
    while (w--)
        inference();
    lap();
    while (n--)
        inference();
    lap();
    put("m-results-[0.5,");
    put_number(sum);
    put("]\r\n");
}

static void mark(void) /* for who looks at the pin: shorter than any work */
{
    GPIOB(0x18) = 2;
    GPIOB(0x18) = 2U << 16;
}

static void listen(void)
{
    GPIOB(0x00) = 1U << 2;
    mark();
    frames = sum = 0;
    SAI1_A(0x00) = 3 | 4U << 5;        /* slave, receives 16 bits */
    SAI1_A(0x0c) = 1U << 8 | 3U << 16; /* two slots */
    DMA2(0x30) = (uint32_t)&SAI1_A(0x1c);
    DMA2(0x34) = (uint32_t)heard;
    DMA2(0x2c) = 512;
    DMA2(0x28) = 1U << 13 | 1U << 11 | 1U << 10 | 1U << 8 | 1; /* halves of words, circular */
    SAI1_A(0x00) |= 3U << 16;
    listening = 1;
}

static void stop(void)
{
    listening = 0;
    SAI1_A(0x00) = 0;
    while (SAI1_A(0x00) & 1U << 16)
        ;
    DMA2(0x28) = 0;
    put("m-results-[");
    put_number(sum);
    put("]\r\n");
}

static void frame(uint32_t half)
{
    GPIOB(0x18) = 2;
    for (uint32_t i = 0; frames == 0 && i < 256; i++)
        sum += (uint32_t)heard[half][i];
    for (uint32_t i = 0; i < 21600; i++)
        __asm__ volatile("nop");
    frames++;
    GPIOB(0x18) = 2U << 16;
}

static void command(void)
{
    const char *p = line;
    if (starts(line, "name"))
        put("m-name-dut-[test]\r\n");
    else if (starts(line, "profile"))
        put("m-profile-[a test firmware]\r\nm-model-[kws01]\r\n");
    else if (starts(line, "timestamp"))
        lap();
    else if (starts(line, "db load")) {
        p += 7;
        expected = number(&p);
        loaded = 0;
        put("m-[Expecting bytes]\r\n");
    } else if (starts(line, "db "))
        load_hex(line + 3);
    else if (starts(line, "start"))
        listen();
    else if (starts(line, "stop"))
        stop();
    else if (starts(line, "infer"))
        infer(line + 5);
    else if (starts(line, "results")) {
        put("m-results-[0.5,");
        put_number(sum);
        put("]\r\n");
    } else
        put("e-[Unknown command]\r\n");
    put("m-ready\r\n");
}

void irq37_handler(void)
{
    if (!(USART1(0x1c) & 0x20)) return;
    char c = (char)USART1(0x24);
    if (c != '%') {
        if (length < sizeof line - 1) line[length++] = c;
        return;
    }
    line[length] = 0;
    length = 0;
    command();
}

static void clock(void)
{
    RCC(0x40) |= 1U << 28 | 1; /* PWR, TIM2 */
    REG(0x40007000) |= 1U << 16;
    while (!(REG(0x40007004) & 1U << 16))
        ;
    REG(0x40007000) |= 1U << 17;
    while (!(REG(0x40007004) & 1U << 17))
        ;
    REG(0x40023c00) = 0x307;
    RCC(0x04) = 0x20000000 | 9U << 24 | 216U << 6 | 8; /* HSI 16 / 8 * 216 / 2 */
    RCC(0x00) |= 1U << 24;
    while (!(RCC(0x00) & 1U << 25))
        ;
    RCC(0x08) = 5U << 10 | 4U << 13 | 2;
    while ((RCC(0x08) & 12) != 8)
        ;
}

int main(void)
{
    clock();
    TIM2(0x28) = 107; /* APB1 timers run at 108 MHz */
    TIM2(0x14) = 1;
    TIM2(0x00) = 1;
    USART1(0x0c) = 117; /* 108 MHz / 921,600 */
    USART1(0x00) = 1 | 4 | 8 | 0x20;
    REG(0xe000e104) = 1U << (37 - 32);
    put("m-init-done\r\nm-ready\r\n");
    for (;;)
        for (uint32_t half = 0; listening && half < 2; half++) {
            while (!(DMA2(0x00) & 1U << (10 + half)) && listening)
                ;
            DMA2(0x08) = 1U << (10 + half);
            if (listening) frame(half);
        }
}
