/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The features' names and their registers are those of GDB's manual, "ARM Features".
 */
#include "sim/gdb/target.h"

#include <string.h>

#include "sim/state.h"

enum { PAGE = 1024 }; /* what the memory map says a flash sector is; erasing it is free */

static const struct {
    const char *name, *type;
    enum machine_reg reg;
} core[TARGET_CORE] = {
    {"r0", "uint32", MREG_R0},
    {"r1", "uint32", MREG_R1},
    {"r2", "uint32", MREG_R2},
    {"r3", "uint32", MREG_R3},
    {"r4", "uint32", (enum machine_reg)4},
    {"r5", "uint32", (enum machine_reg)5},
    {"r6", "uint32", (enum machine_reg)6},
    {"r7", "uint32", (enum machine_reg)7},
    {"r8", "uint32", (enum machine_reg)8},
    {"r9", "uint32", (enum machine_reg)9},
    {"r10", "uint32", (enum machine_reg)10},
    {"r11", "uint32", (enum machine_reg)11},
    {"r12", "uint32", MREG_R12},
    {"sp", "data_ptr", MREG_SP},
    {"lr", "code_ptr", MREG_LR},
    {"pc", "code_ptr", MREG_PC},
    {"xpsr", "uint32", MREG_XPSR},
    {"msp", "data_ptr", MREG_MSP},
    {"psp", "data_ptr", MREG_PSP},
    {"primask", "uint32", MREG_PRIMASK},
    {"basepri", "uint32", MREG_BASEPRI},
    {"faultmask", "uint32", MREG_FAULTMASK},
    {"control", "uint32", MREG_CONTROL},
};
enum { PROFILE_REGISTERS = 17 };

unsigned target_register_count(const struct sim *s)
{
    return s->board->fpu ? TARGET_REGISTERS : TARGET_CORE;
}

const char *target_register_name(unsigned n)
{
    return core[n].name;
}

unsigned target_register_bytes(unsigned n)
{
    return n >= TARGET_CORE && n < TARGET_REGISTERS - 1 ? 8 : 4;
}

uint64_t target_register(const struct sim *s, unsigned n)
{
    if (n < TARGET_CORE) return machine_reg(s->machine, core[n].reg);
    if (n == TARGET_REGISTERS - 1) return machine_reg(s->machine, MREG_FPSCR);
    enum machine_reg low = (enum machine_reg)(MREG_S0 + 2 * (n - TARGET_CORE));
    return machine_reg(s->machine, low) |
           (uint64_t)machine_reg(s->machine, (enum machine_reg)(low + 1)) << 32;
}

void target_set_register(struct sim *s, unsigned n, uint64_t value)
{
    if (n < TARGET_CORE) {
        machine_set_reg(s->machine, core[n].reg, (uint32_t)value);
    } else if (n == TARGET_REGISTERS - 1) {
        machine_set_reg(s->machine, MREG_FPSCR, (uint32_t)value);
    } else {
        enum machine_reg low = (enum machine_reg)(MREG_S0 + 2 * (n - TARGET_CORE));
        machine_set_reg(s->machine, low, (uint32_t)value);
        machine_set_reg(s->machine, (enum machine_reg)(low + 1), (uint32_t)(value >> 32));
    }
}

/* Bytes that one access to a device may take: a word when it can. */
static unsigned device_size(uint32_t addr, size_t n)
{
    return addr % 4 == 0 && n >= 4 ? 4 : addr % 2 == 0 && n >= 2 ? 2 : 1;
}

static bool is_device(uint32_t addr)
{
    return (addr >= 0x40000000U && addr < 0x60000000U) ||
           (addr >= 0xe0000000U && addr < 0xe0100000U);
}

size_t target_read(struct sim *s, uint32_t addr, void *out, size_t n)
{
    uint8_t *to = out;
    size_t done = 0;
    uint64_t seen = s->seen;
    while (done < n) {
        uint32_t at = addr + (uint32_t)done;
        const struct span_host *span = memory_span(&s->memory, at);
        size_t part;
        if (span) {
            part = span->region->size - (at - span->region->base);
            if (part > n - done) part = n - done;
            memcpy(to + done, span->bytes + (at - span->region->base), part);
        } else if (is_device(at)) {
            part = device_size(at, n - done);
            uint32_t word = bus_find(&s->bus, at) ? bus_read(&s->bus, at, (unsigned)part) : 0;
            memcpy(to + done, &word, part);
        } else {
            break;
        }
        done += part;
    }
    s->seen = seen;
    return done;
}

bool target_write(struct sim *s, uint32_t addr, const void *bytes, size_t n)
{
    const uint8_t *from = bytes;
    for (size_t done = 0; done < n;) {
        uint32_t at = addr + (uint32_t)done;
        const struct span_host *span = memory_span(&s->memory, at);
        size_t part;
        if (span) {
            part = span->region->size - (at - span->region->base);
            if (part > n - done) part = n - done;
            if (!machine_write(s->machine, at, from + done, part)) return false;
            if (span->region->kind == REGION_FLASH)
                blocks_forget(&s->blocks, at, (uint32_t)part);
        } else if (is_device(at)) {
            uint32_t word = 0;
            part = device_size(at, n - done);
            memcpy(&word, from + done, part);
            if (bus_find(&s->bus, at)) bus_write(&s->bus, at, (unsigned)part, word);
        } else {
            return false;
        }
        done += part;
    }
    return true;
}

static void feature(struct buf *xml, const char *name, unsigned from, unsigned to)
{
    buf_printf(xml, "<feature name=\"org.gnu.gdb.arm.%s\">\n", name);
    for (unsigned i = from; i < to; i++)
        buf_printf(xml, "<reg name=\"%s\" bitsize=\"32\" type=\"%s\" regnum=\"%u\"/>\n",
                   core[i].name, core[i].type, i);
    buf_puts(xml, "</feature>\n");
}

void target_description(const struct sim *s, struct buf *xml)
{
    buf_puts(xml, "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
                  "<target>\n<architecture>arm</architecture>\n");
    feature(xml, "m-profile", 0, PROFILE_REGISTERS);
    feature(xml, "m-system", PROFILE_REGISTERS, TARGET_CORE);
    if (s->board->fpu) {
        buf_puts(xml, "<feature name=\"org.gnu.gdb.arm.vfp\">\n");
        for (unsigned i = 0; i < 16; i++)
            buf_printf(
                xml, "<reg name=\"d%u\" bitsize=\"64\" type=\"ieee_double\" regnum=\"%u\"/>\n",
                i, TARGET_CORE + i);
        buf_printf(xml,
                   "<reg name=\"fpscr\" bitsize=\"32\" type=\"int\" group=\"float\" "
                   "regnum=\"%d\"/>\n</feature>\n",
                   TARGET_REGISTERS - 1);
    }
    buf_puts(xml, "</target>\n");
}

static void memory(struct buf *xml, const char *type, uint32_t base, uint32_t size)
{
    buf_printf(xml, "<memory type=\"%s\" start=\"0x%x\" length=\"0x%x\"", type, base, size);
    if (strcmp(type, "flash") == 0)
        buf_printf(xml, "><property name=\"blocksize\">0x%x</property></memory>\n", PAGE);
    else
        buf_puts(xml, "/>\n");
}

/* Devices up to where a region of memory lies among them, and from there on. */
static void devices(const struct board *b, struct buf *xml, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < b->region_count; i++) { /* ascending base */
        const struct region *r = &b->regions[i];
        if (r->base < from || r->base >= to) continue;
        if (r->base > from) memory(xml, "ram", from, r->base - from);
        from = r->base + r->size;
    }
    if (from < to) memory(xml, "ram", from, to - from);
}

void target_memory_map(const struct sim *s, struct buf *xml)
{
    const struct board *b = s->board;
    buf_puts(xml, "<?xml version=\"1.0\"?>\n<memory-map>\n");
    for (size_t i = 0; i < b->region_count; i++) {
        const struct region *r = &b->regions[i];
        bool flash = r->kind == REGION_FLASH && !r->alias_of;
        memory(xml, flash ? "flash" : r->kind == REGION_RAM ? "ram" : "rom", r->base, r->size);
    }
    devices(b, xml, 0x40000000U, 0x60000000U);
    devices(b, xml, 0xe0000000U, 0xe0100000U);
    buf_puts(xml, "</memory-map>\n");
}

uint64_t target_cycles(struct sim *s)
{
    if (!s->current) return s->now;
    struct effects did = log_effects(&s->log);
    return timing_peek(s->timing, s->current->block, &did);
}
