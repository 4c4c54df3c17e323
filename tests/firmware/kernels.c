/* SPDX-License-Identifier: 0BSD
 * Inferences in the manner of two runtimes, with the names that theirs have: a graph that calls
 * the kernel of each node through a table (and other things between them), and a run that comes
 * to its layers' forward functions through a loop of its own. */
#include "fw.h"

volatile uint32_t sink;

__attribute__((noinline)) static void work(uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        sink = sink * 31 + i;
}

/* ---- TensorFlow Lite for Microcontrollers ---- */

#define CONV   "_ZN6tflite12_GLOBAL__N_18ConvEvalEP13TfLiteContextP10TfLiteNode"
#define POOL   "_ZN6tflite12_GLOBAL__N_111AverageEvalEP13TfLiteContextP10TfLiteNode"
#define BRANCH "_ZN6tflite12_GLOBAL__N_16IfEvalEP13TfLiteContextP10TfLiteNode"
#define INVOKE "_ZN6tflite16MicroInterpreter6InvokeEv"
#define GRAPH  "_ZN6tflite21MicroInterpreterGraph14InvokeSubgraphEi"

void conv_eval(uint32_t n) __asm__(CONV);
void pool_eval(uint32_t n) __asm__(POOL);
void if_eval(uint32_t n) __asm__(BRANCH);
void invoke_subgraph(uint32_t times, uint32_t graph) __asm__(GRAPH);
void interpreter_invoke(uint32_t times) __asm__(INVOKE);
void reset_temp(void) __asm__("_ZN6tflite14MicroAllocator20ResetTempAllocationsEv");

__attribute__((noinline)) void conv_eval(uint32_t n)
{
    work(n * 20);
    sink++;
}

__attribute__((noinline)) void pool_eval(uint32_t n)
{
    work(n * 3);
    sink++;
}

__attribute__((noinline)) void reset_temp(void)
{
    sink++;
}

__attribute__((noinline)) void if_eval(uint32_t n) /* runs one of its subgraphs */
{
    invoke_subgraph(n, 1);
    sink++;
}

static void (*const volatile nodes[2][5])(uint32_t) = {
    {conv_eval, conv_eval, if_eval, pool_eval, conv_eval}, {conv_eval}};

__attribute__((noinline)) void invoke_subgraph(uint32_t times, uint32_t graph)
{
    for (uint32_t i = 0; i < 5 && nodes[graph][i]; i++) {
        nodes[graph][i](i + times);
        reset_temp();
    }
}

__attribute__((noinline)) void interpreter_invoke(uint32_t times)
{
    invoke_subgraph(times, 0);
    sink++;
}

/* ---- ST Edge AI ---- */

__attribute__((noinline)) void forward_lite_core(void)
{
    work(15);
    sink++;
}

__attribute__((noinline)) void forward_conv2d(void)
{
    forward_lite_core();
    sink++;
}

__attribute__((noinline)) void forward_dense(void)
{
    work(5);
    sink++;
}

static void (*const volatile layers[3])(void) = {forward_conv2d, forward_dense, forward_conv2d};

__attribute__((noinline)) void layers_forward_all(void)
{
    for (int i = 0; i < 3; i++)
        layers[i]();
}

__attribute__((noinline)) void ai_platform_network_process(void)
{
    work(2);
    layers_forward_all();
    sink++;
}

int main(void)
{
    forward_dense(); /* in no inference */
    interpreter_invoke(1);
    ai_platform_network_process();
    interpreter_invoke(2);
    ai_platform_network_process();
    print("done\n");
    return 0;
}
