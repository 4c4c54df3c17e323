/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Models: each architecture adds up to the published figures; a built model is read by the
 * engine, its activations are alive, and the same seed gives the same bytes everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/oracle/oracle.h"
#include "engine/tflite/read.h"
#include "models/build.h"
#include "tools/base/file.h"
#include "tools/base/hash.h"

static struct zoo_net *must_load(const char *name)
{
    struct err e = {0};
    struct zoo_net *net = zoo_load(name, &e);
    if (!net) fail_msg("%s", e.text);
    return net;
}

static void figures_equal_the_published_ones(void **state)
{
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    size_t n;
    int compared = 0;
    const char *const *list = zoo_list(&a, &n, &e);
    assert_non_null(list);
    assert_true(n >= 30);
    for (size_t i = 0; i < n; i++) {
        if (i) assert_true(strcmp(list[i - 1], list[i]) < 0);
        struct zoo_net *net = must_load(list[i]);
        assert_string_equal(net->name, list[i]);
        double millions = net->published_macs_millions;
        if (millions > 0) {
            double off = (double)net->macs / 1e6 - millions;
            /* Three decimals are printed; SmallCifar's paper prints one. */
            double half = strcmp(list[i], "smallcifar") == 0 ? 0.05 : 0.0005;
            if (off > half || off < -half)
                fail_msg("%s: %llu MACs, published %.3f M", list[i],
                         (unsigned long long)net->macs, millions);
            compared++;
        }
        if (net->published_macs) {
            assert_int_equal(net->macs, net->published_macs);
            compared++;
        }
        if (net->published_params) {
            assert_int_equal(net->params, net->published_params);
            compared++;
        }
        zoo_free(net);
    }
    assert_true(compared >= 17 * 2 - 1 + 2 + 4 + 3 + 1);
    arena_done(&a);
}

static void vww0_unfolds_into_its_layers(void **state)
{
    (void)state;
    struct zoo_net *net = must_load("mcunet-vww0");
    assert_int_equal(net->input.h, 64);
    assert_int_equal(net->input_zero, -1);
    const struct zoo_layer *l = net->layers;
    assert_int_equal(l[0].op, ZOO_PAD);
    assert_int_equal(l[0].out.h, 66);
    assert_int_equal(l[1].op, ZOO_CONV);
    assert_int_equal(l[1].out.h, 32);
    assert_int_equal(l[1].act, ZOO_RELU6);
    const struct zoo_layer *last = &l[net->layer_count - 1];
    assert_int_equal(last->op, ZOO_RESHAPE);
    assert_int_equal(last->out.c, 2);
    int adds = 0;
    for (int i = 0; i < net->layer_count; i++) {
        assert_true(l[i].input < i && l[i].input2 < i);
        if (l[i].op == ZOO_ADD) adds++;
    }
    assert_int_equal(adds, 7);
    zoo_free(net);
}

/* TensorFlow's SAME: 49 x 10, kernel 10 x 4, stride 2 gives 25 x 5, the odd zero at the end. */
static void same_padding(void **state)
{
    (void)state;
    struct zoo_net *net = must_load("mlperf-kws");
    const struct zoo_layer *l = &net->layers[0];
    assert_true(l->same);
    assert_int_equal(l->out.h, 25);
    assert_int_equal(l->out.w, 5);
    assert_int_equal(l->pad_top, 4);
    assert_int_equal(l->pad_bottom, 5);
    assert_int_equal(l->pad_left, 1);
    assert_int_equal(l->pad_right, 1);
    zoo_free(net);
}

/* No activation is stuck: each spans more than a few values and is not all at the top. */
static void check_alive(const char *name, uint64_t seed)
{
    struct err e = {0};
    struct arena a = {0};
    struct graph g = {0};
    struct buf out = {0};
    struct zoo_net *net = must_load(name);
    model_bytes(net, seed, &out);
    if (!tflite_read_bytes(out.data, out.len, name, &a, &g, &e)) fail_msg("%s", e.text);
    assert_int_equal(graph_macs(&g), net->macs);
    assert_int_equal(g.op_count, net->layer_count);
    for (int k = 1; oracle_input_names[k]; k++) { /* [0] is "zeros": flat by nature */
        void *in;
        struct oracle_result r;
        if (!oracle_input(&g, oracle_input_names[k], &a, &in, &e)) fail_msg("%s", e.text);
        if (!oracle_run(&g, in, &a, &r, &e)) fail_msg("%s", e.text);
        for (int i = 0; i < g.op_count; i++) {
            uint32_t bytes = g.tensors[g.ops[i].output].bytes, top = 0;
            const int8_t *v = r.ops[i].data;
            int low = 127, high = -128;
            /* A hard sigmoid (ADD with RELU6, MUL) is at its top as often as it likes. */
            bool gate = g.ops[i].kind == OP_ADD || g.ops[i].kind == OP_MUL;
            uint32_t share = gate ? 2 : 10;
            for (uint32_t b = 0; b < bytes; b++) {
                if (v[b] == 127) top++;
                low = v[b] < low ? v[b] : low;
                high = v[b] > high ? v[b] : high;
            }
            if (bytes >= 16 && strcmp(oracle_input_names[k], "max127") != 0 &&
                g.ops[i].kind != OP_PAD && (high - low < 16 || top * share > bytes))
                fail_msg("%s: input %s, op %d %s: from %d to %d, %u of %u at the top", name,
                         oracle_input_names[k], i, op_kind_name(g.ops[i].kind), low, high, top,
                         bytes);
        }
    }
    zoo_free(net);
    buf_done(&out);
    arena_done(&a);
}

static void built_models_are_alive(void **state)
{
    (void)state;
    check_alive("tiny", MODEL_SEED);
    check_alive("tiny", 77);
    check_alive("mlperf-ad", MODEL_SEED);
    check_alive("micro-speech", MODEL_SEED);
    check_alive("tiny-se", MODEL_SEED);
}

/* The hash holds for gcc and clang, debug and release. When the builder changes on purpose,
 * the new value goes here and the change into CHANGELOG. */
static void same_seed_same_bytes(void **state)
{
    (void)state;
    struct buf a = {0}, b = {0}, c = {0};
    char hash[HASH_HEX];
    struct zoo_net *net = must_load("tiny");
    model_bytes(net, 1, &a);
    model_bytes(net, 1, &b);
    model_bytes(net, 2, &c);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    assert_true(a.len != c.len || memcmp(a.data, c.data, a.len) != 0);
    assert_memory_equal(a.data + 4, "TFL3", 4);
    hash_sha256(a.data, a.len, hash);
    assert_string_equal(hash,
                        "8f04473c0734ed4f98a14ec007ccf445181538dc2050ae710b529e669c0ad039");
    zoo_free(net);
    buf_done(&a);
    buf_done(&b);
    buf_done(&c);
}

static void writes_a_file(void **state)
{
    (void)state;
    char path[] = "/tmp/mcuscope-model-XXXXXX";
    struct err e = {0};
    struct arena a = {0};
    struct graph g;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    struct zoo_net *net = must_load("tiny");
    assert_true(model_build(net, 1, path, &e));
    assert_true(tflite_read(path, &a, &g, &e));
    assert_false(model_build(net, 1, "/nowhere/x.tflite", &e));
    assert_int_equal(e.code, ERR_IO);
    remove(path);
    zoo_free(net);
    arena_done(&a);
}

static void unknown_network_lists_those_there_are(void **state)
{
    (void)state;
    struct err e = {0};
    assert_null(zoo_load("resnet-900", &e));
    assert_int_equal(e.code, ERR_MISSING);
    assert_non_null(strstr(e.text, "mcunet-in0, mcunet-in1"));
    assert_null(zoo_load("../zoo/tiny", &e));
    assert_null(zoo_load("nowhere.json", &e));
}

#define NET(layers)                                                                            \
    "{\"title\": \"t\", \"source\": \"s\", \"padding\": \"torch\", \"input\": {\"shape\": "    \
    "[8, 8, 3], \"scale\": 0.01, \"zero\": 0}, \"layers\": [" layers "]}"

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *json, *say;
    } rows[] = {
        {"", "not valid JSON"},
        {"3", "not a JSON object"},
        {"{\"titel\": 1}", "unknown key 'titel'"},
        {"{\"title\": \"t\"}", "title, source: must be text"},
        {"{\"title\": \"t\", \"source\": \"s\", \"padding\": \"half\"}", "padding: must be"},
        {"{\"title\": \"t\", \"source\": \"s\", \"padding\": \"same\"}", "input.shape"},
        {"{\"title\": \"t\", \"source\": \"s\", \"padding\": \"same\", \"input\": {\"shape\": "
         "[8, 8, 3], \"scale\": 0, \"zero\": 0}}",
         "input.scale"},
        {"{\"title\": \"t\", \"source\": \"s\", \"padding\": \"same\", \"input\": {\"shape\": "
         "[8, 8, 3], \"scale\": 1, \"zero\": 128}}",
         "input.zero"},
        {"{\"title\": \"t\", \"source\": \"s\", \"padding\": \"same\", \"input\": {\"shape\": "
         "[1024, 1024, 8192], \"scale\": 1, \"zero\": 0}}",
         "more than 16 M"},
        {NET(""), "layers: must be a list"},
        {NET("3"), "layers[0]: must be a list"},
        {NET("[]"), "no such block; there are conv"},
        {NET("[\"conv3d\"]"), "layers[0] (conv3d): no such block"},
        {NET("[\"conv\", 3, 2, 4, 8, \"relu6\"]"), "says 4 input channels, but 3 arrive"},
        {NET("[\"conv\", 3, 2, 3, 8, \"swish\"]"), "linear, relu or relu6"},
        {NET("[\"conv\", 3, 2, 3, 8]"), "must be [\"conv\" or \"dw\", k or"},
        {NET("[\"conv\", 0, 2, 3, 8, \"relu\"]"), "from 1 to 64"},
        {NET("[\"conv\", 3, 2, 3, 100000000, \"relu\"]"), "channels from 1 to 8192"},
        {NET("[\"mb\", 3, 1, 2, 3, 7, 8]"), "mid is not e times in"},
        {NET("[\"mb_add\", 3, 2, 1, 3, 3, 3]"), "differ in shape"},
        {NET("[\"mb_se\", 3, 1, 1, 3, 3, 3]"), "(or mb_se, mb_se_add)"},
        {NET("[\"mb_se\", 3, 1, 1, 3, 3, 3, 0]"), "would be empty"},
        {NET("[\"mb\", 99, 1, 1, 3, 3, 3]"), "kernel and stride"},
        {NET("[\"maxpool\", 9, 1]"), "larger than its input"},
        {NET("[\"maxpool\", 2, 0]"), "kernel and stride"},
        {NET("[\"image\", 8, 8, 4]"), "another number of values"},
        {NET("[\"image\", 8, 8]"), "must be [\"image\", height"},
        {NET("[\"dw\", 3, 1, 3, 0, \"relu\"]"), "channels from 1 to 8192"},
        {NET("[\"dw\", 3, 1, 3, 8192, \"relu\"]"), "would be empty or beyond"},
        {NET("[\"avgpool\"], [\"classifier\", 3, 0]"), "would be empty"},
        {NET("[\"fc\", 10, 2, \"linear\"]"), "says 10 input channels, but 192 arrive"},
        {NET("[\"conv\", 1, 1, 3, 8192, \"relu\"], [\"conv\", 1, 1, 8192, 8192, \"relu\"]"),
         "more than 64 M weights"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        struct zoo_net *net = zoo_parse(rows[i].json, strlen(rows[i].json), "bad.json", &e);
        if (net) fail_msg("row %zu is accepted: %s", i, rows[i].json);
        if (!strstr(e.text, rows[i].say) || !strstr(e.text, "bad.json"))
            fail_msg("row %zu says '%s', not '%s'", i, e.text, rows[i].say);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_equal_the_published_ones),
        cmocka_unit_test(vww0_unfolds_into_its_layers),
        cmocka_unit_test(same_padding),
        cmocka_unit_test(built_models_are_alive),
        cmocka_unit_test(same_seed_same_bytes),
        cmocka_unit_test(writes_a_file),
        cmocka_unit_test(unknown_network_lists_those_there_are),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
