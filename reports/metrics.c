/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table is metrics.def expanded once; offsetof() finds the figures in an open struct, so
 * that no row needs a function of its own. */
#include "reports/metrics.h"

#include <string.h>

#define IS_REAL(value) _Generic((value), double : true, default : false)
#define ROW(group, key, member, alias, unit, better, tolerance, text, offset, value)           \
    {key,    #member, alias,           unit,          text, tolerance,                         \
     offset, group,   METRIC_##better, IS_REAL(value)},

/* Expands AT() before ROW() counts its arguments. */
#define ROW_OF(...) ROW(__VA_ARGS__)
#define AT(member)  offsetof(struct report, member), ((struct report *)0)->member
#define AT_LAYER(member)                                                                       \
    offsetof(struct report_layer, member), ((struct report_layer *)0)->member

static const struct metric metrics[] = {
#define TOTALS(type, member, ...)                                                              \
    ROW_OF(METRIC_TOTALS, "totals." #member, member, __VA_ARGS__, AT(totals.member))
#define SRAM(type, member, ...)                                                                \
    ROW_OF(METRIC_SRAM, "memory.sram." #member, member, __VA_ARGS__, AT(sram.member))
#define FLASH(type, member, ...)                                                               \
    ROW_OF(METRIC_FLASH, "memory.flash." #member, member, __VA_ARGS__, AT(flash.member))
#define LAYER(type, member, ...)                                                               \
    ROW_OF(METRIC_LAYER, "layers[]." #member, member, __VA_ARGS__, AT_LAYER(member))
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
