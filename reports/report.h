/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Report: the joined result of compiling, running and counting one network (or any firmware) on
 * one board under one schedule. report.json is its form on disk; schema/report-1.schema.json
 * describes every key.
 *
 *     ops, plan, size, profile ─► report_join ─► struct report ─► report_save ─► report.json
 *                                                   │  ▲                            │
 *                 exporters, compare, gate, plot ◄──┘  └──────── report_load ◄──────┘
 *
 *     struct report r;
 *     if (!report_load(&r, "report.json", &e)) …
 *     … r.totals.cycles …
 *     report_done(&r);
 *
 * All figures are at least 0; REPORT_NONE stands for "not known" and is left out of the JSON
 * (an analysis without a run has no cycles, a foreign firmware no MACs). Strings may be NULL
 * where the comment says so. The report owns all its memory (its arena).
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/arena.h"
#include "tools/base/err.h"
#include "tools/base/json.h"

enum { REPORT_SCHEMA_VERSION = 1, REPORT_NONE = -1 };
/* Limits of what is read: sums of whole lists stay within int64_t, integers within a double. */
#define REPORT_INT_MAX (INT64_C(1) << 48)
enum { REPORT_LIST_MAX = 16384, REPORT_LAYERS_MAX = 4096, REPORT_CAUSE_MAX = 64 };

/* The members of these structs are the rows of metrics.def. */
struct report_totals {
#define TOTALS(type, member, ...) type member;
#include "reports/metrics.def"
};

struct report_sram {
#define SRAM(type, member, ...) type member;
#include "reports/metrics.def"
};

struct report_flash {
#define FLASH(type, member, ...) type member;
#include "reports/metrics.def"
};

/* An op as executed, in execution order. */
struct report_layer {
#define LAYER(type, member, ...) type member;
#include "reports/metrics.def"
    int64_t index;      /* the op's index in the model */
    const char *name;   /* "conv_2d_3", unique */
    const char *op;     /* "CONV_2D" */
    const char *kernel; /* kernel variant; NULL: not known */
    const char *symbol; /* the function in the firmware; NULL: not known, or needs no code */
    int64_t calls;
    int64_t in_place;      /* 1: the output overwrites the input */
    const int64_t *causes; /* report.cause_count cycles that add up to .cycles; NULL: none */
};

struct report_row { /* cycles that belong to no layer */
    int64_t cycles, instructions;
    const int64_t *causes;
};

struct report_function { /* over the whole run, without callees */
    const char *name;
    int64_t calls, cycles, instructions;
    int64_t inclusive_cycles; /* with callees; REPORT_NONE: calls were not followed */
    const char *symbol;       /* where that is not its name; NULL: it is */
    const char *stall;        /* its largest cause besides issue; NULL: none */
    int64_t stall_cycles;
};

struct report_region { /* a physical RAM region */
    const char *name;
    int64_t base, size_bytes, static_bytes, touched_bytes;
};

struct report_cause { /* over one inference */
    const char *name; /* "operand" */
    int64_t cycles;
};

struct report_count { /* instructions timed by default, accesses without a device */
    const char *name;
    int64_t count;
};

struct report {
    const char *kind; /* "estimated", "simulated" or "measured": never mixed in one report */
    const char *tool_version;
    struct {
        const char *name, *sha256; /* sha256 NULL: not known */
        int64_t bytes;
    } model;
    struct {
        const char *name, *title, *chip, *core, *sha256; /* all but name may be NULL */
        int64_t clock_hz, sram_bytes, flash_bytes;
    } board;
    const char *schedule; /* "-" for a firmware that was not built here */
    struct {              /* what the figures depend on; NULL where not known */
        const char *image_sha256, *sources_sha256, *compiler, *flags, *input, *planner;
        const char *timing, *timing_version;
        const char *layers; /* the rules that found them in a firmware not built here */
    } provenance;
    struct {              /* the whole run, start-up and all inferences included */
        const char *stop; /* "exit" when all went well; NULL when nothing ran */
        const char *stop_text;
        int64_t exit_code, cycles, instructions, inferences, clock_hz;
    } run;
    struct report_totals totals;
    struct report_sram sram;
    const char *peak_layer; /* the layer with the most live bytes; NULL: not known */
    const struct report_region *regions;
    size_t region_count;
    struct report_flash flash;
    const struct report_cause *causes; /* of one inference: they add up to totals.cycles */
    size_t cause_count;
    const struct report_layer *layers;
    size_t layer_count;
    /* layers + overhead = totals; totals + outside = run. cycles REPORT_NONE: nothing ran. */
    struct report_row overhead;              /* inside the inference, between layers */
    struct report_row outside;               /* start-up, C library, input and output */
    const struct report_function *functions; /* by cycles, descending; they add up to run */
    size_t function_count;
    struct {
        const char *bytes_hex;      /* NULL when longer than 64 bytes */
        const char *sha256, *crc32; /* NULL: no output */
        int64_t bytes;
    } output;
    const struct report_count *defaults, *unmodelled;
    size_t default_count, unmodelled_count;
    const char *const *warnings;
    size_t warning_count;
    struct { /* the only figures that two equal runs may differ in */
        double host_seconds, mips;
    } simulation;
    struct arena arena;
};

/* An empty report: every figure REPORT_NONE, every string NULL. */
void report_init(struct report *r);
void report_init_layer(struct report_layer *layer);
void report_done(struct report *r);

/* Reads report.json; errors (ERR_FORMAT) name file, key and what was expected. Keys that this
 * version does not know are ignored. On failure there is nothing to release. */
bool report_load(struct report *r, const char *path, struct err *e);
bool report_read(struct report *r, const struct json *j, const char *name, struct err *e);

/* The report as JSON: same report, same bytes. Owner: the caller. */
struct json *report_json(const struct report *r);
bool report_save(const struct report *r, const char *path, struct err *e);

/* Sums that must be exact: layers + overhead = totals, totals + outside = run, causes = cycles,
 * static + heap + stack = peak, and so on. ERR_INTERNAL names the first that is not. */
bool report_verify(const struct report *r, struct err *e);

/* Did the firmware end by itself and well? False also when nothing ran. */
bool report_good(const struct report *r);
/* "mcunet-vww1 on stm32f746g-disco, tinyengine" */
const char *report_title(struct arena *a, const struct report *r);

#endif
