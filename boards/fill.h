/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fill: the merged JSON of a board becomes its struct. Private to boards/.
 */
#ifndef BOARDS_FILL_H
#define BOARDS_FILL_H

#include "boards/board.h"
#include "boards/merge.h"

/* Needs b->json; everything else hangs from b->arena. Errors name the board's file and key. */
bool board_fill(struct board *b, const struct chain *c, struct err *e);

/* The number at j, plain or the "value" of an object. */
bool board_number(const struct json *j, int64_t *out);

#endif
