/* SPDX-License-Identifier: 0BSD
 * AVERAGE_POOL_2D and MAX_POOL_2D: only elements inside the image count. */
#include "fixed.h"
#include "ref.h"

struct span {
    int32_t first, end; /* in the image */
};

static struct span clip(int32_t origin, int32_t kernel, int32_t size)
{
    return (struct span){origin > 0 ? origin : 0,
                         origin + kernel < size ? origin + kernel : size};
}

static int32_t sum_of(const struct ref_window *w, const int8_t *input, struct span ys,
                      struct span xs, int32_t c)
{
    int32_t sum = 0;
    for (int32_t y = ys.first; y < ys.end; y++)
        for (int32_t x = xs.first; x < xs.end; x++)
            sum += input[(y * w->in_w + x) * w->in_c + c];
    return sum;
}

static int32_t largest_of(const struct ref_window *w, const int8_t *input, struct span ys,
                          struct span xs, int32_t c)
{
    int32_t largest = INT8_MIN;
    for (int32_t y = ys.first; y < ys.end; y++) {
        for (int32_t x = xs.first; x < xs.end; x++) {
            const int32_t v = input[(y * w->in_w + x) * w->in_c + c];
            if (v > largest) largest = v;
        }
    }
    return largest;
}

void ref_average_pool_2d(const struct ref_pool *p, const int8_t *input, int8_t *output)
{
    const struct ref_window *w = &p->win;
    for (int32_t oy = 0; oy < w->out_h; oy++) {
        const struct span ys = clip(oy * w->stride_h - w->pad_top, w->kernel_h, w->in_h);
        for (int32_t ox = 0; ox < w->out_w; ox++) {
            const struct span xs = clip(ox * w->stride_w - w->pad_left, w->kernel_w, w->in_w);
            const int32_t count = (ys.end - ys.first) * (xs.end - xs.first);
            for (int32_t c = 0; c < w->in_c; c++) {
                const int32_t sum = sum_of(w, input, ys, xs, c);
                /* To nearest, ties away from zero. */
                const int32_t mean = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
                *output++ = fixed_clamp(mean, p->clamp_min, p->clamp_max);
            }
        }
    }
}

void ref_max_pool_2d(const struct ref_pool *p, const int8_t *input, int8_t *output)
{
    const struct ref_window *w = &p->win;
    for (int32_t oy = 0; oy < w->out_h; oy++) {
        const struct span ys = clip(oy * w->stride_h - w->pad_top, w->kernel_h, w->in_h);
        for (int32_t ox = 0; ox < w->out_w; ox++) {
            const struct span xs = clip(ox * w->stride_w - w->pad_left, w->kernel_w, w->in_w);
            for (int32_t c = 0; c < w->in_c; c++)
                *output++ =
                    fixed_clamp(largest_of(w, input, ys, xs, c), p->clamp_min, p->clamp_max);
        }
    }
}
