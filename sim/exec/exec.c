/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The interpreter: every micro-op ends in a jump to the next one's code (labels as values, a
 * GNU extension that clang has, too), so that the host predicts each jump by where it comes
 * from.
 */
#include "sim/exec/exec.h"

#include <fenv.h>
#include <math.h>
#include <string.h>

#include "sim/chip.h"
#include "sim/exec/arith.h"

enum { TRANSLATION_PAGE = 1024 }; /* the machine reports an access across two as several */
enum { SAVED = offsetof(struct core, psr_rest) };

static inline uint32_t word(const uint8_t *p, size_t i)
{
    uint32_t v;
    memcpy(&v, p + 4 * i, sizeof v);
    return v;
}

static inline void put(uint8_t *p, size_t i, uint32_t v)
{
    memcpy(p + 4 * i, &v, sizeof v);
}

/* `count` words that lie together on the host, too, or NULL. */
static inline uint8_t *words_at(const uintptr_t *table, uint32_t addr, uint32_t count)
{
    uintptr_t page = table[addr >> PAGES_BITS];
    uint32_t last = addr + 4 * count - 1;
    if (addr & 3U || !page || page != table[last >> PAGES_BITS]) return NULL;
    return pages_host(page, addr);
}

static uint8_t *words_for_store(const struct pages *p, uint32_t addr, uint32_t count)
{
    uint8_t *to = words_at(p->writes, addr, count);
    if (to || addr & 3U || (addr ^ (addr + 4 * count - 1)) >> PAGES_BITS) return to;
    return pages_store(p, addr, 4 * count);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "guest memory is read as it is");
_Static_assert(sizeof(struct access) == 8 && offsetof(struct access, size) == 4 &&
                   offsetof(struct access, write) == 5,
               "log_access() writes it at once");

static inline struct access *log_access(struct access *at, uint32_t addr, unsigned size,
                                        unsigned write)
{
    const uint64_t all = addr | (uint64_t)(size | write << 8) << 32;
    memcpy(at, &all, sizeof all);
    return at + 1;
}

static inline struct access *log_accesses(struct access *at, uint32_t addr, uint32_t count,
                                          unsigned size, unsigned write)
{
    for (uint32_t i = 0; i < count; i++)
        at = log_access(at, addr + size * i, size, write);
    return at;
}

static void load_list(struct core *core, uint32_t list, const uint8_t *from)
{
    for (; list; list &= list - 1, from += 4)
        core->r[__builtin_ctz(list)] = word(from, 0);
}

static void store_list(const struct core *core, uint32_t list, uint8_t *to)
{
    for (; list; list &= list - 1, to += 4)
        put(to, 0, core->r[__builtin_ctz(list)]);
}

static const struct {
    int host;
    uint32_t guest;
} sticky[] = {
    {FE_INVALID, 1}, {FE_DIVBYZERO, 2}, {FE_OVERFLOW, 4}, {FE_UNDERFLOW, 8}, {FE_INEXACT, 16}};

static uint32_t host_flags(void)
{
    int raised = fetestexcept(FE_ALL_EXCEPT);
    uint32_t flags = 0;
    for (size_t i = 0; i < sizeof sticky / sizeof *sticky; i++)
        if (raised & sticky[i].host) flags |= sticky[i].guest;
    return flags;
}

void exec_undo(struct undo *undo, size_t keep)
{
    while (undo->n > keep) {
        const struct undo_entry *e = &undo->at[--undo->n];
        memcpy(e->host, &e->old, e->bytes);
    }
}

#define D        core->r[u->d]
#define N        core->r[u->n]
#define M        core->r[u->m]
#define A        core->r[u->a]
#define IMM      u->imm
#define X        u->x
#define Y        u->y
#define LONG     ((uint64_t)D << 32 | A) /* the accumulator of long multiplies */
#define FD       core->s[u->d]
#define FN       core->s[u->n]
#define FM       core->s[u->m]
#define F(field) float_of(core->s[u->field])
#define CHANGE   ((uint32_t)((int32_t)Y >> 16))
#define TABLE    (u->n == 15 ? Y : N)
#define INTERWORK(to)                                                                          \
    if (!((to)&1U) || (to) >= 0xe0000000U) goto leave
#define LOG(n, write)             at = log_access(at, addr, (n), (write))
#define LOG_WORDS(count, write)   at = log_accesses(at, addr, (count), 4, (write))
#define LOG_DOUBLES(count, write) at = log_accesses(at, addr, (count), 8, (write))
#define IN_PAGE(bytes)                                                                         \
    if (addr & ((bytes)-1) &&                                                                  \
        (addr % TRANSLATION_PAGE > TRANSLATION_PAGE - (bytes) || chip_devices_at(addr)))       \
    goto leave
#define PEEK(type, address)                                                                    \
    const uint32_t addr = (address);                                                           \
    const uintptr_t page = reads[addr >> PAGES_BITS];                                          \
    type got;                                                                                  \
    if (!page) goto leave;                                                                     \
    IN_PAGE(sizeof got);                                                                       \
    memcpy(&got, pages_host(page, addr), sizeof got)
#define LOAD(type, address)                                                                    \
    PEEK(type, address);                                                                       \
    LOG(sizeof got, 0)
#define LOAD_FP(type, address)                                                                 \
    PEEK(type, address);                                                                       \
    if (addr & 3U) goto leave;                                                                 \
    LOG(sizeof got, 0)
#define KEEP(host_bytes, n)                                                                    \
    undone->host = (host_bytes);                                                               \
    undone->old = 0;                                                                           \
    undone->bytes = (n);                                                                       \
    memcpy(&undone->old, (host_bytes), (n));                                                   \
    undone++
#define STORE(type, address, value)                                                            \
    const uint32_t addr = (address);                                                           \
    const type got = (type)(value);                                                            \
    const uintptr_t page = writes[addr >> PAGES_BITS];                                         \
    uint8_t *to = pages_host(page, addr);                                                      \
    IN_PAGE(sizeof got);                                                                       \
    if (!page && !(to = pages_store(pages, addr, sizeof got))) goto leave;                     \
    KEEP(to, sizeof got);                                                                      \
    memcpy(to, &got, sizeof got);                                                              \
    LOG(sizeof got, 1)
#define WORDS(address, count)                                                                  \
    const uint32_t addr = (address);                                                           \
    const uint8_t *from = words_at(reads, addr, (count));                                      \
    if (!from) goto leave
#define STORE_WORDS(address, count)                                                            \
    const uint32_t addr = (address);                                                           \
    uint8_t *to = words_for_store(pages, addr, (count));                                       \
    if (!to) goto leave;                                                                       \
    for (size_t i = 0; i < (count); i++) {                                                     \
        KEEP(to + 4 * i, 4);                                                                   \
    }
#define DOUBLES(address, count)                                                                \
    if ((address)&7U && (address) % TRANSLATION_PAGE + 8 * (count) > TRANSLATION_PAGE)         \
    goto leave
#define DIVIDED(n, m)                                                                          \
    log->divided[log->divides++] = (struct divide)                                             \
    {                                                                                          \
        .pc = Y, .dividend = (n), .divisor = (m)                                               \
    }
#define DO_LDRI                                                                                \
    {                                                                                          \
        LOAD(uint32_t, N + IMM);                                                               \
        D = got;                                                                               \
    }
#define DO_SXTB16 D = sxtb16(rotate(M, X));
#define DO_SMLAD  D = add_q(core, dual_product(core, N, M), A);
#define RESULT(expression)                                                                     \
    const uint32_t made = bits_of(expression);                                                 \
    if (doubtful(made)) goto leave;                                                            \
    FD = made
#define PRODUCT                                                                                \
    const float v = F(n) * F(m);                                                               \
    if (doubtful(bits_of(v))) goto leave

/* NOLINTNEXTLINE(readability-function-size): every micro-op is in it */
bool exec_run(const struct uop *u, struct core *core, const struct pages *pages,
              struct access_log *log, struct undo *undo, bool fp)
{
    static const void *const labels[UOP_COUNT] = {
#define OP(name, reads, writes, plain, ...) [UOP_##name] = &&op_##name,
#include "sim/exec/ops.def"
#undef OP
    };
    const uintptr_t *const reads = pages->reads, *const writes = pages->writes;
    struct access *at = &log->at[log->n];
    struct undo_entry *undone = &undo->at[undo->n];
    const size_t divides = log->divides;
    uint8_t saved[SAVED];
    uint32_t saved_fp[33], pc;
    memcpy(saved, core, SAVED);
    if (fp) {
        saved_fp[0] = core->fpscr;
        memcpy(saved_fp + 1, core->s, sizeof core->s);
        /* The host's flags must hold nothing that the guest's do not. */
        if (host_flags() & ~core->fpscr) feclearexcept(FE_ALL_EXCEPT);
    }
    goto *labels[u->kind];
#define OP(name, reads, writes, plain, ...)                                                    \
    op_##name : {__VA_ARGS__} u++;                                                             \
    goto *labels[u->kind];
#include "sim/exec/ops.def"
#undef OP

done:
    core->r[15] = pc;
    log->n = (size_t)(at - log->at);
    undo->n = (size_t)(undone - undo->at);
    if (fp) core->fpscr |= host_flags();
    return true;

leave : {
    size_t keep = undo->n;
    undo->n = (size_t)(undone - undo->at);
    log->divides = divides;
    exec_undo(undo, keep);
    memcpy(core, saved, SAVED);
    if (fp) {
        core->fpscr = saved_fp[0];
        memcpy(core->s, saved_fp + 1, sizeof core->s);
    }
    return false;
}
}
