/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Profile: what the simulator saw in one run; profile.json is its form on disk.
 * Rows of layers and functions sum to the total exactly: what belongs to none is in a row of
 * its own ("(rest)", "(no symbol)"). Owned by the sim; valid until sim_free().
 */
#ifndef SIM_TRACE_PROFILE_H
#define SIM_TRACE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/timing/timing.h"

struct profile_row {
    const char *name; /* a function's symbol; a layer's, with a number where several share it */
    const char *symbol; /* of a layer: the function */
    uint32_t addr;      /* of a function: its first instruction */
    uint16_t rule;      /* of a layer: the word of options.layers that it comes from, from 1 */
    bool scope;         /* of a layer: an inference, with what is in none of its layers */
    uint64_t calls, instructions;
    uint64_t cycles;           /* the sum of causes[] */
    uint64_t inclusive_cycles; /* of a function with its callees, when calls were followed */
    uint64_t causes[CAUSE_COUNT];
};

struct profile_probe { /* memory at a function's return, last call */
    int id;
    uint64_t calls;
    uint32_t crc32;
    const uint8_t *bytes; /* when the probe asked to keep them */
};

struct profile_region { /* what the run touched of a region of the board */
    const char *name;
    uint32_t base, size;
    uint32_t static_bytes; /* of .data, .bss and other allocated sections */
    uint32_t touched_bytes;
};

struct profile_node { /* a path of calls (sim/trace/tree.h) */
    const char *name; /* the function at its end */
    uint32_t addr;    /* where that starts */
    uint32_t parent;  /* index; of the first node 0 */
    uint32_t site;    /* of the call in the parent; 0: it was no call */
    const char *file; /* where it is written; NULL: not known */
    uint32_t line, site_line;
    uint64_t calls;
    uint64_t cycles, instructions; /* its own */
    uint64_t inclusive_cycles, inclusive_instructions;
};

struct profile_edge { /* calls of one function by another */
    uint32_t caller, callee;
    const char *caller_name, *callee_name;
    uint64_t calls, cycles; /* callees included; of a recursion the outermost only */
};

struct profile_line { /* an instruction that ran (sim/trace/fine.h) */
    uint32_t pc, encoding;
    uint8_t bytes;
    uint32_t function; /* address and name of the one that it is booked to */
    const char *name;
    const char *file; /* where it is written; NULL: not known */
    uint32_t line;
    uint64_t executions, cycles, causes[CAUSE_COUNT];
};

struct profile {
    /* Totals over the whole run, start-up included. */
    struct profile_row total;
    const struct profile_row *layers; /* options.layers in order, then "(rest)" */
    size_t layer_count;
    const char **layer_rules; /* of options.layers, what is no plain name; "auto" resolved */
    size_t layer_rule_count;
    const char *inference;               /* the first layer that is a scope, or NULL */
    const struct profile_row *functions; /* exclusive, by cycles, descending; ties by name */
    size_t function_count;
    const struct profile_node *nodes; /* when calls were followed: parents before children */
    size_t node_count;
    const struct profile_edge *edges; /* by caller and callee */
    size_t edge_count;
    const struct profile_line *lines; /* by address, when options.lines asked for them */
    size_t line_count;
    bool timelines_cut; /* a time line reached its limit */
    const struct profile_probe *probes;
    size_t probe_count;
    const struct profile_region *regions;
    size_t region_count;

    uint32_t data_bytes, bss_bytes; /* allocated writable sections with and without contents */
    uint32_t text_bytes, rodata_bytes; /* flash: code, constants */
    uint32_t flash_bytes; /* all that is loaded into flash, .data's image included */
    uint32_t stack_peak_bytes, heap_peak_bytes;

    const char *console; /* all output, with its length: may hold NULs */
    size_t console_bytes;

    uint32_t hclk_hz; /* at the end of the run */
    const char *timing_name, *timing_version;
    struct timing_range range;             /* when options.range asked for it */
    const struct timing_default *defaults; /* instructions timed by default */
    size_t default_count;
    struct profile_io { /* peripheral accesses with no model behind them */
        uint32_t addr;
        const char *name; /* "I2C1 + 0x04" */
        uint64_t reads, writes;
    } const *unmodelled;
    size_t unmodelled_count;
    bool dwt_refused; /* the firmware switches CYCCNT on but has not unlocked the DWT (M7) */
    char image_sha256[65];
    const char *compiler;           /* from .comment, NULL when there is none */
    double host_seconds;            /* not part of what must be reproducible */
    uint64_t verified_instructions; /* options.verify_core: compared with Unicorn's */
};

/* profile.json: everything above but what the last two say and the console's bytes. */
struct json;
struct json *profile_json(const struct profile *p);

#endif
