/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/cpu/m7_pipe.h"

#include <stdio.h>
#include <string.h>

bool m7_init(void *state, const struct board *b, const struct chip *chip, struct err *e)
{
    static const int32_t params[] = {
#define PARAM(name, value, text, source) value,
#include "sim/cpu/cortex_m7.def"
    };
    static const int32_t distances[][USE_COUNT] = {
#define PRODUCER(name, alu, early, addr, mul, acc, store, flags, fp, fpmul, fpacc, fpget,      \
                 source)                                                                       \
    {alu, early, addr, mul, acc, store, flags, fp, fpmul, fpacc, fpget},
#include "sim/cpu/cortex_m7.def"
    };
    struct m7 *m = state;
    memcpy(m->param, params, sizeof params);
    memcpy(m->distance, distances, sizeof distances);
    m->core.now = 0;
    m->packet = 1; /* no packet */
    return m7_world_init(&m->world, b, chip, e);
}

void m7_done(void *state)
{
    m7_world_done(&((struct m7 *)state)->world);
}

int32_t *m7_parameter(void *state, const char *name)
{
    static const char *const params[] = {
#define PARAM(name, value, text, source) #name,
#include "sim/cpu/cortex_m7.def"
    };
    static const char *const producers[] = {
#define PRODUCER(name, ...) #name,
#include "sim/cpu/cortex_m7.def"
    };
    static const char *const uses[USE_COUNT] = {"ALU",   "EARLY", "ADDR",  "MUL",
                                                "ACC",   "STORE", "FLAGS", "FP",
                                                "FPMUL", "FPACC", "FPGET"};
    struct m7 *m = state;
    for (int k = 0; k < M7_PARAM_COUNT; k++)
        if (strcmp(params[k], name) == 0) return &m->param[k];
    for (int p = 0; p < PRODUCER_COUNT; p++) {
        for (int u = 0; u < USE_COUNT; u++) {
            char full[48];
            snprintf(full, sizeof full, "%s.%s", producers[p], uses[u]);
            if (strcmp(full, name) == 0) return &m->distance[p][u];
        }
    }
    return NULL;
}

void m7_start(struct m7 *m)
{
    btac_init(&m->world.btac, (uint32_t)m->param[M7_BTAC_SETS],
              (uint32_t)m->param[M7_BTAC_WAYS], (uint32_t)m->param[M7_RETURN_STACK]);
    m->world.l1.fill_first = m->param[M7_FILL_FIRST];
    m->world.l1.store_load = (uint32_t)m->param[M7_STORE_LOAD];
    m->world.divide = divide_law(&m->param[M7_DIVIDE_ZERO]);
    const int32_t *d = m->distance[0];
    int32_t most = m->param[M7_FP_MAC_SHADOW];
    if (m->param[M7_FLAGS_EARLY] > most) most = m->param[M7_FLAGS_EARLY];
    for (int k = 0; k < PRODUCER_COUNT * USE_COUNT; k++)
        if (d[k] > most) most = d[k];
    m->memory =
        (uint64_t)(most + m->param[M7_LDR_PLAIN_BESIDE_EARLY] + m->param[M7_LDR_OFFSET]) + 4;
}

enum { LOOK_BACK = 1 << 20 }; /* no packed time is older */

static uint64_t packed(uint64_t when, uint64_t now)
{
    return when + LOOK_BACK - now;
}

/* What no rule can see any more is made 0:
 *  - results and the last FP multiply, when all users could have had them by now;
 *  - a group that nothing can join nor follow at once, 16-bit instructions that were counted
 *    beyond what is compared;
 *  - the queue's places that were left before its last packet came: fetch is in order;
 *  - why that packet came late, once it is there. */
bool m7_pack(void *state)
{
    struct m7 *m = state;
    uint64_t now = m->core.now, oldest = now - m->memory;
    if (m->packet & 1 || now <= m->memory || m->packet_time + LOOK_BACK / 2 < now) return false;
    if (m->core.insn == 0) m->settled = false; /* run() asks again */
    for (int r = 0; r < REG_COUNT; r++) {
        bool old = m->written[r] <= oldest;
        m->written[r] = old ? 0 : packed(m->written[r], now);
        if (old) m->writer[r] = 0;
    }
    bool just = m->group + 1 == now;
    if (!m->open || !just) {
        m->open = m->older_early_shift = m->older_fresh = false;
        m->older_unit = m->older_bank = 0;
    }
    m->group = just ? packed(m->group, now) : 0;
    if (m->fp_mac <= oldest) {
        m->fp_mac = 0;
        m->fp_mla = false;
    } else {
        m->fp_mac = packed(m->fp_mac, now);
    }
    m->due = m->owes ? packed(m->due, now) : 0;
    uint32_t enough = (uint32_t)m->param[M7_TAKEN_PAIRS];
    if (m->narrow > enough) m->narrow = enough;
    if (m->packet_time <= now) m->packet_cause = CAUSE_BRANCH;
    uint32_t depth = (uint32_t)m->param[M7_FETCH_QUEUE];
    uint64_t left[QUEUE_MAX] = {0};
    for (uint32_t k = 0; k < depth; k++) {
        uint64_t when = m->left[(m->left_next + k) % depth];
        if (when > m->packet_time) left[k] = packed(when, now);
    }
    memcpy(m->left, left, sizeof left);
    m->left_next = 0;
    m->packet_time = packed(m->packet_time, now);
    return true;
}

void m7_unpack(void *state)
{
    struct m7 *m = state;
    uint64_t base = m->core.now - LOOK_BACK;
    for (int r = 0; r < REG_COUNT; r++)
        if (m->written[r]) m->written[r] += base;
    if (m->group) m->group += base;
    if (m->fp_mac) m->fp_mac += base;
    if (m->due) m->due += base;
    for (int k = 0; k < QUEUE_MAX; k++)
        if (m->left[k]) m->left[k] += base;
    m->packet_time += base;
}
