/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * gen/ops.json: which op runs in which function: what reports and probes need to know about
 * the firmware. An array, one object per op of the graph in execution order:
 *
 *     index, symbol (null: no code), op, name, ops (its index in the .tflite), absorbed (those
 * of the ops folded into it), macs, weights_bytes, kernel, in_place, scratch_bytes, output:
 * {tensor, arena_offset (null when not in the arena), bytes}
 */
#ifndef EMIT_OPS_JSON_H
#define EMIT_OPS_JSON_H

#include "engine/emit/emit.h"

bool emit_ops_json(const struct emit_job *job, struct err *e);

#endif
