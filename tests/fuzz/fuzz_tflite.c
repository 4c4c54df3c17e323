/* SPDX-License-Identifier: GPL-2.0-or-later
 * Any bytes are read as a .tflite or refused; what is accepted also survives all passes, the
 * planner with its judge, and the text form. Seeds: any .tflite. */
#include "engine/oracle/oracle.h"
#include "engine/pass/pass.h"
#include "engine/plan/plan.h"
#include "engine/tflite/read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small networks are executed: kernels must stay inside the tensors. */
static void run(const struct graph *g, struct arena *a)
{
    struct oracle_result r;
    struct err e;
    void *input = NULL;
    uint64_t work = graph_macs(g);
    for (int i = 0; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        const uint64_t window = (uint64_t)op->kernel_h * (uint64_t)op->kernel_w;
        work += (window + 1) * g->tensors[op->output].bytes + g->tensors[op->input[0]].bytes;
    }
    if (work > 1000000 || !oracle_input(g, "ramp", a, &input, &e)) return;
    if (!oracle_run(g, input, a, &r, &e)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    struct graph g, again;
    struct plan p;
    struct err e = {0};
    if (tflite_read_bytes(data, size, "fuzz.tflite", &a, &g, &e)) {
        struct buf text = {0};
        run(&g, &a);
        if (!pass_run(pass_all, &g, &e)) abort();
        if (!plan_make(&g, &a, &p, &e) || !plan_verify(&g, &p, &e)) abort();
        graph_write(&g, &text);
        if (!graph_parse(buf_text(&text), "text", &g, &a, &again, &e)) abort();
        buf_done(&text);
    } else if (!e.text[0]) {
        abort(); /* refused without a reason */
    }
    arena_done(&a);
    return 0;
}
