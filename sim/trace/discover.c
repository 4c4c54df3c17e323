/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is known is in one table by address: where functions start, and to whom the code after a
 * call belongs.
 */
#include "sim/trace/discover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/exception.h"
#include "sim/trace/trace.h"

static struct known *slot_of(const struct discovery *d, uint32_t key)
{
    uint32_t at = (key ^ key >> 13) * 0x9e3779b1U >> 7;
    while (d->table[at & (d->slots - 1)].key && d->table[at & (d->slots - 1)].key != key)
        at++;
    return &d->table[at & (d->slots - 1)];
}

static struct function *find(const struct discovery *d, uint32_t key)
{
    return slot_of(d, key)->function; /* NULL in a free one */
}

static void keep(struct discovery *d, uint32_t key, struct function *f)
{
    if (2 * d->count >= d->slots) {
        struct discovery old = *d;
        d->slots *= 2;
        d->table = xcalloc(d->slots, sizeof *d->table);
        for (uint32_t i = 0; i < old.slots; i++)
            if (old.table[i].key) *slot_of(d, old.table[i].key) = old.table[i];
        free(old.table);
    }
    struct known *k = slot_of(d, key);
    d->count += !k->key;
    *k = (struct known){key, f};
}

void discover_init(struct trace *t)
{
    t->discovery.slots = 1024;
    t->discovery.table = xcalloc(t->discovery.slots, sizeof *t->discovery.table);
}

void discover_done(struct trace *t)
{
    free(t->discovery.table);
}

/* A handler is called as its exception is. */
static const char *name_of(struct trace *t, uint32_t addr)
{
    char name[16];
    if (t->function_count == t->named_count + 1 && !t->previous)
        return "reset_handler"; /* the first code of all */
    uint32_t ipsr = machine_reg(t->machine, MREG_IPSR) & 0x1ffU;
    if (t->previous || !ipsr) return arena_printf(&t->arena, "sub_%08x", addr);
    char *text = arena_printf(&t->arena, "%s_handler", exception_name(ipsr, name));
    for (char *p = text; *p; p++)
        if (*p == ' ') *p = '_';
    return text;
}

static struct function *function_from(struct trace *t, uint32_t addr, const char *name)
{
    struct function *f = find(&t->discovery, addr);
    if (f) return f;
    if (t->function_count == t->function_room) return t->none;
    f = &t->functions[t->function_count++];
    *f = (struct function){.addr = addr,
                           .size = 2, /* not known, but it is one */
                           .first_probe = -1,
                           .row = {.name = name ? name : name_of(t, addr), .addr = addr}};
    keep(&t->discovery, addr, f);
    return f;
}

static bool ends_in_call(const struct block *b)
{
    unsigned kind = b->count ? b->insns[b->count - 1].kind : INSN_UNKNOWN;
    return kind == INSN_BL || kind == INSN_BLX;
}

static bool is_called(const struct trace *t)
{
    return !t->previous || machine_reg(t->machine, MREG_LR) == (t->previous_end | 1U);
}

void discover_code(struct trace *t, struct code *c)
{
    struct function *f = is_called(t) ? function_from(t, c->pc, NULL) : NULL;
    if (!f) f = find(&t->discovery, c->pc);
    if (!f) f = find(&t->discovery, c->pc | 1U);
    if (!f) f = t->function;
    c->function = f;
    c->entry = f->size && f->addr == c->pc;
    if (ends_in_call(c->block)) keep(&t->discovery, (c->pc + c->bytes) | 1U, f);
}

void discover_called(struct trace *t, struct code *c)
{
    if (!is_called(t)) return;
    c->function = function_from(t, c->pc, NULL);
    c->entry = c->function->size > 0;
}

struct function *discover_named(struct trace *t, const char *name)
{
    unsigned addr;
    if (strlen(name) != strlen("sub_08001234") || sscanf(name, "sub_%8x", &addr) != 1 ||
        addr & 1U)
        return NULL;
    return function_from(t, addr, arena_str(&t->arena, name));
}
