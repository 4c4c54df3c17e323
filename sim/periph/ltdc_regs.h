/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * LTDC's registers, shared by what scans (ltdc.c) and what draws (ltdc_draw.c). Private to
 * them.
 */
#ifndef SIM_PERIPH_LTDC_REGS_H
#define SIM_PERIPH_LTDC_REGS_H

#include "sim/events.h"
#include "sim/periph/regs.h"

enum {
    LTDC_SSCR = 0x08,
    LTDC_BPCR = 0x0c,
    LTDC_AWCR = 0x10,
    LTDC_TWCR = 0x14,
    LTDC_GCR = 0x18,
    LTDC_BCCR = 0x2c,
    LTDC_LAYER = 0x84, /* of the first; the second's are 0x80 behind */
    LTDC_LAYER_STEP = 0x80,
    LTDC_LAYER_WORDS = 17,
};
/* Words of a layer from LTDC_LAYER on. */
enum { L_CR, L_WHPCR, L_WVPCR, L_CKCR, L_PFCR, L_CACR, L_DCCR, L_BFCR };
enum { L_CFBAR = 10, L_CFBLR, L_CFBLNR, L_CLUTWR = 16 };

struct ltdc {
    struct regs regs;                   /* first: regs_*(): what holds; of the layers … */
    uint32_t next[2][LTDC_LAYER_WORDS]; /* … what was written and holds after a reload */
    uint32_t clut[2][256];
    uint64_t started;         /* when its scan began */
    uint64_t looked;          /* the line's flag has been told up to here */
    struct event line, blank; /* that an interrupt, or a reload, waits for */
};

#endif
