/* SPDX-License-Identifier: GPL-2.0-or-later
 * The graph between stages: passes keep its meaning and say what they took over, its rules
 * catch what a bad pass would do, its text form comes back as it was. */
#include "engine/oracle/oracle.h"
#include "engine/pass/pass.h"
#include "tests/unit/make_graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void must_pass(const struct pass *pass, struct graph *g)
{
    const struct pass *const list[] = {pass, NULL};
    struct err e = {0};
    if (!pass_run(list, g, &e)) fail_msg("%s", e.text);
}

static void output_of(const struct graph *g, struct arena *a, struct oracle_result *r)
{
    struct err e = {0};
    void *input;
    if (!oracle_input(g, "lcg", a, &input, &e) || !oracle_run(g, input, a, r, &e))
        fail_msg("%s", e.text);
}

static void pad_is_folded(void **state)
{
    (void)state;
    struct arena a = {0};
    struct maker m;
    struct oracle_result before = {0}, after = {0};
    maker_start(&m, &a, 1, 5, 5, 2);
    const int pad = maker_pad(&m, m.g.input, 1, 2);
    const int conv = maker_conv(&m, pad, 3, 1, 0, 4);
    const int dw = maker_depthwise(&m, maker_pad(&m, conv, 0, 0), 3, 2, 1);
    maker_end(&m, dw);
    output_of(&m.g, &a, &before);
    must_pass(&pass_fold_pad, &m.g);
    assert_int_equal(m.g.op_count, 2);
    assert_string_equal(m.g.ops[0].name, "conv_2d_1");
    assert_int_equal(m.g.ops[0].index, 1);
    assert_int_equal(m.g.ops[0].input[0], m.g.input);
    assert_int_equal(m.g.ops[0].pad_top, 1);
    assert_int_equal(m.g.ops[0].pad_right, 2);
    assert_int_equal(m.g.ops[0].absorbed_count, 1);
    assert_int_equal(m.g.ops[0].absorbed[0], 0);
    assert_int_equal(m.g.ops[1].pad_top, 1);
    assert_int_equal(m.g.ops[1].absorbed[0], 2);
    output_of(&m.g, &a, &after);
    assert_int_equal(after.output_crc32, before.output_crc32);
    arena_done(&a);
}

static void pad_stays_where_it_matters(void **state)
{
    (void)state;
    struct arena a = {0};
    struct maker m;
    /* In front of a pool, read by a conv too. */
    maker_start(&m, &a, 1, 4, 4, 2);
    int pad = maker_pad(&m, m.g.input, 1, 1);
    maker_conv(&m, pad, 1, 1, 0, 2);
    maker_end(&m, maker_pool(&m, pad, 2, false));
    must_pass(&pass_fold_pad, &m.g);
    must_pass(&pass_drop_pad, &m.g);
    assert_int_equal(m.g.op_count, 3);
    /* The network's output. */
    maker_start(&m, &a, 1, 4, 4, 2);
    maker_end(&m, maker_pad(&m, m.g.input, 0, 0));
    must_pass(&pass_fold_pad, &m.g);
    must_pass(&pass_drop_pad, &m.g);
    assert_int_equal(m.g.op_count, 1);
    /* Scales that differ by less than TFLite minds would change the conv's multiplier. */
    maker_start(&m, &a, 1, 4, 4, 2);
    pad = maker_pad(&m, m.g.input, 1, 1);
    const float other_scale[] = {m.g.tensors[pad].quant.scale[0] + 5e-7F};
    m.g.tensors[pad].quant.scale = other_scale;
    maker_end(&m, maker_conv(&m, pad, 3, 1, 0, 2));
    must_pass(&pass_fold_pad, &m.g);
    assert_int_equal(m.g.op_count, 2);
    arena_done(&a);
}

static void empty_pad_is_dropped(void **state)
{
    (void)state;
    struct arena a = {0};
    struct maker m;
    maker_start(&m, &a, 1, 4, 4, 2);
    const int pad = maker_pad(&m, m.g.input, 0, 0);
    maker_end(&m, maker_add(&m, pad, maker_pool(&m, maker_pad(&m, pad, 0, 0), 1, true)));
    must_pass(&pass_drop_pad, &m.g);
    assert_int_equal(m.g.op_count, 2);
    assert_int_equal(m.g.ops[0].absorbed_count, 2); /* PAD 1, and the PAD 0 that it had taken */
    assert_int_equal(m.g.ops[0].absorbed[0], 0);
    assert_int_equal(m.g.ops[0].absorbed[1], 1);
    assert_int_equal(m.g.ops[1].absorbed_count, 1);
    arena_done(&a);
}

static void reshape_before_fully_connected_vanishes(void **state)
{
    (void)state;
    struct arena a = {0};
    struct maker m;
    struct oracle_result before = {0}, after = {0};
    maker_start(&m, &a, 1, 3, 3, 2);
    const int flat = maker_reshape(&m, m.g.input, 2);
    maker_end(&m, maker_fully_connected(&m, flat, 5));
    output_of(&m.g, &a, &before);
    must_pass(&pass_skip_reshape, &m.g);
    assert_int_equal(m.g.op_count, 1);
    assert_int_equal(m.g.ops[0].absorbed[0], 0);
    output_of(&m.g, &a, &after);
    assert_int_equal(after.output_crc32, before.output_crc32);
    arena_done(&a);
}

static void dead_ops_vanish(void **state)
{
    (void)state;
    struct arena a = {0};
    struct maker m;
    maker_start(&m, &a, 1, 4, 4, 2);
    const int alive = maker_conv(&m, m.g.input, 1, 1, 0, 2);
    maker_conv(&m, maker_conv(&m, m.g.input, 1, 1, 0, 3), 1, 1, 0, 4);
    maker_end(&m, alive);
    must_pass(&pass_drop_dead, &m.g);
    assert_int_equal(m.g.op_count, 1);
    arena_done(&a);
}

static void in_place_only_when_the_input_dies(void **state)
{
    (void)state;
    struct arena a = {0};
    struct maker m;
    /* dw reads the input, which the addition needs later. */
    maker_start(&m, &a, 1, 4, 4, 2);
    const int dw = maker_depthwise(&m, m.g.input, 3, 1, 1);
    maker_end(&m, maker_add(&m, dw, m.g.input));
    must_pass(&pass_in_place_depthwise, &m.g);
    assert_false(m.g.ops[0].in_place);
    must_pass(&pass_in_place_elementwise, &m.g);
    assert_true(m.g.ops[1].in_place);
    /* The same, needed under another name. */
    maker_start(&m, &a, 1, 4, 4, 2);
    const int other = maker_reshape(&m, m.g.input, 2);
    maker_depthwise(&m, m.g.input, 3, 1, 1);
    maker_end(&m, maker_fully_connected(&m, other, 3));
    must_pass(&pass_in_place_depthwise, &m.g);
    assert_false(m.g.ops[1].in_place);
    /* Nothing is left to need it. */
    maker_start(&m, &a, 1, 4, 4, 2);
    maker_end(&m, maker_depthwise(&m, m.g.input, 3, 2, 1));
    must_pass(&pass_in_place_depthwise, &m.g);
    assert_true(m.g.ops[0].in_place);
    /* The output would be larger. */
    maker_start(&m, &a, 1, 4, 4, 2);
    maker_end(&m, maker_depthwise(&m, m.g.input, 3, 1, 2));
    must_pass(&pass_in_place_depthwise, &m.g);
    assert_false(m.g.ops[0].in_place);
    arena_done(&a);
}

/* in → conv 0 → t1 → dw 1 → t2 → add 2 (t2 + t1) → out, and what may not be done to it. */
static void spoil(struct graph *g, int what)
{
    struct op *conv = &g->ops[0], *dw = &g->ops[1], *add = &g->ops[2];
    switch (what) {
    case 0:
        dw->in_place = true; /* add still needs t1 */
        break;
    case 1:
        add->input[1] = g->tensor_count;
        break;
    case 2:
        dw->output = conv->output;
        break;
    case 3:
        conv->stride_h = 0;
        break;
    case 4:
        conv->pad_top = INT32_MAX;
        break;
    case 5:
        dw->kernel_w = 9;
        break;
    case 6:
        dw->depth_multiplier = 0;
        break;
    case 7:
        g->tensors[conv->output].bytes--;
        break;
    case 8:
        g->tensors[conv->output].dim[3] = 99;
        break;
    case 9:
        g->tensors[dw->output].quant.count = 0;
        break;
    case 10:
        conv->clamp_min = 100, conv->clamp_max = 0;
        break;
    case 11:
        conv->in_place = true; /* no kernel can */
        break;
    case 12:
        g->output = g->tensor_count;
        break;
    case 13:
        add->index = dw->index;
        break;
    case 14:
        add->name = "Add 2";
        break;
    case 15:
        add->input_count = 1;
        break;
    case 16:
        dw->scratch_bytes = 7;
        break;
    case 17:
        g->tensors[conv->input[1]].data = NULL;
        break;
    default:
        add->input[0] = NO_TENSOR;
        break;
    }
}

static void rules_catch_spoilt_graphs(void **state)
{
    (void)state;
    for (int what = -1; what <= 18; what++) {
        struct arena a = {0};
        struct err e = {0};
        struct maker m;
        maker_start(&m, &a, 1, 6, 6, 3);
        const int conv = maker_conv(&m, m.g.input, 3, 1, 1, 4);
        const int dw = maker_depthwise(&m, conv, 3, 1, 1);
        maker_end(&m, maker_add(&m, dw, conv));
        if (what >= 0) spoil(&m.g, what);
        const bool ok = graph_verify(&m.g, &e);
        if (what < 0 && !ok) fail_msg("%s", e.text);
        if (what >= 0 && ok) fail_msg("spoilt graph %d is accepted", what);
        arena_done(&a);
    }
}

static void text_comes_back(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct arena a = {0};
        struct err e = {0};
        struct maker m;
        struct graph back, bare;
        struct buf first = {0}, second = {0};
        maker_random(&m, &a, seed, 15);
        for (int i = 0; pass_all[i] && seed % 2; i++)
            must_pass(pass_all[i], &m.g);
        m.g.ops[0].scratch_bytes = 64;
        m.g.ops[0].kernel = "conv_1x1";
        graph_write(&m.g, &first);
        if (!graph_parse(buf_text(&first), "t", &m.g, &a, &back, &e)) fail_msg("%s", e.text);
        graph_write(&back, &second);
        assert_string_equal(buf_text(&first), buf_text(&second));
        struct oracle_result r1 = {0}, r2 = {0};
        output_of(&m.g, &a, &r1);
        output_of(&back, &a, &r2);
        assert_int_equal(r1.output_crc32, r2.output_crc32);
        /* Without weights the structure comes back. */
        if (!graph_parse(buf_text(&first), "t", NULL, &a, &bare, &e)) fail_msg("%s", e.text);
        assert_int_equal(bare.op_count, m.g.op_count);
        assert_int_equal(graph_macs(&bare), graph_macs(&m.g));
        buf_done(&first);
        buf_done(&second);
        arena_done(&a);
    }
}

static void wrong_texts_are_refused(void **state)
{
    (void)state;
    static const char head[] = "graph \"x\" input=%0 output=%1 tensors=3 bytes=0\n";
    static const char op[] = "op 0 max_pool_2d_0 MAX_POOL_2D %0 -> %1 kernel_size=2,2 "
                             "stride=2,2 clamp=-128,127\n";
    static const char t0[] = "tensor %0 int8 1x4x4x2 \"in\" scale=0.5 zero=0\n";
    static const char t1[] = "tensor %1 int8 1x2x2x2 \"out\" scale=0.5 zero=0\n";
    const struct {
        const char *part[4], *expected;
    } cases[] = {
        {{"", op, t0, t1}, "t:1: \"graph\" is missing"},
        {{"graph x input=%0", "", "", ""}, "t:1: \"\"\" is missing"},
        {{"graph \"x\" input=%9 output=%0 tensors=2 bytes=0\n", op, t0, t1}, "tensors of 2"},
        {{head, "op 0 a_0 NO_SUCH_OP %0 -> %1\n", t0, t1}, "t:2: \"NO_SUCH_OP\" is no op"},
        {{head, "op 0 a_0 PAD %0 -> %7\n", t0, t1}, "7 is not from 0 to 2"},
        {{head, "op 0 a_0 PAD %0 %0 %0 %0 %0 -> %1\n", t0, t1}, "more than 4 inputs"},
        {{head, "op 0 a_0 PAD %0 -> %1 colour=3\n", t0, t1}, "what is \"colour=3"},
        {{head, "op 0 a_0 PAD %0 -> %1 stride=3\n", t0, t1}, "\",\" is missing"},
        {{head, "op 0 a_0 PAD %0 -> %1 stride=99999999999,1\n", t0, t1}, "is not from"},
        {{head, op, "tensor %0 int7 1x4x4x2 \"in\"\n", t1}, "\"int7\" is no type"},
        {{head, op, "tensor %0 int8 1x4x4x0 \"in\"\n", t1}, "0 is not from 1"},
        {{head, op, "tensor %0 int8 1x1x1x1x1 \"in\"\n", t1}, "more than 4 dimensions"},
        {{head, op, "tensor %0 int8 1x9999x9999x1 \"in\"\n", t1}, "more than 67108864 bytes"},
        {{head, op, "tensor %0 int8 1x4x4x2 \"in\n", t1}, "t:3: a name does not end"},
        {{head, op, "tensor %0 int8 1x4x4x2 \"in\" scale=nan zero=0\n", t1}, "a number"},
        {{head, op, "tensor %0 int8 1x4x4x2 \"in\" scale=1,2 zero=0,0,0\n", t1}, "2 scales"},
        {{head, op, "tensor %0 int8 1x4x4x2 \"in\" const=12\n", t1}, "8 digits"},
        {{head, op, t0, t0}, "t:4: tensor 0 comes twice"},
        {{head, op, t0, "something\n"}, "a line is an op or a tensor"},
        {{head, op, t0, ""}, "tensor 1 \"\": 0 bytes"},
    };
    struct arena a = {0};
    struct err e = {0};
    struct graph g;
    if (!graph_parse(arena_printf(&a, "%s%s%s%s", head, op, t0, t1), "t", NULL, &a, &g, &e))
        fail_msg("%s", e.text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *p = cases[i].part;
        const char *text = arena_printf(&a, "%s%s%s%s", p[0], p[1], p[2], p[3]);
        if (graph_parse(text, "t", NULL, &a, &g, &e)) fail_msg("accepted: %s", text);
        if (!strstr(e.text, cases[i].expected))
            fail_msg("\"%s\" does not say \"%s\"", e.text, cases[i].expected);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pad_is_folded),
        cmocka_unit_test(pad_stays_where_it_matters),
        cmocka_unit_test(empty_pad_is_dropped),
        cmocka_unit_test(reshape_before_fully_connected_vanishes),
        cmocka_unit_test(dead_ops_vanish),
        cmocka_unit_test(in_place_only_when_the_input_dies),
        cmocka_unit_test(rules_catch_spoilt_graphs),
        cmocka_unit_test(text_comes_back),
        cmocka_unit_test(wrong_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
