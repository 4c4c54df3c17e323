/* SPDX-License-Identifier: 0BSD
 * Generated from tiny (8f04473c0734ed4f98a14ec007ccf445181538dc2050ae710b529e669c0ad039), schedule tinyengine. */
#include "model.h"

#include "ref.h"
#include "kernels.h"
#include "weights.h"

__attribute__((section(".bss.model_arena"), aligned(32)))
int8_t model_arena[MODEL_ARENA_BYTES];

void layer_000_conv_2d(void);
void layer_001_depthwise_conv_2d(void);
void layer_002_conv_2d(void);
void layer_003_conv_2d(void);
void layer_004_depthwise_conv_2d(void);
void layer_005_conv_2d(void);
void layer_006_add(void);
void layer_007_conv_2d(void);
void layer_008_depthwise_conv_2d(void);
void layer_009_conv_2d(void);
void layer_010_conv_2d(void);
void layer_011_depthwise_conv_2d(void);
void layer_012_conv_2d(void);
void layer_013_add(void);
void layer_014_average_pool_2d(void);
void layer_015_conv_2d(void);

/* op 1 CONV_2D: 1x12x12x3 -> 1x6x6x8, conv_kxk */
__attribute__((noinline)) void layer_000_conv_2d(void)
{
    static const struct conv_table t = {
        .weights = layer_000_weights, .bias = layer_000_bias,
        .multiplier = layer_000_multiplier, .shift = layer_000_shift,
        .pairs = 16, .out_c = 8, .output_zero = -128, .clamp_min = -128, .clamp_max = 127,
    };
    const struct conv_image m = {
        .in_h = 12, .in_w = 12, .in_c = 3, .out_h = 6, .out_w = 6,
        .kernel_h = 3, .kernel_w = 3, .stride_h = 2, .stride_w = 2,
        .pad_top = 1, .pad_left = 1, .input_zero = -1,
    };
    conv_kxk(&t, m, 12, &model_arena[784], (uint32_t *)&model_arena[0], &model_arena[1456], conv_multiply_relu);
}

/* op 3 DEPTHWISE_CONV_2D: 1x6x6x8 -> 1x6x6x8, depthwise, in place */
__attribute__((noinline)) void layer_001_depthwise_conv_2d(void)
{
    const struct depthwise_shape s = {
        .in_h = 6, .in_w = 6, .channels = 8, .out_h = 6, .out_w = 6,
        .kernel = 3, .stride = 1, .pad_top = 1, .pad_left = 1,
        .strip_rows = 6, .across = 2,
        .input_zero = -128, .output_zero = -128, .clamp_min = -128, .clamp_max = 127,
    };
    const struct depthwise_table t = {
        .weights = layer_001_weights, .bias = layer_001_bias,
        .multiplier = layer_001_multiplier, .shift = layer_001_shift,
    };
    depthwise(s, t, &model_arena[1456], (int16_t *)&model_arena[0], &model_arena[1456]);
}

/* op 4 CONV_2D: 1x6x6x8 -> 1x6x6x8, conv_1x1 */
__attribute__((noinline)) void layer_002_conv_2d(void)
{
    static const struct conv_table t = {
        .weights = layer_002_weights, .bias = layer_002_bias,
        .multiplier = layer_002_multiplier, .shift = layer_002_shift,
        .pairs = 4, .out_c = 8, .output_zero = 0, .clamp_min = -128, .clamp_max = 127,
    };
    conv_1x1_plain(&t, 8, 36, 36, &model_arena[1456], (uint32_t *)&model_arena[0], &model_arena[1168]);
}

/* op 5 CONV_2D: 1x6x6x8 -> 1x6x6x24, conv_1x1 */
__attribute__((noinline)) void layer_003_conv_2d(void)
{
    static const struct conv_table t = {
        .weights = layer_003_weights, .bias = layer_003_bias,
        .multiplier = layer_003_multiplier, .shift = layer_003_shift,
        .pairs = 4, .out_c = 24, .output_zero = -128, .clamp_min = -128, .clamp_max = 127,
    };
    conv_1x1_relu(&t, 8, 36, 4, &model_arena[1168], (uint32_t *)&model_arena[0], &model_arena[304]);
}

/* op 7 DEPTHWISE_CONV_2D: 1x6x6x24 -> 1x6x6x24, depthwise, in place */
__attribute__((noinline)) void layer_004_depthwise_conv_2d(void)
{
    const struct depthwise_shape s = {
        .in_h = 6, .in_w = 6, .channels = 24, .out_h = 6, .out_w = 6,
        .kernel = 3, .stride = 1, .pad_top = 1, .pad_left = 1,
        .strip_rows = 2, .across = 2,
        .input_zero = -128, .output_zero = -128, .clamp_min = -128, .clamp_max = 127,
    };
    const struct depthwise_table t = {
        .weights = layer_004_weights, .bias = layer_004_bias,
        .multiplier = layer_004_multiplier, .shift = layer_004_shift,
    };
    depthwise(s, t, &model_arena[304], (int16_t *)&model_arena[0], &model_arena[304]);
}

/* op 8 CONV_2D: 1x6x6x24 -> 1x6x6x8, conv_1x1 */
__attribute__((noinline)) void layer_005_conv_2d(void)
{
    static const struct conv_table t = {
        .weights = layer_005_weights, .bias = layer_005_bias,
        .multiplier = layer_005_multiplier, .shift = layer_005_shift,
        .pairs = 12, .out_c = 8, .output_zero = 14, .clamp_min = -128, .clamp_max = 127,
    };
    conv_1x1_plain(&t, 24, 36, 4, &model_arena[304], (uint32_t *)&model_arena[0], &model_arena[1456]);
}

/* op 9 ADD: 1x6x6x8 -> 1x6x6x8, add */
__attribute__((noinline)) void layer_006_add(void)
{
    const struct add_side a = {.zero = 14, .multiplier = 1073741824, .shift = 0};
    const struct add_side b = {.zero = 0, .multiplier = 1887476390, .shift = -1};
    const struct dsp_requant q = dsp_requant((int32_t)(2 * UINT32_C(1574046089)), 19, -18);
    add(288, a, b, q, -128, 127, &model_arena[1456], &model_arena[1168], &model_arena[512]);
}

/* op 10 CONV_2D: 1x6x6x8 -> 1x6x6x24, conv_1x1 */
__attribute__((noinline)) void layer_007_conv_2d(void)
{
    static const struct conv_table t = {
        .weights = layer_007_weights, .bias = layer_007_bias,
        .multiplier = layer_007_multiplier, .shift = layer_007_shift,
        .pairs = 4, .out_c = 24, .output_zero = -128, .clamp_min = -128, .clamp_max = 127,
    };
    conv_1x1_relu(&t, 8, 36, 32, &model_arena[512], (uint32_t *)&model_arena[0], &model_arena[800]);
}

/* op 12 DEPTHWISE_CONV_2D: 1x6x6x24 -> 1x3x3x24, depthwise, in place */
__attribute__((noinline)) void layer_008_depthwise_conv_2d(void)
{
    const struct depthwise_shape s = {
        .in_h = 6, .in_w = 6, .channels = 24, .out_h = 3, .out_w = 3,
        .kernel = 5, .stride = 2, .pad_top = 2, .pad_left = 2,
        .strip_rows = 2, .across = 4,
        .input_zero = -128, .output_zero = -128, .clamp_min = -128, .clamp_max = 127,
    };
    const struct depthwise_table t = {
        .weights = layer_008_weights, .bias = layer_008_bias,
        .multiplier = layer_008_multiplier, .shift = layer_008_shift,
    };
    depthwise(s, t, &model_arena[800], (int16_t *)&model_arena[0], &model_arena[800]);
}

/* op 13 CONV_2D: 1x3x3x24 -> 1x3x3x16, conv_1x1 */
__attribute__((noinline)) void layer_009_conv_2d(void)
{
    static const struct conv_table t = {
        .weights = layer_009_weights, .bias = layer_009_bias,
        .multiplier = layer_009_multiplier, .shift = layer_009_shift,
        .pairs = 12, .out_c = 16, .output_zero = -10, .clamp_min = -128, .clamp_max = 127,
    };
    conv_1x1_plain(&t, 24, 9, 9, &model_arena[800], (uint32_t *)&model_arena[0], &model_arena[1056]);
}

/* op 14 CONV_2D: 1x3x3x16 -> 1x3x3x32, conv_1x1 */
__attribute__((noinline)) void layer_010_conv_2d(void)
{
    static const struct conv_table t = {
        .weights = layer_010_weights, .bias = layer_010_bias,
        .multiplier = layer_010_multiplier, .shift = layer_010_shift,
        .pairs = 8, .out_c = 32, .output_zero = -128, .clamp_min = -128, .clamp_max = 127,
    };
    conv_1x1_relu(&t, 16, 9, 9, &model_arena[1056], (uint32_t *)&model_arena[0], &model_arena[768]);
}

/* op 16 DEPTHWISE_CONV_2D: 1x3x3x32 -> 1x3x3x32, depthwise, in place */
__attribute__((noinline)) void layer_011_depthwise_conv_2d(void)
{
    const struct depthwise_shape s = {
        .in_h = 3, .in_w = 3, .channels = 32, .out_h = 3, .out_w = 3,
        .kernel = 7, .stride = 1, .pad_top = 3, .pad_left = 3,
        .strip_rows = 3, .across = 4,
        .input_zero = -128, .output_zero = -128, .clamp_min = -128, .clamp_max = 127,
    };
    const struct depthwise_table t = {
        .weights = layer_011_weights, .bias = layer_011_bias,
        .multiplier = layer_011_multiplier, .shift = layer_011_shift,
    };
    depthwise(s, t, &model_arena[768], (int16_t *)&model_arena[0], &model_arena[768]);
}

/* op 17 CONV_2D: 1x3x3x32 -> 1x3x3x16, conv_1x1 */
__attribute__((noinline)) void layer_012_conv_2d(void)
{
    static const struct conv_table t = {
        .weights = layer_012_weights, .bias = layer_012_bias,
        .multiplier = layer_012_multiplier, .shift = layer_012_shift,
        .pairs = 16, .out_c = 16, .output_zero = 10, .clamp_min = -128, .clamp_max = 127,
    };
    conv_1x1_plain(&t, 32, 9, 9, &model_arena[768], (uint32_t *)&model_arena[0], &model_arena[576]);
}

/* op 18 ADD: 1x3x3x16 -> 1x3x3x16, add */
__attribute__((noinline)) void layer_013_add(void)
{
    const struct add_side a = {.zero = 10, .multiplier = 1670032947, .shift = -1};
    const struct add_side b = {.zero = -10, .multiplier = 1073741824, .shift = 0};
    const struct dsp_requant q = dsp_requant((int32_t)(2 * UINT32_C(2059546112)), 19, 8);
    add(144, a, b, q, -128, 127, &model_arena[576], &model_arena[1056], &model_arena[0]);
}

/* op 19 AVERAGE_POOL_2D: 1x3x3x16 -> 1x1x1x16 */
__attribute__((noinline)) void layer_014_average_pool_2d(void)
{
    static const struct ref_pool p = {
        .win = { .in_h = 3, .in_w = 3, .in_c = 16, .out_h = 1, .out_w = 1, .out_c = 16,
                 .kernel_h = 3, .kernel_w = 3, .stride_h = 1, .stride_w = 1, .pad_top = 0, .pad_left = 0,},
        .clamp_min = -128, .clamp_max = 127,
    };
    ref_average_pool_2d(&p, &model_arena[0], &model_arena[144]);
}

/* op 20 CONV_2D: 1x1x1x16 -> 1x1x1x4, conv_1x1 */
__attribute__((noinline)) void layer_015_conv_2d(void)
{
    static const struct conv_table t = {
        .weights = layer_015_weights, .bias = layer_015_bias,
        .multiplier = layer_015_multiplier, .shift = layer_015_shift,
        .pairs = 8, .out_c = 4, .output_zero = -1, .clamp_min = -128, .clamp_max = 127,
    };
    conv_1x1_plain(&t, 16, 1, 1, &model_arena[144], (uint32_t *)&model_arena[0], &model_arena[32]);
}

void model_invoke(void)
{
    layer_000_conv_2d();
    layer_001_depthwise_conv_2d();
    layer_002_conv_2d();
    layer_003_conv_2d();
    layer_004_depthwise_conv_2d();
    layer_005_conv_2d();
    layer_006_add();
    layer_007_conv_2d();
    layer_008_depthwise_conv_2d();
    layer_009_conv_2d();
    layer_010_conv_2d();
    layer_011_depthwise_conv_2d();
    layer_012_conv_2d();
    layer_013_add();
    layer_014_average_pool_2d();
    layer_015_conv_2d();
}

void *model_input(void)
{
    return &model_arena[784];
}

void *model_output(void)
{
    return &model_arena[32];
}
