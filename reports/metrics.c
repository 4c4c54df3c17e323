/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table is metrics.def expanded once; offsetof() finds the figures in an open struct, so
 * that no row needs a function of its own. */
#include "reports/metrics.h"

#include <string.h>

#define IS_REAL(value) _Generic((value), double : true, default : false)
#define ROW(in, prefix, group_, path, member, alias_, unit_, better_, tolerance, text_)        \
    {                                                                                          \
        .key = prefix #member,                                                                 \
        .name = #member,                                                                       \
        .alias = alias_,                                                                       \
        .unit = unit_,                                                                         \
        .text = text_,                                                                         \
        .tolerance_percent = tolerance,                                                        \
        .offset = offsetof(struct in, path),                                                   \
        .group = group_,                                                                       \
        .better = METRIC_##better_,                                                            \
        .real = IS_REAL(((struct in *)0)->path),                                               \
    },

static const struct metric metrics[] = {
#define TOTALS(type, member, ...)                                                              \
    ROW(report, "totals.", METRIC_TOTALS, totals.member, member, __VA_ARGS__)
#define SRAM(type, member, ...)                                                                \
    ROW(report, "memory.sram.", METRIC_SRAM, sram.member, member, __VA_ARGS__)
#define FLASH(type, member, ...)                                                               \
    ROW(report, "memory.flash.", METRIC_FLASH, flash.member, member, __VA_ARGS__)
#define LAYER(type, member, ...)                                                               \
    ROW(report_layer, "layers[].", METRIC_LAYER, member, member, __VA_ARGS__)
#include "reports/metrics.def"
};
enum { METRIC_COUNT = sizeof metrics / sizeof *metrics };

const struct metric *metric_all(size_t *n)
{
    *n = METRIC_COUNT;
    return metrics;
}

const struct metric *metric_find(const char *key)
{
    for (const struct metric *m = metrics; m < metrics + METRIC_COUNT; m++)
        if (m->group != METRIC_LAYER && (!strcmp(key, m->key) || !strcmp(key, m->alias)))
            return m;
    return NULL;
}

const struct metric *metric_find_layer(const char *name)
{
    for (const struct metric *m = metrics; m < metrics + METRIC_COUNT; m++)
        if (m->group == METRIC_LAYER && !strcmp(name, m->name)) return m;
    return NULL;
}

static double value_at(const struct metric *m, const void *base)
{
    const char *p = (const char *)base + m->offset;
    if (m->real) {
        double v;
        memcpy(&v, p, sizeof v);
        return v;
    }
    int64_t v;
    memcpy(&v, p, sizeof v);
    return (double)v;
}

double metric_value(const struct metric *m, const struct report *r)
{
    return value_at(m, r);
}

double metric_layer_value(const struct metric *m, const struct report_layer *layer)
{
    return value_at(m, layer);
}

void metric_markdown(struct buf *out)
{
    static const char *const better[] = {"lower", "higher", "-"};
    buf_puts(out,
             "# Metrics\n\n"
             "Generated from `reports/metrics.def`: edit that, then run the reports test "
             "with `UPDATE=1`.\n\n"
             "Gates accept the key or its alias, for layers `layer.NAME.cycles` or "
             "`layer.*.cycles`. The tolerance is\nwhat a gate without limits allows against "
             "its baseline.\n\n"
             "| key | alias | unit | better | tolerance | meaning |\n"
             "|---|---|---|---|---|---|\n");
    for (const struct metric *m = metrics; m < metrics + METRIC_COUNT; m++) {
        buf_printf(out, "| `%s` | ", m->key);
        if (*m->alias) buf_printf(out, "`%s`", m->alias);
        buf_printf(out, " | %s | %s | ", m->unit, better[m->better]);
        if (m->tolerance_percent >= 0)
            buf_printf(out, "%g %%", m->tolerance_percent);
        else
            buf_puts(out, "-");
        buf_printf(out, " | %s |\n", m->text);
    }
}
