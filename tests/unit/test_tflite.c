/* SPDX-License-Identifier: GPL-2.0-or-later
 * The .tflite reader: a sound small file is read right; every other one is refused with the
 * reason, all reasons at once, and never a crash, however it is cut or changed. */
#include "engine/oracle/oracle.h"
#include "engine/tflite/read.h"
#include "tests/unit/make_tflite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool read_model(const struct mt_model *m, struct arena *a, struct graph *g,
                       struct err *e)
{
    struct buf b = {0};
    make_tflite(m, &b);
    const bool ok = tflite_read_bytes(b.data, b.len, "dir/case.tflite", a, g, e);
    buf_done(&b); /* nothing may point into it */
    return ok;
}

static void a_sound_file_is_read(void **state)
{
    (void)state;
    struct arena a = {0};
    struct graph g;
    struct err e = {0};
    struct mt_model m;
    make_sound(&m);
    if (!read_model(&m, &a, &g, &e)) fail_msg("%s", e.text);
    assert_string_equal(g.name, "case");
    assert_int_equal(g.op_count, 6);
    assert_int_equal(g.tensor_count, 12);
    assert_int_equal(g.input, T_IN);
    assert_int_equal(g.output, T_OUT);
    const struct op *conv = &g.ops[O_CONV], *dw = &g.ops[O_DW], *fc = &g.ops[O_FC];
    assert_string_equal(conv->name, "conv_2d_0");
    assert_int_equal(conv->kernel_h, 3);
    assert_int_equal(conv->pad_top, 1);
    assert_int_equal(conv->pad_right, 1);
    assert_int_equal(conv->clamp_min, 0); /* RELU at zero point 0 */
    assert_int_equal(conv->clamp_max, 127);
    assert_int_equal(dw->stride_w, 2);
    assert_int_equal(dw->pad_top, 0); /* SAME, 4 → 2 with kernel 3: the odd one goes last */
    assert_int_equal(dw->pad_bottom, 1);
    assert_int_equal(dw->clamp_max, 12); /* RELU6 at scale 0.5 */
    assert_int_equal(fc->input_count, 3);
    assert_int_equal(fc->input[2], NO_TENSOR);
    assert_int_equal(g.tensors[T_W2].quant.axis, 3);
    assert_int_equal(g.tensors[T_W2].quant.count, 4);
    assert_int_equal(op_macs(&g, conv), 4 * 4 * 4 * 9 * 2);
    assert_int_equal(op_macs(&g, dw), 2 * 2 * 4 * 9);
    assert_int_equal(op_macs(&g, fc), 12);
    assert_int_equal(graph_macs(&g), 1152 + 144 + 12);
    assert_int_equal(op_weight_bytes(&g, conv), 72 + 16);
    assert_int_equal(op_params(&g, conv), 72 + 4);
    assert_int_equal(strlen(g.model_sha256), 64);
    void *input;
    struct oracle_result r;
    assert_true(oracle_input(&g, "ramp", &a, &input, &e));
    if (!oracle_run(&g, input, &a, &r, &e)) fail_msg("%s", e.text);
    arena_done(&a);
}

/* One change each; what the message must contain; the code. */
struct wrong {
    const char *name;
    void (*change)(struct mt_model *m);
    const char *expected;
    enum err_code code;
};

static const float nan_scale[] = {__builtin_nanf("")}, minus_scale[] = {-0.5F};
static const float nothing_scale[] = {0};
static const float many_scales[] = {0.1F, 0.1F, 0.1F, 0.1F};
static const int32_t far_zero[] = {128}, none_zero[] = {0, 0, 0, 0}, odd_zero[] = {0, 5, 0, 0};
static const int8_t other_data[80];

#define CHANGE(name) static void name(struct mt_model *m)

CHANGE(version)
{
    m->version = 2;
}
CHANGE(two_subgraphs)
{
    m->subgraphs = 2;
}
CHANGE(no_subgraph)
{
    m->subgraphs = 0;
}
CHANGE(two_inputs)
{
    m->input_count = 2, m->inputs[1] = T_IN;
}
CHANGE(no_output)
{
    m->output_count = 0;
}
CHANGE(output_number)
{
    m->outputs[0] = 99;
}
CHANGE(no_ops)
{
    m->op_count = 0;
}
CHANGE(unknown_op)
{
    m->ops[O_POOL].code = 13;
}
CHANGE(new_op)
{
    m->ops[O_POOL].code = 150;
}
CHANGE(custom_op)
{
    m->ops[O_POOL].code = 32, m->ops[O_POOL].custom = "My\nOp";
}
CHANGE(float_input)
{
    m->tensors[T_IN].type = MT_FLOAT32;
}
CHANGE(uint8_tensor)
{
    m->tensors[T_CONV].type = MT_UINT8;
}
CHANGE(int4_weights)
{
    m->tensors[T_W1].type = 17;
}
CHANGE(rank_5)
{
    m->tensors[T_CONV].rank = 5, m->tensors[T_CONV].dim[4] = 1;
}
CHANGE(dynamic_shape)
{
    m->tensors[T_IN].dim[1] = -1;
}
CHANGE(dynamic_width)
{
    m->tensors[T_IN].dynamic_width = true;
}
CHANGE(empty_shape)
{
    m->tensors[T_CONV].dim[2] = 0;
}
CHANGE(huge_shape)
{
    m->tensors[T_CONV].dim[1] = m->tensors[T_CONV].dim[2] = 1 << 16;
}
CHANGE(batch)
{
    m->tensors[T_IN].dim[0] = 2;
}
CHANGE(variable)
{
    m->tensors[T_CONV].variable = true;
}
CHANGE(sparse)
{
    m->tensors[T_W1].sparse = true;
}
CHANGE(no_quant)
{
    m->tensors[T_CONV].scale_count = 0;
}
CHANGE(nan_quant)
{
    m->tensors[T_CONV].scale = nan_scale;
}
CHANGE(nothing_quant) /* with a fused RELU6: 0 / 0 when the clamp is computed */
{
    m->tensors[T_DW].scale = nothing_scale;
}
CHANGE(minus_quant)
{
    m->tensors[T_CONV].scale = minus_scale;
}
CHANGE(far_quant)
{
    m->tensors[T_CONV].zero = far_zero;
}
CHANGE(channels_quant)
{
    m->tensors[T_CONV].scale = many_scales, m->tensors[T_CONV].scale_count = 4;
    m->tensors[T_CONV].zero = none_zero, m->tensors[T_CONV].zero_count = 4;
    m->tensors[T_CONV].axis = 3;
}
CHANGE(scale_count)
{
    m->tensors[T_W1].scale_count = m->tensors[T_W1].zero_count = 3;
}
CHANGE(scale_axis)
{
    m->tensors[T_W1].axis = 3;
}
CHANGE(axis_range)
{
    m->tensors[T_W1].axis = 4;
}
CHANGE(zero_count)
{
    m->tensors[T_W1].zero_count = 2;
}
CHANGE(weight_zero)
{
    m->tensors[T_W1].zero = odd_zero;
}
CHANGE(weights_size)
{
    m->tensors[T_W1].data = other_data, m->tensors[T_W1].data_bytes = 71;
}
CHANGE(weights_computed)
{
    m->tensors[T_W3].data = NULL;
}
CHANGE(bias_type)
{
    m->tensors[T_B1].type = MT_INT16, m->tensors[T_B1].data_bytes = 8;
}
CHANGE(bias_count)
{
    m->tensors[T_B1].dim[0] = 3, m->tensors[T_B1].data_bytes = 12;
}
CHANGE(stride_0)
{
    m->ops[O_CONV].fields[1].value = 0;
}
CHANGE(stride_minus)
{
    m->ops[O_DW].fields[2].value = (uint32_t)-1;
}
CHANGE(dilation)
{
    m->ops[O_CONV].fields[4].value = 2;
}
CHANGE(padding_number)
{
    m->ops[O_CONV].fields[0].value = 7;
}
CHANGE(valid_shape)
{
    m->ops[O_CONV].fields[0].value = 1;
}
CHANGE(tanh_fused)
{
    m->ops[O_CONV].fields[3].value = 4;
}
CHANGE(options_kind)
{
    m->ops[O_CONV].options_type = 2;
}
CHANGE(options_absent)
{
    m->ops[O_CONV].options_type = 0;
}
CHANGE(multiplier_2)
{
    m->ops[O_DW].fields[3].value = 2;
}
CHANGE(pool_window_0)
{
    m->ops[O_POOL].fields[4].value = 0;
}
CHANGE(pool_window_5)
{
    m->ops[O_POOL].fields[4].value = 5;
}
CHANGE(pool_quant)
{
    m->tensors[T_POOL].scale = many_scales;
}
CHANGE(channels)
{
    m->tensors[T_CONV].dim[3] = 5;
}
CHANGE(groups)
{
    m->tensors[T_W1].dim[3] = 1, m->tensors[T_W1].data_bytes = 36;
}
CHANGE(reshape_size)
{
    m->tensors[T_FLAT].dim[1] = 5;
}
CHANGE(fc_size)
{
    m->tensors[T_FC].dim[1] = 4;
}
CHANGE(softmax_scale)
{
    m->tensors[T_OUT].scale = many_scales;
}
CHANGE(softmax_beta)
{
    m->ops[O_SOFTMAX].fields[0].value = 0;
}
CHANGE(op_input_number)
{
    m->ops[O_DW].input[0] = 12;
}
CHANGE(op_input_missing)
{
    m->ops[O_DW].input[0] = -1;
}
CHANGE(op_output_number)
{
    m->ops[O_DW].output[0] = -3;
}
CHANGE(op_outputs)
{
    m->ops[O_DW].output_count = 2;
}
CHANGE(op_inputs)
{
    m->ops[O_DW].input_count = 1;
}
CHANGE(written_twice)
{
    m->ops[O_RESHAPE].output[0] = T_POOL;
}
CHANGE(read_early)
{
    struct mt_op first = m->ops[O_CONV];
    m->ops[O_CONV] = m->ops[O_DW];
    m->ops[O_DW] = first;
}
CHANGE(input_constant)
{
    m->tensors[T_IN].data = other_data, m->tensors[T_IN].data_bytes = 32;
}

static const struct wrong wrongs[] = {
    {"version", version, "version 2 of the format (have: 3)", ERR_UNSUPPORTED},
    {"two_subgraphs", two_subgraphs, "2 subgraphs are not supported", ERR_UNSUPPORTED},
    {"no_subgraph", no_subgraph, "no subgraph", ERR_FORMAT},
    {"two_inputs", two_inputs, "2 inputs are not supported (have: 1)", ERR_UNSUPPORTED},
    {"no_output", no_output, "0 outputs are not supported", ERR_UNSUPPORTED},
    {"output_number", output_number, "the output is tensor 99 of 12", ERR_FORMAT},
    {"no_ops", no_ops, "no ops", ERR_UNSUPPORTED},
    {"unknown_op", unknown_op, "op 2 LOCAL_RESPONSE_NORMALIZATION: not supported",
     ERR_UNSUPPORTED},
    {"new_op", new_op, "op 2 GELU: not supported", ERR_UNSUPPORTED},
    {"custom_op", custom_op, "op 2 My_Op: not supported", ERR_UNSUPPORTED},
    {"float_input", float_input,
     "tensor 0 \"input\": type float32 is not supported (have: int8)", ERR_UNSUPPORTED},
    {"uint8_tensor", uint8_tensor, "\"conv\": type uint8 is not supported", ERR_UNSUPPORTED},
    {"int4_weights", int4_weights, "type INT4 is not supported", ERR_UNSUPPORTED},
    {"rank_5", rank_5, "rank 5 is not supported", ERR_UNSUPPORTED},
    {"dynamic_shape", dynamic_shape, "dimension 1 is -1", ERR_UNSUPPORTED},
    {"dynamic_width", dynamic_width, "dimension 2 is dynamic", ERR_UNSUPPORTED},
    {"empty_shape", empty_shape, "dimension 2 is 0", ERR_FORMAT},
    {"huge_shape", huge_shape, "larger than 67108864 bytes", ERR_UNSUPPORTED},
    {"batch", batch, "shape 2x4x4x2 is not supported", ERR_UNSUPPORTED},
    {"variable", variable, "variables", ERR_UNSUPPORTED},
    {"sparse", sparse, "sparse storage", ERR_UNSUPPORTED},
    {"no_quant", no_quant, "int8 without quantisation", ERR_UNSUPPORTED},
    {"nan_quant", nan_quant, "scale 0 is nan", ERR_FORMAT},
    {"nothing_quant", nothing_quant, "its scale is 0", ERR_FORMAT},
    {"minus_quant", minus_quant, "its scale is -0.5", ERR_FORMAT},
    {"far_quant", far_quant, "zero point 0 is 128", ERR_FORMAT},
    {"channels_quant", channels_quant, "per-channel quantisation of an activation",
     ERR_UNSUPPORTED},
    {"scale_count", scale_count, "3 scales along axis 0", ERR_FORMAT},
    {"scale_axis", scale_axis, "4 scales along axis 3", ERR_FORMAT},
    {"axis_range", axis_range, "4 scales along axis 4", ERR_FORMAT},
    {"zero_count", zero_count, "4 scales and 2 zero points", ERR_FORMAT},
    {"weight_zero", weight_zero, "zero point 5 of weights", ERR_UNSUPPORTED},
    {"weights_size", weights_size, "holds 71 bytes, the shape needs 72", ERR_FORMAT},
    {"weights_computed", weights_computed, "weights that are not constant", ERR_UNSUPPORTED},
    {"bias_type", bias_type, "bias of type int16", ERR_UNSUPPORTED},
    {"bias_count", bias_count, "3 biases for 4 channels", ERR_FORMAT},
    {"stride_0", stride_0, "stride is 1x0", ERR_FORMAT},
    {"stride_minus", stride_minus, "stride is -1x2", ERR_FORMAT},
    {"dilation", dilation, "op 0 CONV_2D: dilation 1x2 is not supported (have: 1x1)",
     ERR_UNSUPPORTED},
    {"padding_number", padding_number, "padding number 7", ERR_FORMAT},
    {"valid_shape", valid_shape, "output is 4, stride and padding give 2", ERR_FORMAT},
    {"tanh_fused", tanh_fused, "fused activation TANH is not supported", ERR_UNSUPPORTED},
    {"options_kind", options_kind, "options are of kind 2", ERR_FORMAT},
    {"options_absent", options_absent, "options are of kind 0", ERR_FORMAT},
    {"multiplier_2", multiplier_2, "depth multiplier 2 with 4 input", ERR_FORMAT},
    {"pool_window_0", pool_window_0, "window is 0x2", ERR_FORMAT},
    {"pool_window_5", pool_window_5, "kernel 5 is larger than the padded input", ERR_FORMAT},
    {"pool_quant", pool_quant, "must be quantised alike", ERR_UNSUPPORTED},
    {"channels", channels, "does not fit 2 input and 5 output channels", ERR_FORMAT},
    {"groups", groups, "2 groups are not supported", ERR_UNSUPPORTED},
    {"reshape_size", reshape_size, "4 bytes become 5", ERR_FORMAT},
    {"fc_size", fc_size, "4 inputs and 4 outputs do not fit", ERR_FORMAT},
    {"softmax_scale", softmax_scale, "(have: 1/256, -128)", ERR_UNSUPPORTED},
    {"softmax_beta", softmax_beta, "beta 0 with input scale 0.5", ERR_UNSUPPORTED},
    {"op_input_number", op_input_number, "input 0 is tensor 12 of 12", ERR_FORMAT},
    {"op_input_missing", op_input_missing, "input 0 is tensor -1 of 12", ERR_FORMAT},
    {"op_output_number", op_output_number, "its output is tensor -3 of 12", ERR_FORMAT},
    {"op_outputs", op_outputs, "2 outputs", ERR_FORMAT},
    {"op_inputs", op_inputs, "1 inputs", ERR_FORMAT},
    {"written_twice", written_twice, "writes tensor 7, which has a value", ERR_FORMAT},
    {"read_early", read_early, "read before it is written", ERR_FORMAT},
    {"input_constant", input_constant, "a constant is not supported here", ERR_UNSUPPORTED},
};

CHANGE(f_axis)
{
    m->ops[P_CONCAT].fields[0].value = 4;
}
CHANGE(f_concat_quant)
{
    m->tensors[F_LEAKY].scale = many_scales;
}
CHANGE(f_concat_size)
{
    m->ops[P_CONCAT].input_count = 2;
}
CHANGE(f_concat_five)
{
    m->ops[P_CONCAT].input_count = 5;
}
CHANGE(f_gate_scale)
{
    m->tensors[F_GATE].scale = many_scales;
}
CHANGE(f_resize_sizes)
{
    m->tensors[F_BIG].dim[1] = 7;
}
CHANGE(f_resize_computed)
{
    m->tensors[F_SIZES].data = NULL;
}
CHANGE(f_repeat)
{
    m->tensors[F_ADDEND].dim[1] = 3, m->tensors[F_ADDEND].data_bytes = 3;
}
CHANGE(f_both_constant)
{
    m->ops[P_ADD].input[1] = F_FACTOR;
}
CHANGE(f_alpha)
{
    m->ops[P_LEAKY].fields[0].value = 0x7fc00000;
}
CHANGE(f_alpha_large)
{
    m->ops[P_LEAKY].fields[0].value = 0x43800000;
}
CHANGE(f_relu_shape)
{
    m->tensors[F_RELU].dim[3] = 3;
}
CHANGE(f_axes_far)
{
    m->tensors[F_MEAN].rank = 2;
}

static const struct wrong wrong_functions[] = {
    {"axis", f_axis, "op 7 CONCATENATION: axis 4 of a tensor of rank 4", ERR_FORMAT},
    {"concat_quant", f_concat_quant, "must be quantised like the output", ERR_UNSUPPORTED},
    {"concat_size", f_concat_size, "4 along axis 3 become 6", ERR_FORMAT},
    {"concat_five", f_concat_five, "5 inputs (have: 1 to 4)", ERR_FORMAT},
    {"gate_scale", f_gate_scale, "op 3 LOGISTIC: tensor 5", ERR_UNSUPPORTED},
    {"resize_sizes", f_resize_sizes, "its sizes are not those of its output", ERR_FORMAT},
    {"resize_computed", f_resize_computed, "sizes computed at run time", ERR_UNSUPPORTED},
    {"repeat", f_repeat, "shapes 1x8x8x6 and 1x3 are not supported", ERR_UNSUPPORTED},
    {"both_constant", f_both_constant, "a constant is not supported here", ERR_UNSUPPORTED},
    {"alpha", f_alpha, "alpha is nan", ERR_FORMAT},
    {"alpha_large", f_alpha_large, "(have: below 128)", ERR_UNSUPPORTED},
    {"relu_shape", f_relu_shape, "op 0 RELU: input and output differ in shape", ERR_FORMAT},
    {"mean_shape", f_axes_far, "1 outputs, the axes leave 2", ERR_FORMAT},
};

static void refuse(const struct wrong *list, size_t count, void (*make)(struct mt_model *m))
{
    for (size_t i = 0; i < count; i++) {
        const struct wrong *w = &list[i];
        struct arena a = {0};
        struct graph g;
        struct err e = {0};
        struct mt_model m;
        make(&m);
        w->change(&m);
        if (read_model(&m, &a, &g, &e)) fail_msg("%s: accepted", w->name);
        if (!strstr(e.text, w->expected))
            fail_msg("%s: \"%s\" does not say \"%s\"", w->name, e.text, w->expected);
        if (e.code != w->code) fail_msg("%s: code %s", w->name, err_name(e.code));
        assert_non_null(strstr(e.text, "dir/case.tflite"));
        arena_done(&a);
    }
}

static void wrong_files_are_refused(void **state)
{
    (void)state;
    refuse(wrongs, sizeof wrongs / sizeof *wrongs, make_sound);
    refuse(wrong_functions, sizeof wrong_functions / sizeof *wrong_functions, make_functions);
}

static void functions_are_read(void **state)
{
    (void)state;
    struct arena a = {0};
    struct graph g;
    struct err e = {0};
    struct mt_model m;
    make_functions(&m);
    if (!read_model(&m, &a, &g, &e)) fail_msg("%s", e.text);
    assert_int_equal(g.ops[P_MUL].input[0], F_SWISH); /* what repeats goes second */
    assert_int_equal(g.ops[P_MUL].input[1], F_GATE);
    assert_int_equal(g.ops[P_ADD].input[1], F_ADDEND);
    assert_int_equal(g.ops[P_CONCAT].axis, 3);
    assert_int_equal(g.ops[P_CONCAT].input_count, 3);
    assert_true(g.ops[P_LEAKY].alpha == 0.2F);
    assert_int_equal(g.ops[P_RELU6].clamp_max, 12);
    assert_true(g.ops[P_RESIZE].half_pixel_centers);
    arena_done(&a);
}

static void all_problems_are_told_at_once(void **state)
{
    (void)state;
    struct arena a = {0};
    struct graph g;
    struct err e = {0};
    struct mt_model m;
    make_sound(&m);
    dilation(&m);
    unknown_op(&m);
    softmax_scale(&m);
    m.ops[O_DW].fields[4].value = 4;
    assert_false(read_model(&m, &a, &g, &e));
    assert_non_null(strstr(e.text, "4 problems:"));
    assert_non_null(strstr(e.text, "op 0 CONV_2D: dilation"));
    assert_non_null(strstr(e.text, "op 1 DEPTHWISE_CONV_2D: fused activation TANH"));
    assert_non_null(strstr(e.text, "op 2 LOCAL_RESPONSE_NORMALIZATION"));
    assert_non_null(strstr(e.text, "op 5 SOFTMAX: tensor 11"));
    assert_non_null(strstr(e.text, "supported ops: ADD AVERAGE_POOL_2D"));
    assert_null(strstr(e.text, "before it is written")); /* would only repeat op 2 */
    arena_done(&a);
}

static void unused_tensors_may_be_anything(void **state)
{
    (void)state;
    struct arena a = {0};
    struct graph g;
    struct err e = {0};
    struct mt_model m;
    make_sound(&m);
    m.tensors[m.tensor_count++] =
        (struct mt_tensor){.name = "conv", .type = 5, .rank = 5, .dim = {-7}};
    if (!read_model(&m, &a, &g, &e)) fail_msg("%s", e.text);
    assert_string_equal(g.tensors[T_CONV].name, "conv");
    assert_string_equal(g.tensors[12].name, "conv~12"); /* names are unique */
    arena_done(&a);
}

static void cut_files_are_refused(void **state)
{
    (void)state;
    struct buf b = {0};
    struct mt_model m;
    make_sound(&m);
    make_tflite(&m, &b);
    /* The last bytes are alignment, perhaps. */
    for (size_t len = 0; len + 16 < b.len; len++) {
        struct arena a = {0};
        struct graph g;
        struct err e = {0};
        unsigned char *copy = malloc(len + 1); /* exactly: ASan sees each byte too many */
        assert_non_null(copy);
        unsigned char *exact = realloc(copy, len ? len : 1);
        memcpy(exact, b.data, len);
        if (tflite_read_bytes(exact, len, "cut", &a, &g, &e)) fail_msg("%zu bytes read", len);
        assert_int_equal(e.code, ERR_FORMAT);
        free(exact);
        arena_done(&a);
    }
    buf_done(&b);
}

/* Each byte replaced by two others: refused or read as something sound; then it also runs.
 */
static void change_bytes(void (*make)(struct mt_model *m))
{
    struct buf b = {0};
    struct mt_model m;
    int read = 0, refused = 0;
    make(&m);
    make_tflite(&m, &b);
    const unsigned char values[] = {0x01, 0xff};
    for (size_t at = 0; at < b.len; at++) {
        const char old = b.data[at];
        for (size_t v = 0; v < sizeof values; v++) {
            struct arena a = {0};
            struct graph g;
            struct err e = {0};
            b.data[at] = (char)values[v];
            if (tflite_read_bytes(b.data, b.len, "changed", &a, &g, &e)) {
                struct oracle_result r;
                void *input;
                read++;
                assert_true(oracle_input(&g, "lcg", &a, &input, &e));
                assert_true(oracle_run(&g, input, &a, &r, &e));
            } else {
                refused++;
                assert_true(e.text[0] != 0);
            }
            arena_done(&a);
        }
        b.data[at] = old;
    }
    assert_true(read > 100 && refused > 100);
    buf_done(&b);
}

static void changed_files_never_crash(void **state)
{
    (void)state;
    change_bytes(make_sound);
    change_bytes(make_functions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_file_is_read),
        cmocka_unit_test(functions_are_read),
        cmocka_unit_test(wrong_files_are_refused),
        cmocka_unit_test(all_problems_are_told_at_once),
        cmocka_unit_test(unused_tensors_may_be_anything),
        cmocka_unit_test(cut_files_are_refused),
        cmocka_unit_test(changed_files_never_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
