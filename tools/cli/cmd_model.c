/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope model build NAME: a network of the zoo as a .tflite with seeded weights. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "models/build.h"
#include "models/zoo.h"
#include "tools/base/buf.h"
#include "tools/cli/cli.h"

static bool run(struct cli *c, struct err *e)
{
    uint64_t seed;
    char number[BUF_COMMAS];
    if (strcmp(c->argument[0], "build") != 0)
        return err_set(e, ERR_USAGE, "model %s: the only thing to do is 'build'",
                       c->argument[0]);
    if (!cli_number(c, "seed", MODEL_SEED, &seed, e)) return false;
    struct zoo_net *net = zoo_load(c->argument[1], e);
    if (!net) return false;
    const char *out =
        cli_has(c, "out") ? cli_get(c, "out") : arena_printf(&c->arena, "%s.tflite", net->name);
    bool ok = model_build(net, seed, out, e);
    if (ok) {
        printf("%s: %s, ", out, net->title);
        printf("%s MACs, ", buf_commas(number, (int64_t)net->macs));
        printf("%s parameters, seed %" PRIu64 " (untrained weights)\n",
               buf_commas(number, (int64_t)net->params), seed);
    }
    zoo_free(net);
    return ok;
}

const struct cli_command cmd_model = {
    .name = "model",
    .group = "look things up",
    .arguments = "build NAME",
    .min_arguments = 2,
    .max_arguments = 2,
    .summary = "write a network of the zoo as .tflite, with seeded (untrained) weights",
    .example = "mcuscope model build mcunet-vww1 -o vww1.tflite",
    .options = (const struct cli_option[]){{"seed", "N", "of the weights (default 1)"},
                                           {"out", "FILE", "the .tflite (default NAME.tflite)"},
                                           {0}},
    .run = run,
};
