/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Board: hardware as data. A board JSON `uses` a chip, a chip `extends` a family; each file
 * holds only what differs. board_load() merges the three and checks them.
 *
 *     boards/stm32f746g-disco.json ─uses─► chip/stm32f746.json ─extends─► family/stm32f7.json
 *
 * Every number stands below a "source" (document, revision, table), a "measured" (file) or a
 * "provisional" (why); a test refuses the others. The struct holds what every module asks for;
 * what only one module wants (timing parameters, peripheral quirks) it reads with board_int()
 * from the merged JSON. The board owns all its memory; release with board_free().
 */
#ifndef BOARDS_BOARD_H
#define BOARDS_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/arena.h"
#include "tools/base/err.h"
#include "tools/base/hash.h"
#include "tools/base/json.h"

enum core_kind { CORE_CORTEX_M4, CORE_CORTEX_M7 };

enum region_kind { REGION_FLASH, REGION_RAM };

/* The path that a core access to a region takes. */
enum region_port {
    PORT_CODE,   /* M4: I-Code and D-Code buses (flash behind the ART) */
    PORT_SYSTEM, /* M4: system bus (SRAM) */
    PORT_ITCM,   /* M7: instruction TCM, also flash through the ART on F7 */
    PORT_DTCM,   /* M7: data TCM */
    PORT_AXI,    /* M7: AXIM behind the L1 caches */
};

struct region {
    const char *name; /* "flash", "flash-itcm", "dtcm", "sram1" */
    uint32_t base, size;
    enum region_kind kind;
    enum region_port port;
    uint32_t alias_of; /* base of the region whose bytes these are; 0: its own */
    /* May the linker script place data (.data, .bss, arena) here? Regions with the flag that
     * touch each other are used as one span. */
    bool data;
    /* Memory beside the chip: the bank (1, 2) of the FMC's SDRAM controller that it answers
     * behind, once firmware has brought that up; 0: on the chip. */
    uint8_t sdram;
    bool swapped;    /* … at the address that SYSCFG_MEMRMP.SWP_FMC gives it */
    const char *bus; /* key into the chip's "timing.bus" parameters ("flash", "sram1") */
};

struct wait_state { /* one row: up to this bus clock, so many wait states */
    uint32_t max_hz;
    unsigned wait_states;
};

struct periph {       /* one device on the chip; sim/periph/ has a model per kind */
    const char *name; /* "USART1" */
    const char *kind; /* "usart-v2", "tim", "rcc-f7", … */
    uint32_t base, size;
    int irq;                 /* -1: none */
    const struct json *json; /* its own object, for what only that kind knows */
};

struct board {
    const char *name;   /* "stm32f746g-disco": the file's stem */
    const char *title;  /* "STM32F746G-DISCO (Cortex-M7, 216 MHz)" */
    const char *chip;   /* "stm32f746" */
    const char *family; /* "stm32f7" */
    enum core_kind core;
    const char *core_name; /* "cortex-m7": gcc's -mcpu= */
    const char *fpu;       /* gcc's -mfpu=: "fpv4-sp-d16", "fpv5-sp-d16", "fpv5-d16" */
    uint32_t clock_hz;     /* CPU clock that our start-up code programs */
    uint32_t hclk_divider; /* CPU clock over bus clock: 1, on H743 2 */
    uint32_t hclk_hz;      /* bus clock, which flash wait states count */
    uint32_t sram_bytes;   /* the sum that data sheets print */
    uint32_t flash_bytes;
    const struct region *regions; /* ascending base */
    size_t region_count;
    const struct wait_state *wait_states; /* ascending max_hz */
    size_t wait_state_count;
    const struct periph *periphs; /* ascending base */
    size_t periph_count;
    const struct periph *console; /* the UART that leads to the host's USB; NULL: none known */
    char sha256[HASH_HEX]; /* of the merged JSON's text: names the board file in reports */
    struct json *json;     /* the merged JSON */
    struct arena arena;
};

/* `name`: a board of boards/, or a path ending in .json. Errors name the file, the key and the
 * boards there are. */
struct board *board_load(const char *name, struct err *e);
/* The same for text in memory; `name` is the path that messages show, and files that the text
 * uses are looked for beside it. */
struct board *board_parse(const char *text, size_t len, const char *name, struct err *e);
void board_free(struct board *b);

/* Names of all boards in boards/, sorted, count in *n. They live in the arena. */
const char *const *board_list(struct arena *a, size_t *n, struct err *e);

/* The number at "a.b.c" of the merged JSON (a plain number, or the "value" of an object there);
 * a missing one is an error that names board and key. */
bool board_int(const struct board *b, const char *path, int64_t *out, struct err *e);

/* Wait states at a CPU clock (the table counts the bus clock: board.hclk_hz at clock_hz); false
 * when the clock is above the table. */
bool board_wait_states(const struct board *b, uint32_t clock_hz, unsigned *out);

/* The region that holds addr, or NULL. */
const struct region *board_region(const struct board *b, uint32_t addr);

/* The largest contiguous span of data regions: where our firmware puts .data, .bss, stack. */
struct span {
    uint32_t base, size;
};
struct span board_data_span(const struct board *b);

/* Every number of a board file stands below a source: the first one that does not, as an error
 * (file, key). Used by the boards test and by board_load() for foreign files. */
bool board_check_sources(const char *path, struct err *e);

#endif
