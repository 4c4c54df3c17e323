/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The header of a pixmap is text: P6, width, height, 255, each after white space or comments,
 * then one white space and the pixels (netpbm, ppm(5)).
 */
#include "sim/host/picture.h"

#include <stdlib.h>
#include <string.h>

#include "tools/base/arena.h"

/* The next number of the header; false: there is none, or a large one. */
static bool number(const uint8_t *text, size_t n, size_t *at, uint32_t *out)
{
    while (*at < n && (strchr(" \t\r\n", text[*at]) || text[*at] == '#')) {
        if (text[*at] == '#')
            while (*at < n && text[*at] != '\n')
                ++*at;
        else
            ++*at;
    }
    size_t from = *at;
    for (*out = 0; *at < n && text[*at] >= '0' && text[*at] <= '9' && *out <= PICTURE_MAX;
         ++*at)
        *out = *out * 10 + (uint32_t)(text[*at] - '0');
    return *at > from && *out <= PICTURE_MAX;
}

bool picture_parse(const void *bytes, size_t n, const char *name, struct picture *out,
                   struct err *e)
{
    const uint8_t *text = bytes;
    uint32_t width = 0, height = 0, most = 0;
    size_t at = 2;
    *out = (struct picture){0};
    if (n < 2 || memcmp(text, "P6", 2) != 0)
        return err_set(e, ERR_FORMAT,
                       "%s: is no portable pixmap; it must begin with P6 (binary PPM)", name);
    if (!number(text, n, &at, &width) || !number(text, n, &at, &height) || !width || !height)
        return err_set(e, ERR_FORMAT,
                       "%s: byte %zu: width and height must be from 1 to %d pixels", name, at,
                       PICTURE_MAX);
    if (!number(text, n, &at, &most) || most != 255 || at == n)
        return err_set(e, ERR_FORMAT, "%s: byte %zu: the largest value must be 255", name, at);
    size_t size = (size_t)width * height * 3;
    if (n - ++at < size)
        return err_set(e, ERR_FORMAT,
                       "%s: ends after %zu of the %zu bytes of its %u x %u "
                       "pixels",
                       name, n - at, size, width, height);
    *out = (struct picture){width, height, xcalloc(size, 1)};
    memcpy(out->rgb, text + at, size);
    return true;
}

void picture_pattern(struct picture *out)
{
    enum { WIDTH = 320, HEIGHT = 240 };
    *out = (struct picture){WIDTH, HEIGHT, xcalloc((size_t)WIDTH * HEIGHT, 3)};
    for (uint32_t y = 0; y < HEIGHT; y++)
        for (uint32_t x = 0; x < WIDTH; x++) {
            uint8_t *at = out->rgb + 3 * ((size_t)y * WIDTH + x);
            uint32_t bar = 7 - x * 8 / WIDTH; /* white, yellow, cyan … black */
            for (unsigned k = 0; k < 3; k++) {
                static const uint8_t bit[3] = {2, 4, 1};
                at[k] = bar & bit[k] ? (uint8_t)(64 + y * 191 / HEIGHT) : 0;
            }
        }
}

void picture_free(struct picture *p)
{
    free(p->rgb);
    *p = (struct picture){0};
}

const uint8_t *picture_at(const struct picture *p, uint32_t x, uint32_t y, uint32_t width,
                          uint32_t height)
{
    uint64_t column = (uint64_t)x * p->width / width, row = (uint64_t)y * p->height / height;
    return p->rgb + 3 * (row * p->width + column);
}
