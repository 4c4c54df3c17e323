/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Words to rules, rules to marks on functions. A function belongs to the first rule that wants
 * it, so that an exact name before a pattern wins.
 */
#include "sim/trace/rules.h"

#include <regex.h>
#include <string.h>

#include "sim/trace/trace.h"
#include "tools/base/buf.h"

struct built_in {
    const char *name, *scope, *call, *except, *marker;
    bool deep, each;
};

static const struct built_in built_ins[] = {
#define RULE(name, scope, call, except, marker, deep, each, text)                              \
    {name, scope, call, except, marker, deep, each},
#include "sim/trace/rules.def"
};
enum { BUILT_INS = sizeof built_ins / sizeof *built_ins };

const struct rule_text *rules_list(size_t *n)
{
    static const struct rule_text list[] = {
#define RULE(name, scope, call, except, marker, deep, each, text) {name, text},
#include "sim/trace/rules.def"
    };
    *n = BUILT_INS;
    return list;
}

static size_t real_functions(const struct trace *t)
{
    return t->named_count;
}

static bool any_matches(const struct trace *t, const char *pattern)
{
    regex_t re;
    if (!*pattern) return true;
    if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0) return false;
    bool found = false;
    for (size_t i = 0; i < real_functions(t) && !found; i++)
        found = regexec(&re, t->functions[i].row.name, 0, NULL, 0) == 0;
    regfree(&re);
    return found;
}

static const struct built_in *built_in(const char *name)
{
    for (int i = 0; i < BUILT_INS; i++)
        if (strcmp(built_ins[i].name, name) == 0) return &built_ins[i];
    return NULL;
}

static bool fits(const struct trace *t, const struct built_in *b)
{
    return any_matches(t, b->scope) && any_matches(t, b->call) && any_matches(t, b->marker);
}

/* "auto": the first that fits. */
static const struct built_in *pick(const struct trace *t, struct err *e)
{
    struct buf names = {0};
    for (int i = 0; i < BUILT_INS; i++) {
        if (fits(t, &built_ins[i])) {
            buf_done(&names);
            return &built_ins[i];
        }
        buf_printf(&names, "%s%s", i ? ", " : "", built_ins[i].name);
    }
    err_set(e, ERR_MISSING,
            "%s: layers auto: no rule fits the image's %zu functions (tried: %s)\n"
            "  name functions with --layers NAME,… or --layers regex:PATTERN, or the function "
            "that calls one layer after another with --layers calls-of:NAME%s",
            t->image->name, real_functions(t), buf_text(&names),
            real_functions(t) ? ""
                              : "\n  the image has no symbols: --symbols FILE gives them; "
                                "without, --functions shows what is called as sub_ADDRESS");
    buf_done(&names);
    return NULL;
}

static bool refuse(const struct trace *t, const char *word, const char *what, struct err *e)
{
    return err_set(
        e, ERR_MISSING, "%s: layers %s: %s%s", t->image->name, word, what,
        real_functions(t) ? "" : " (it has no symbols at all: --symbols FILE gives them)");
}

bool rules_no_function(const struct trace *t, const char *what, const char *name, struct err *e)
{
    enum { SHOWN = 4 };
    const char *last =
        strrchr(name, ':'); /* C++: net::Conv::Eval is some _ZN3net4Conv4EvalEi */
    struct buf like = {0};
    size_t found = 0;
    last = last ? last + 1 : name;
    for (size_t i = 0; *last && i < real_functions(t); i++) {
        if (!strstr(t->functions[i].row.name, last)) continue;
        if (found < SHOWN)
            buf_printf(&like, "%s%s", found ? ", " : "\n  there is ", t->functions[i].row.name);
        found++;
    }
    if (found > SHOWN) buf_puts(&like, ", …");
    err_set(e, ERR_MISSING, "%s: %s %s: no function of that name in the image%s%s",
            t->image->name, what, name,
            real_functions(t) ? "" : " (it has no symbols at all: --symbols FILE gives them)",
            buf_text(&like));
    buf_done(&like);
    return false;
}

static bool mark_symbol(struct trace *t, size_t r, const char *name, bool scope, struct err *e)
{
    struct function *f = trace_function_named(t, name);
    if (!f) return rules_no_function(t, "layer", name, e);
    if (f->rule)
        return err_set(e, ERR_UNSUPPORTED, "%s: layers %s and %s are one function",
                       t->image->name, t->rules[f->rule - 1].word, name);
    f->rule = (uint16_t)(r + 1);
    f->scope = scope;
    return true;
}

static bool compile(regex_t *re, const char *word, const char *pattern, struct err *e)
{
    int code = regcomp(re, pattern, REG_EXTENDED | REG_NOSUB);
    char text[128];
    if (code == 0) return true;
    regerror(code, re, text, sizeof text);
    return err_set(e, ERR_USAGE, "layers %s: not a regular expression: %s", word, text);
}

/* except: NULL, or which of those that match are not meant after all. */
static bool mark_matches(struct trace *t, size_t r, const char *pattern, const char *except,
                         bool scope, struct err *e)
{
    regex_t re, but;
    size_t found = 0;
    if (!compile(&re, t->rules[r].word, pattern, e)) return false;
    if (except && !compile(&but, t->rules[r].word, except, e)) {
        regfree(&re);
        return false;
    }
    for (size_t i = 0; i < real_functions(t); i++) {
        struct function *f = &t->functions[i];
        if (regexec(&re, f->row.name, 0, NULL, 0) != 0) continue;
        if (except && regexec(&but, f->row.name, 0, NULL, 0) == 0) continue;
        found++;
        if (f->rule) continue;
        f->rule = (uint16_t)(r + 1);
        f->scope = scope;
    }
    regfree(&re);
    if (except) regfree(&but);
    return found > 0 ||
           refuse(t, t->rules[r].word,
                  scope ? "no function is its inference" : "no function matches", e);
}

static bool apply_built_in(struct trace *t, size_t r, const struct built_in *b, struct err *e)
{
    struct layer_rule *rule = &t->rules[r];
    rule->word = b->name;
    rule->scope = *b->scope ? b->scope : NULL;
    rule->call = *b->call ? b->call : NULL;
    rule->deep = b->deep;
    rule->each = b->each;
    return (!rule->scope || mark_matches(t, r, rule->scope, NULL, true, e)) &&
           (!rule->call ||
            mark_matches(t, r, rule->call, *b->except ? b->except : NULL, false, e));
}

/* "", "regex:": an empty pattern would make a layer of every function. */
static bool says_nothing(const char *word)
{
    return !*word || strcmp(word, "regex:") == 0 || strcmp(word, "calls-of:") == 0;
}

static bool apply(struct trace *t, size_t r, const char *word, struct err *e)
{
    struct layer_rule *rule = &t->rules[r];
    if (says_nothing(word))
        return err_set(e, ERR_USAGE,
                       "layers '%s': is empty: name functions, calls-of:FUNCTION, "
                       "regex:PATTERN or a rule of mcuscope list layers",
                       word);
    *rule = (struct layer_rule){.word = word, .inference = 0};
    if (strncmp(word, "regex:", 6) == 0) {
        rule->call = word + 6;
        return mark_matches(t, r, word + 6, NULL, false, e);
    }
    if (strncmp(word, "calls-of:", 9) == 0) {
        rule->scope = word + 9;
        rule->each = true;
        return mark_symbol(t, r, word + 9, true, e);
    }
    const struct built_in *b = strcmp(word, "auto") == 0 ? pick(t, e) : built_in(word);
    if (b) return apply_built_in(t, r, b, e);
    if (strcmp(word, "auto") == 0) return false;
    rule->symbol = true;
    return mark_symbol(t, r, word, false, e);
}

bool rules_apply(struct trace *t, struct err *e)
{
    const struct sim_options *o = t->options;
    t->rules = arena_array(&t->arena, o->layer_count + 1, sizeof *t->rules);
    for (size_t i = 0; i < o->layer_count; i++) {
        if (!apply(t, i, o->layers[i], e)) return false;
        t->rule_count = i + 1;
    }
    return true;
}
