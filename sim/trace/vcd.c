/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Value change dump (IEEE 1364): layer number, active exception, stack pointer, frames, sleep,
 * and the outputs of GPIO ports. Names of layers are comments where they first appear. Ports
 * are declared beforehand, so there is room for all that a chip can have.
 */
#include <inttypes.h>
#include <string.h>

#include "sim/trace/chronicle.h"

enum { PORTS = 16 };
static const char port_codes[] = "ABCDEFGHIJKLMNOP";

static void binary(FILE *f, uint32_t value, unsigned bits, char code)
{
    fputc('b', f);
    for (unsigned i = bits; i-- > 0;)
        fputc('0' + (int)(value >> i & 1U), f);
    fprintf(f, " %c\n", code);
}

static void all_values(struct chronicle *c)
{
    FILE *f = c->vcd.file;
    binary(f, c->layer, 16, 'l');
    binary(f, c->nesting ? c->exceptions[c->nesting - 1] : 0, 9, 'e');
    binary(f, c->sp, 32, 's');
    binary(f, c->depth, 16, 'd');
    fprintf(f, "%uz\n", c->asleep);
    for (unsigned i = 0; i < PORTS; i++)
        binary(f, c->outputs[i], 16, port_codes[i]);
}

static void begin(struct chronicle *c)
{
    FILE *f = c->vcd.file;
    fputs("$version mcuscope $end\n$timescale 1 ns $end\n$scope module firmware $end\n"
          "$var wire 16 l layer $end\n$var wire 9 e exception $end\n"
          "$var wire 32 s stack_pointer $end\n$var wire 16 d frames $end\n"
          "$var wire 1 z asleep $end\n$scope module outputs $end\n",
          f);
    for (int i = 0; i < PORTS; i++)
        fprintf(f, "$var wire 16 %c GPIO%c $end\n", port_codes[i], port_codes[i]);
    c->vcd_ns = chronicle_ns(c);
    fprintf(f, "$upscope $end\n$upscope $end\n$enddefinitions $end\n#%" PRIu64 "\n$dumpvars\n",
            c->vcd_ns);
    all_values(c);
    fputs("$end\n", f);
}

static int port_of(const char *name)
{
    return strncmp(name, "GPIO", 4) == 0 && name[4] >= 'A' && name[4] < 'A' + PORTS && !name[5]
               ? name[4] - 'A'
               : -1;
}

/* Writes the change of a value; the first of a moment brings the time. */
static bool stamp(struct chronicle *c)
{
    if (!c->open || c->vcd.ended) return false;
    if (!c->vcd.begun) {
        c->vcd.begun = true;
        begin(c);
    }
    if (!chronicle_may(c, &c->vcd)) return false;
    uint64_t ns = chronicle_ns(c);
    if (ns != c->vcd_ns) fprintf(c->vcd.file, "#%" PRIu64 "\n", ns);
    c->vcd_ns = ns;
    return true;
}

static void change(struct chronicle *c, uint32_t *old, uint32_t value, unsigned bits, char code)
{
    if (*old == value) return;
    bool shows = stamp(c); /* before the value changes: it may begin with the old ones */
    *old = value;
    if (!shows) return;
    if (bits == 1)
        fprintf(c->vcd.file, "%u%c\n", value, code);
    else
        binary(c->vcd.file, value, bits, code);
}

static void happens(struct chronicle *c, const struct happening *h)
{
    uint32_t before = c->nesting ? c->exceptions[c->nesting - 1] : 0;
    int port;
    switch (h->kind) {
    case HAPPENS_LAYER:
        if (h->name && h->value != c->layer && stamp(c)) {
            c->vcd.lines--;
            fprintf(c->vcd.file, "$comment layer %u is %s $end\n", h->value, h->name);
        }
        change(c, &c->layer, h->value, 16, 'l');
        return;
    case HAPPENS_EXCEPTION:
    case HAPPENS_RETURN:
        if (h->kind == HAPPENS_EXCEPTION && c->nesting < TRACK_MAX)
            c->exceptions[c->nesting++] = h->value;
        else if (c->nesting)
            c->nesting--;
        change(c, &before, c->nesting ? c->exceptions[c->nesting - 1] : 0, 9, 'e');
        return;
    case HAPPENS_SLEEP:
        change(c, &c->asleep, h->value, 1, 'z');
        return;
    case HAPPENS_STACK:
        change(c, &c->sp, h->value, 32, 's');
        change(c, &c->depth, h->depth, 16, 'd');
        return;
    case HAPPENS_OUTPUT:
        port = port_of(h->name);
        if (port >= 0) change(c, &c->outputs[port], h->value, 16, port_codes[port]);
        return;
    case HAPPENS_ENTER:
    case HAPPENS_LEAVE:
        return;
    }
}

static void end(struct chronicle *c)
{
    if (!c->vcd.ended || c->vcd.cut || !c->vcd.file) return;
    fprintf(c->vcd.file, "#%" PRIu64 "\n", chronicle_ns(c));
}

const struct timeline timeline_vcd = {begin, happens, end};
