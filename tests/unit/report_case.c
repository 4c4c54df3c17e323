/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/report_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/base/file.h"

static struct json *part(const char *schedule, const char *name)
{
    char path[128];
    struct err e = {0};
    snprintf(path, sizeof path, CASE_DIR "%s/%s.json", schedule, name);
    struct json *j = json_load(path, &e);
    if (!j) fail_msg("%s", e.text);
    return j;
}

void case_open(struct report_case *c, const char *schedule)
{
    static const struct join_region regions[] = {{"dtcm", 0x20000000, 65536},
                                                 {"sram1", 0x20010000, 245760},
                                                 {"sram2", 0x2004c000, 16384}};
    static const unsigned char output[] = {0x09, 0xf5};
    c->ops = part(schedule, "ops");
    c->plan = part(schedule, "plan");
    c->size = part(schedule, "size");
    c->profile = part(schedule, "profile");
    c->inputs = (struct join_inputs){
        .ops = c->ops,
        .plan = c->plan,
        .size = c->size,
        .profile = c->profile,
        .tool_version = "0.1.0",
        .model_name = "small-vww",
        .model_sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        .model_bytes = 12345,
        .board_name = "stm32f746g-disco",
        .board_title = "STM32F746G-DISCO (Cortex-M7, 216 MHz)",
        .board_chip = "stm32f746",
        .board_core = "cortex-m7",
        .board_sha256 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210",
        .clock_hz = 216000000,
        .sram_bytes = 327680,
        .flash_bytes = 1048576,
        .regions = regions,
        .region_count = 3,
        .schedule = schedule,
        .input = "lcg",
        .stop = "exit",
        .output = output,
        .output_bytes = sizeof output,
        .host_seconds = 0.5,
    };
}

void case_close(struct report_case *c)
{
    json_free(c->ops);
    json_free(c->plan);
    json_free(c->size);
    json_free(c->profile);
}

void case_join(const char *schedule, struct report *r)
{
    struct report_case c;
    struct err e = {0};
    case_open(&c, schedule);
    if (!report_join(&c.inputs, r, &e)) fail_msg("%s", e.text);
    case_close(&c);
}

void case_golden_file(const char *path, const char *text)
{
    struct err e = {0};
    struct bytes want;
    const char *update = getenv("UPDATE");
    if (update && !strcmp(update, "1")) {
        if (!file_save(path, text, strlen(text), &e)) fail_msg("%s", e.text);
        return;
    }
    if (!file_load(path, 0, &want, &e)) fail_msg("%s (UPDATE=1 writes it)", e.text);
    bool same = want.len == strlen(text) && !memcmp(want.data, text, want.len);
    if (!same) {
        size_t at = 0, line = 1;
        while (at < want.len && text[at] && (char)want.data[at] == text[at])
            line += text[at++] == '\n';
        print_error("%s:%zu differs; UPDATE=1 rewrites it. Now:\n%s\n", path, line, text);
    }
    free(want.data);
    assert_true(same);
}

void case_golden(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, CASE_DIR "%s", name);
    case_golden_file(path, text);
}

size_t case_columns(const char *text)
{
    size_t most = 0, n = 0;
    for (; *text; text++) {
        if (*text == '\n')
            n = 0;
        else
            n += ((unsigned char)*text & 0xc0) != 0x80;
        if (n > most) most = n;
    }
    return most;
}
