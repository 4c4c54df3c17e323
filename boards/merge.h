/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Merge: one JSON out of a board file and those it builds on.
 *
 *     board.json ─uses─► chip/X.json ─extends─► family/Y.json      (any length up to CHAIN_MAX)
 *
 * Objects merge key by key, the file nearer to the board wins; null deletes a key. Arrays
 * replace, except `regions` and `periphs`, whose elements merge by their "name"
 * ({"name": "ccm", "absent": true} drops an inherited one). Private to boards/.
 */
#ifndef BOARDS_MERGE_H
#define BOARDS_MERGE_H

#include <stdbool.h>

#include "tools/base/arena.h"
#include "tools/base/err.h"
#include "tools/base/json.h"

/* A board file has some kilobytes; the limit keeps a hostile one from costing minutes. */
enum { CHAIN_MAX = 8, BOARD_FILE_MAX = 256 * 1024 };

struct chain { /* [0] the board, then what it uses, in order */
    const char *path[CHAIN_MAX];
    struct json *json[CHAIN_MAX];
    int count;
    int chip; /* the index that "uses" led to; 0 when there is none */
};

/* Reads one file of at most BOARD_FILE_MAX bytes. */
struct json *chain_read(const char *path, struct err *e);

/* Takes `first` (the parsed JSON of `path`) and loads what it builds on. Release with
 * chain_done() also after a failure. */
bool chain_load(struct chain *c, struct arena *a, const char *path, struct json *first,
                struct err *e);
void chain_done(struct chain *c);

/* The merged JSON without uses, extends; the caller frees it. */
struct json *chain_merge(const struct chain *c);

/* Keys known at the top level, numbers below a source, names in `sources` defined. */
bool chain_check(const struct chain *c, struct err *e);

#endif
