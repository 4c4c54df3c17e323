/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The whole front half against published numbers: an architecture is built, read, folded and
 * planned, and the arena must be what TinyEngine's authors printed for the same network. Slow,
 * since it builds ten networks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/pass/pass.h"
#include "engine/plan/plan.h"
#include "engine/tflite/read.h"
#include "models/build.h"

static uint64_t planned(const struct zoo_net *net, struct arena *a)
{
    static const struct pass *const passes[] = {
        &pass_drop_pad,  &pass_fold_pad,           &pass_skip_reshape,
        &pass_drop_dead, &pass_in_place_depthwise, NULL,
    };
    struct err e = {0};
    struct graph g = {0};
    struct plan p = {0};
    struct buf out = {0};
    model_bytes(net, MODEL_SEED, &out);
    if (!tflite_read_bytes(out.data, out.len, net->name, a, &g, &e) ||
        !pass_run(passes, &g, &e) || !plan_make(&g, a, &p, &e) || !plan_verify(&g, &p, &e))
        fail_msg("%s: %s", net->name, e.text);
    buf_done(&out);
    return p.activation_bytes;
}

static void arenas_equal_tinyengines(void **state)
{
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    size_t n;
    int compared = 0;
    const char *const *list = zoo_list(&a, &n, &e);
    assert_non_null(list);
    for (size_t i = 0; i < n; i++) {
        struct zoo_net *net = zoo_load(list[i], &e);
        if (!net) {
            fail_msg("%s", e.text);
            continue;
        }
        if (net->published_arena_bytes) {
            struct arena job = {0};
            uint64_t bytes = planned(net, &job);
            if (bytes != net->published_arena_bytes)
                fail_msg("%s: arena %llu B, published %llu", net->name,
                         (unsigned long long)bytes,
                         (unsigned long long)net->published_arena_bytes);
            arena_done(&job);
            compared++;
        }
        zoo_free(net);
    }
    assert_int_equal(compared, 10);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(arenas_equal_tinyengines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
