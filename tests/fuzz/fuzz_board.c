/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any bytes as a board file: refused or loaded, never a crash, hang or leak.
 */
#include <stddef.h>
#include <stdint.h>

#include "boards/board.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct err e;
    struct board *b = board_parse((const char *)data, size, "boards/fuzz.json", &e);
    if (b) {
        int64_t v;
        unsigned ws;
        board_data_span(b);
        board_region(b, 0x20000000);
        board_wait_states(b, b->clock_hz, &ws);
        board_int(b, "timing.l1.size.icache_bytes", &v, &e);
    }
    board_free(b);
    return 0;
}
