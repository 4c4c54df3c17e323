/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The picture of an LTDC: background colour, layer 1 over it, layer 2 over both (RM0385 18.4):
 * the window's pixels, the default colour around it; the colour key, which is see-through; and
 * BF1 * layer + BF2 * below. Memory that a layer has not got is black.
 */
#include "sim/periph/ltdc.h"
#include "sim/periph/ltdc_regs.h"
#include "sim/periph/pixel.h"
#include "sim/state.h"

enum { LEN = 1 << 0, COLKEN = 1 << 1, CLUTEN = 1 << 4, BY_PIXEL = 2 /* of BF1, BF2 */ };

bool ltdc_size(struct device *d, uint32_t *width, uint32_t *height)
{
    uint32_t porch = *regs_at(d, LTDC_BPCR), active = *regs_at(d, LTDC_AWCR);
    *width = (active >> 16 & 0xfffU) - (porch >> 16 & 0xfffU);
    *height = (active & 0x7ffU) - (porch & 0x7ffU);
    return *regs_at(d, LTDC_GCR) & 1U && *width - 1 < 0xfff && *height - 1 < 0x7ff;
}

struct window { /* columns and rows of the picture, last ones included */
    uint32_t left, right, top, bottom;
};

static struct window window(struct device *d, const uint32_t *l)
{
    uint32_t porch = *regs_at(d, LTDC_BPCR), x = (porch >> 16 & 0xfffU) + 1;
    uint32_t y = (porch & 0x7ffU) + 1;
    return (struct window){(l[L_WHPCR] & 0xfffU) - x, (l[L_WHPCR] >> 16 & 0xfffU) - x,
                           (l[L_WVPCR] & 0x7ffU) - y, (l[L_WVPCR] >> 16 & 0x7ffU) - y};
}

/* BF1 * over + BF2 * below, of one colour; each factor is the constant alpha, or the pixel's
 * times that, or what is missing of them. */
static uint8_t mix(uint32_t over, uint32_t below, uint32_t alpha, const uint32_t *l)
{
    uint32_t constant = l[L_CACR] & 0xffU, product = alpha * constant / 255;
    uint32_t f1 = l[L_BFCR] >> 8 & BY_PIXEL ? product : constant;
    uint32_t f2 = 255 - (l[L_BFCR] & BY_PIXEL ? product : constant);
    uint32_t v = (over * f1 + below * f2) / 255;
    return (uint8_t)(v > 255 ? 255 : v);
}

static void put(uint8_t *rgb, uint32_t argb, const uint32_t *l)
{
    for (unsigned k = 0; k < 3; k++)
        rgb[k] = mix(argb >> (16 - 8 * k) & 0xffU, rgb[k], argb >> 24, l);
}

static void draw_row(struct device *d, unsigned number, uint32_t y, uint8_t *rgb,
                     uint32_t width)
{
    const struct ltdc *s = d->state;
    const uint32_t *l = regs_at(d, LTDC_LAYER + number * LTDC_LAYER_STEP);
    struct window w = window(d, l);
    enum pixel_format f = (enum pixel_format)(l[L_PFCR] & 7U);
    uint32_t step = l[L_CFBLR] >> 16 & 0x1fffU, lines = l[L_CFBLNR] & 0x7ffU;
    bool in = y >= w.top && y <= w.bottom && y - w.top < lines && w.right >= w.left;
    const uint8_t *row = NULL;
    if (in)
        row = memory_at(&d->sim->memory, l[L_CFBAR] + (y - w.top) * step,
                        pixel_bytes(f, w.right - w.left + 1));
    for (uint32_t x = 0; x < width; x++) {
        uint32_t argb = l[L_DCCR];
        if (in && x >= w.left && x <= w.right)
            argb = row ? pixel_get(row, x - w.left, f, s->clut[number]) : 0xff000000U;
        if (l[L_CR] & COLKEN && (argb & 0xffffffU) == (l[L_CKCR] & 0xffffffU)) continue;
        put(rgb + 3 * (size_t)x, argb, l);
    }
}

void ltdc_draw(struct device *d, uint8_t *rgb)
{
    uint32_t width, height, back = *regs_at(d, LTDC_BCCR);
    if (!ltdc_size(d, &width, &height)) return;
    for (uint32_t y = 0; y < height; y++) {
        uint8_t *row = rgb + 3 * (size_t)width * y;
        for (size_t i = 0; i < width; i++)
            for (unsigned k = 0; k < 3; k++)
                row[3 * i + k] = (uint8_t)(back >> (16 - 8 * k));
        for (unsigned k = 0; k < 2; k++)
            if (*regs_at(d, LTDC_LAYER + k * LTDC_LAYER_STEP) & LEN)
                draw_row(d, k, y, row, width);
    }
}
