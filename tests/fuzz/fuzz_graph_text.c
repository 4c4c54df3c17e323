/* SPDX-License-Identifier: GPL-2.0-or-later
 * Any text is read as a graph or refused; what is accepted is written and read back the same.
 * Seeds: graph.txt files. */
#include "engine/oracle/oracle.h"

#include <stdlib.h>
#include <string.h>

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
    struct err e = {0};
    char *text = arena_alloc(&a, size + 1);
    if (size) memcpy(text, data, size);
    if (graph_parse(text, "fuzz", NULL, &a, &g, &e)) {
        struct buf first = {0}, second = {0};
        run(&g, &a);
        graph_write(&g, &first);
        if (!graph_parse(buf_text(&first), "again", &g, &a, &again, &e)) abort();
        graph_write(&again, &second);
        if (strcmp(buf_text(&first), buf_text(&second)) != 0) abort();
        buf_done(&first);
        buf_done(&second);
    }
    arena_done(&a);
    return 0;
}
