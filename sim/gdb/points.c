/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A list: people set a handful.
 */
#include "sim/gdb/points.h"

static bool watches(const struct point *p)
{
    return p->kind >= POINT_WRITE;
}

static struct point *find(struct points *p, const struct point *what)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i].kind == what->kind && p->at[i].addr == what->addr &&
            (!watches(what) || p->at[i].bytes == what->bytes))
            return &p->at[i];
    return NULL;
}

bool points_set(struct points *p, struct point point)
{
    if (find(p, &point)) return true;
    if (p->count == POINTS_MAX) return false;
    p->at[p->count++] = point;
    p->watches += watches(&point);
    return true;
}

void points_clear(struct points *p, struct point point)
{
    struct point *at = find(p, &point);
    if (!at) return;
    *at = p->at[--p->count];
    p->watches -= watches(&point);
}

const struct point *points_break(const struct points *p, uint32_t addr, uint32_t bytes)
{
    for (size_t i = 0; i < p->count; i++)
        if (!watches(&p->at[i]) && p->at[i].addr - addr < bytes) return &p->at[i];
    return NULL;
}

const struct point *points_watch(const struct points *p, const struct access *a)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct point *w = &p->at[i];
        if (!watches(w) || (w->kind == POINT_WRITE && !a->write) ||
            (w->kind == POINT_READ && a->write))
            continue;
        if (w->addr - a->addr < a->size || a->addr - w->addr < w->bytes) return w;
    }
    return NULL;
}
