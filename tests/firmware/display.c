/* SPDX-License-Identifier: 0BSD
 * A small display as ST's HAL drives it: DMA2D fills, converts and blends, with its interrupt;
 * LTDC shows two layers, tells a line and reloads in the blanking. The console input's first
 * character names the family: 4, 7, h.
 */
#include "fw.h"

enum { WIDTH = 32, HEIGHT = 16, LTDC_IRQ = 88, DMA2D_IRQ = 90 };
static uint32_t ltdc = 0x40016800, dma2d = 0x4002b000, frame = 0x20008000;
static volatile uint32_t lines, transfers, transfer_errors;
static uint32_t vectors[16 + 96] __attribute__((aligned(512)));

static void on_line(void)
{
    uint32_t isr = REG(ltdc + 0x38);
    REG(ltdc + 0x3c) = isr;
    if (isr & 1) lines++;
}

static void on_transfer(void)
{
    uint32_t isr = REG(dma2d + 4);
    REG(dma2d + 8) = isr;
    if (isr & 2) transfers++;
    if (isr & 1) transfer_errors++;
}

static void interrupts(void)
{
    for (uint32_t i = 0; i < 16; i++)
        vectors[i] = REG(0x08000000 + 4 * i);
    vectors[16 + LTDC_IRQ] = (uint32_t)(uintptr_t)on_line;
    vectors[16 + DMA2D_IRQ] = (uint32_t)(uintptr_t)on_transfer;
    VTOR = (uint32_t)(uintptr_t)vectors;
    REG(0xe000e108) = 1U << (LTDC_IRQ - 64) | 1U << (DMA2D_IRQ - 64);
}

/* A pixel clock of 9.6 MHz or so, from HSI. */
static void pixel_clock(char family)
{
    if (family == 'h') {
        REG(0x58024428) = 32U << 20;     /* 64 MHz / 32 */
        REG(0x58024440) = 9U << 24 | 47; /* * 48 / 10 */
        REG(0x58024400) |= 1U << 28;
        return;
    }
    REG(0x40023804) = (REG(0x40023804) & ~0x3fU) | 16; /* 16 MHz / 16 */
    REG(0x40023888) = 5U << 28 | 192U << 6;            /* * 192 / 5 / 4 */
    REG(0x4002388c) |= 1U << 16;
    REG(0x40023800) |= 1U << 28;
}

static void transfer(uint32_t mode)
{
    uint32_t before = transfers + transfer_errors;
    REG(dma2d) = mode << 16 | 3U << 8 | 1;
    while (transfers + transfer_errors == before)
        ;
}

static void rectangle(uint32_t at, uint32_t pitch, uint32_t width, uint32_t height)
{
    REG(dma2d + 0x3c) = at;
    REG(dma2d + 0x40) = pitch - width;
    REG(dma2d + 0x44) = width << 16 | height;
}

static void layer(uint32_t n, uint32_t format, uint32_t bytes, uint32_t at, uint32_t x,
                  uint32_t y, uint32_t width, uint32_t height, uint32_t alpha)
{
    uint32_t l = ltdc + 0x84 + n * 0x80;
    REG(l + 0x04) = (x + width + 9) << 16 | (x + 10);
    REG(l + 0x08) = (y + height + 4) << 16 | (y + 5);
    REG(l + 0x10) = format;
    REG(l + 0x14) = alpha;
    REG(l + 0x18) = 0;
    REG(l + 0x1c) = 4U << 8 | 5; /* by the constant alpha */
    REG(l + 0x28) = at;
    REG(l + 0x2c) = width * bytes << 16 | (width * bytes + 3);
    REG(l + 0x30) = height;
    REG(l) |= 1;
}

int main(void)
{
    char family = (char)semihost(7, 0);
    if (family == 'h') {
        ltdc = 0x50001000;
        dma2d = 0x52001000;
        frame = 0x24000000;
    }
    uint32_t window = frame + WIDTH * HEIGHT * 2;
    interrupts();
    pixel_clock(family);
    REG(ltdc + 0x08) = 4U << 16 | 1;
    REG(ltdc + 0x0c) = 9U << 16 | 4;
    REG(ltdc + 0x10) = (9U + WIDTH) << 16 | (4 + HEIGHT);
    REG(ltdc + 0x14) = (19U + WIDTH) << 16 | (9 + HEIGHT);
    REG(ltdc + 0x2c) = 0x000040;
    REG(ltdc + 0x18) |= 1;
    /* Layer 1: green, with a red square; layer 2: 8 x 8 of white that fades. */
    REG(dma2d + 0x34) = 2; /* RGB565 */
    REG(dma2d + 0x38) = 0x07e0;
    rectangle(frame, WIDTH, WIDTH, HEIGHT);
    transfer(3);
    REG(dma2d + 0x38) = 0xf800;
    rectangle(frame + (2 * WIDTH + 2) * 2, WIDTH, 4, 4);
    transfer(3);
    REG(dma2d + 0x34) = 0; /* ARGB8888 */
    REG(dma2d + 0x38) = 0x80ffffff;
    rectangle(window, 8, 8, 8);
    transfer(3);
    REG(dma2d + 0x0c) = window; /* half white over the green */
    REG(dma2d + 0x10) = 0;
    REG(dma2d + 0x1c) = 0;
    REG(dma2d + 0x14) = frame + (8 * WIDTH + 2) * 2;
    REG(dma2d + 0x18) = WIDTH - 4;
    REG(dma2d + 0x24) = 2;
    REG(dma2d + 0x34) = 2;
    rectangle(frame + (8 * WIDTH + 2) * 2, WIDTH, 4, 2);
    transfer(2);
    print_hex(REG(frame + (8 * WIDTH + 2) * 2));
    REG(dma2d + 0x3c) = 0x70000000; /* no memory */
    transfer(3);
    print_number(transfer_errors);
    layer(0, 2, 2, frame, 0, 0, WIDTH, HEIGHT, 255);
    layer(1, 0, 4, window, 20, 4, 8, 8, 128);
    print_number(REG(ltdc + 0x84) & 1); /* the old value, before the reload */
    REG(ltdc + 0x24) = 2;
    while (REG(ltdc + 0x24))
        ;
    print_number(REG(ltdc + 0x84) & 1);
    REG(ltdc + 0x40) = 4 + HEIGHT;
    REG(ltdc + 0x34) = 1;
    while (lines < 3)
        ;
    print_number(REG(ltdc + 0x44) & 0xffff);
    print_number(transfers);
    return 0;
}
