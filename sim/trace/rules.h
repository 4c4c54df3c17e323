/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rules: which functions, or which calls, are the layers of a firmware. A rule is one word of
 * --layers; rules_parse() turns it into a record, rules_apply() marks the functions it means.
 *
 *     "main_conv"          that function
 *     "calls-of:invoke"    each call that invoke makes itself
 *     "regex:^conv_"       each function whose name matches
 *     "tflm", "auto", …    rules.def
 *
 * What the marks mean while the firmware runs is stack.c's.
 */
#ifndef SIM_TRACE_RULES_H
#define SIM_TRACE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/err.h"

struct trace;
struct function;
struct profile_row;

struct call_row { /* the layer of the n-th call of a site in one inference */
    struct profile_row *row;
    struct call_row *next;
};

struct call_site { /* where a scope calls, and whom */
    uint32_t addr;
    const struct function *callee;
    uint64_t inference; /* that `at` counts in */
    struct call_row *first, *at;
    struct call_site *next;
};

struct layer_rule {
    const char *word; /* as it was asked for */
    const char *scope, *call;
    bool deep, each;
    bool symbol;        /* word names one function */
    uint64_t inference; /* how often the scope was entered */
    struct call_site *sites;
};

/* A rule of rules.def, for lists. */
struct rule_text {
    const char *name, *text;
};
const struct rule_text *rules_list(size_t *n);

/* Fills t->rules from the options' words and marks t->functions. A word that means nothing in
 * this image is refused with what to do about it. */
bool rules_apply(struct trace *t, struct err *e);
/* Always false: "IMAGE: WHAT NAME: no function of that name", with those that look like it. */
bool rules_no_function(const struct trace *t, const char *what, const char *name,
                       struct err *e);

#endif
