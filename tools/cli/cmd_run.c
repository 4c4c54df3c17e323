/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope run IMAGE: any firmware on a virtual board: what it printed, how it ended, where the
 * cycles went. A run that ends badly still gives its report, then the error and exit code 3. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/gdb/server.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"
#include "tools/cli/consoles.h"
#include "tools/cli/output.h"
#include "tools/cli/simulate.h"
#include "tools/cli/tracing.h"

static bool show(struct cli *c, const struct board *b, const struct sim_stop *stop,
                 const struct profile *p, struct err *e)
{
    struct report report;
    const struct report *list = &report;
    struct json *profile = profile_json(p);
    char *model = file_stem(&c->arena, c->argument[0]);
    struct join_inputs in = {
        .profile = profile,
        .model_name = model,
        .schedule = "-",
        .invoke_symbol = cli_get(c, "invoke"),
        .reproducible = cli_has(c, "reproducible"),
    };
    simulate_join(&in, b, stop, p, &c->arena);
    const char *kept = cli_get(c, "profile");
    bool ok = (!kept || json_save(profile, kept, e)) && report_join(&in, &report, e);
    if (ok) {
        ok = output_reports(c, &list, 1, NULL, e);
        report_done(&report);
    }
    json_free(profile);
    return ok;
}

/* What the display shows at the end, as a portable pixmap. */
static bool save_display(const struct cli *c, struct sim *s, struct err *e)
{
    struct sim_picture p;
    const char *path = cli_get(c, "framebuffer");
    if (!path) return true;
    if (!sim_display(s, &p)) {
        fprintf(stderr, "mcuscope: warning: %s is not written: no display is on\n", path);
        return true;
    }
    struct buf b = {0};
    buf_printf(&b, "P6\n%" PRIu32 " %" PRIu32 "\n255\n", p.width, p.height);
    buf_add(&b, p.rgb, (size_t)p.width * p.height * 3);
    bool ok = file_save(path, b.data, b.len, e);
    buf_done(&b);
    free(p.rgb);
    return ok;
}

/* NAME or NAME:FILE */
static void plug_camera(struct cli *c, struct sim_options *o)
{
    if (!cli_has(c, "camera")) return;
    char *name = arena_str(&c->arena, cli_get(c, "camera")), *file = strchr(name, ':');
    if (file) *file++ = 0;
    o->camera = name;
    o->camera_picture = file;
}

static bool run(struct cli *c, struct err *e)
{
    struct sim_options o = {0};
    struct sim *s = NULL;
    struct sim_stop stop;
    struct bytes input = {0};
    struct tracing t = {0};
    struct consoles consoles = {0};
    struct err ignored;
    bool ok = false;
    if (!cli_has(c, "board"))
        return err_set(e, ERR_USAGE, "--board is needed; mcuscope list boards");
    const char *files = cli_get(c, "semihosting-dir");
    static const char *const written[] = {"profile", "framebuffer"};
    if (!output_check(c, e) || !cli_may_write(c, written, 2, e)) return false;
    if (files && !file_is_folder(files))
        return err_set(e, ERR_USAGE, "--semihosting-dir %s: not a folder", files);
    struct board *b = board_load(cli_get(c, "board"), e);
    if (!b) return false;
    if (!simulate_options(c, &o, e) || !simulate_gdb(c, &o, e)) goto done;
    if (cli_has(c, "input") && !file_load(cli_get(c, "input"), 0, &input, e)) goto done;
    simulate_layers(c, cli_get(c, "invoke"), &o);
    o.board = b;
    if (!tracing_options(c, &t, &o, e) || !consoles_open(&consoles, c, output_stream(c), &o, e))
        goto done;
    o.console_in = input.data;
    o.console_in_bytes = input.len;
    plug_camera(c, &o);
    o.semihosting_dir = files;
    if (!simulate(&o, c->argument[0], &s, &stop, e)) goto done;
    simulate_say_layers(sim_profile(s));
    ok = consoles_close(&consoles, e) && show(c, b, &stop, sim_profile(s), e) &&
         tracing_write(c, sim_profile(s), e);
    if (ok) ok = save_display(c, s, e);
    if (ok && stop.cause != SIM_EXIT) ok = simulate_failed(&stop, e);
done:
    ok = tracing_done(&t, s ? sim_profile(s) : NULL, ok, e);
    consoles_close(&consoles, &ignored);
    sim_free(s);
    gdb_free(o.gdb);
    free(input.data);
    board_free(b);
    return ok;
}

const struct cli_command cmd_run = {
    .name = "run",
    .group = "one stage at a time",
    .arguments = "IMAGE",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "run any firmware (ELF, HEX or binary) on a virtual board and profile it",
    .example = "mcuscope run fw.elf --board stm32f746g-disco --json report.json",
    .options =
        (const struct cli_option[]){
            {"board", "NAME", "the board (mcuscope list boards), or a board JSON file"},
            SIMULATE_OPTIONS,
            SIMULATE_LAYERS,
            SIMULATE_GDB,
            CONSOLES_OPTIONS,
            TRACING_OPTIONS,
            {"invoke", "SYMBOL",
             "the function that is one inference (default: as --layers tells,\nelse "
             "model_invoke)"},
            {"camera", "NAME[:FILE]",
             "plug in one of the board's cameras (mcuscope board); it sees a PPM, one that\n"
             "sends JPEG such a file, without one bars of colour"},
            {"framebuffer", "FILE", "write what the display shows at the end, as PPM"},
            {"input", "FILE", "what the firmware reads from its semihosting console"},
            {"semihosting-dir", "DIR",
             "allow semihosting file calls below DIR (default: refused)"},
            {"profile", "FILE", "write all that the simulator saw as JSON"},
            OUTPUT_OPTIONS,
            {0}},
    .run = run,
};
