/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tree: every path of calls that was taken, with what was spent at its end.
 *
 *     root ─► main ─► invoke ─► convolve      a node is a function as called from a place in
 *        └──► systick_handler ─► tick_work    its parent; handlers, threads start at the root
 *
 * The root stands for code without a symbol. A node's cycles are its own, without those of the
 * nodes below it, so that the sum over all nodes is the total and the sum over the nodes of a
 * function is that function's row. Parents come before their children in t->tree.all.
 */
#ifndef SIM_TRACE_TREE_H
#define SIM_TRACE_TREE_H

#include <stddef.h>
#include <stdint.h>

struct function;
struct profile;
struct trace;

struct node {
    const struct function *function;
    struct node *parent;
    uint32_t site; /* address after the call; 0: no call; its own start: it called itself */
    uint32_t index;
    uint64_t calls, cycles, instructions;
};

struct tree {
    struct node **all, **table;
    size_t count, room, slots; /* slots: a power of two */
};

enum { NODES_MAX = 1 << 20 }; /* beyond it paths are cut short: functions at the root */

void tree_init(struct trace *t);
void tree_done(struct trace *t);
/* The node of f as called from `site` in `parent`, made when it is new. */
struct node *tree_child(struct trace *t, struct node *parent, const struct function *f,
                        uint32_t site);
/* Nodes, inclusive cycles of functions, and edges into the profile. */
void tree_result(struct trace *t, struct profile *p);

#endif
