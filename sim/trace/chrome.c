/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Chrome's trace events (JSON array form with metadata), which Perfetto and chrome://tracing
 * open. B and E events nest on each track; what was open before the window, or is entered after
 * it, is left out with its end. ts is in microseconds, args.cycle says the same in cycles.
 */
#include <inttypes.h>

#include "sim/exception.h"
#include "sim/trace/chronicle.h"

static void string(FILE *f, const char *text)
{
    fputc('"', f);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '"' || *p == '\\')
            fprintf(f, "\\%c", *p);
        else if (*p < 32 || *p >= 127)
            fprintf(f, "\\u%04x", *p);
        else
            fputc(*p, f);
    }
    fputc('"', f);
}

static void track_name(FILE *f, unsigned track)
{
    fprintf(
        f, ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"args\":{\"name\":",
        track);
    if (track == TRACK_LAYERS)
        fputs("\"layers\"", f);
    else if (track == TRACK_EXCEPTIONS)
        fputs("\"exceptions\"", f);
    else if (track == TRACK_SLEEP)
        fputs("\"sleep\"", f);
    else
        fprintf(f, "\"functions, stack %u\"", track - TRACK_THREADS);
    fprintf(f,
            "}},\n{\"name\":\"thread_sort_index\",\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"args\":"
            "{\"sort_index\":%u}}",
            track, track);
}

/* layer: its number, from 1, as in the VCD; 0: none. */
static void event(struct chronicle *c, char phase, unsigned track, const char *name,
                  uint32_t layer)
{
    FILE *f = c->chrome.file;
    uint64_t ns = chronicle_ns(c);
    if (!c->named[track]) track_name(f, track);
    c->named[track] = true;
    fprintf(f, ",\n{\"ph\":\"%c\",\"pid\":1,\"tid\":%u,\"ts\":%" PRIu64 ".%03u", phase, track,
            ns / 1000, (unsigned)(ns % 1000));
    if (name) {
        fputs(",\"name\":", f);
        string(f, name);
    }
    fprintf(f, ",\"args\":{\"cycle\":%" PRIu64, *c->now);
    if (layer) fprintf(f, ",\"layer\":%" PRIu32, layer);
    fputs("}}", f);
}

static void begin(struct chronicle *c)
{
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
          "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"args\":{\"name\":\"firmware\"}}",
          c->chrome.file);
}

static void open_event(struct chronicle *c, unsigned track, const char *name, uint32_t layer)
{
    if (c->open && chronicle_may(c, &c->chrome)) {
        event(c, 'B', track, name, layer);
        c->shown[track]++;
    } else {
        c->hidden[track]++; /* before the window: below all that is shown; after it: nothing is
                             */
    }
}

static void close_event(struct chronicle *c, unsigned track)
{
    if (c->shown[track]) {
        event(c, 'E', track, NULL, 0);
        c->shown[track]--;
    } else if (c->hidden[track]) {
        c->hidden[track]--;
    }
}

static void happens(struct chronicle *c, const struct happening *h)
{
    char name[16];
    switch (h->kind) {
    case HAPPENS_LAYER:
        c->layer_number = h->value;
        if (c->layer_name) close_event(c, TRACK_LAYERS);
        if (h->name) open_event(c, TRACK_LAYERS, h->name, h->value);
        c->layer_name = h->name;
        return;
    case HAPPENS_ENTER:
        open_event(c, h->track, h->name, 0);
        return;
    case HAPPENS_LEAVE:
        close_event(c, h->track);
        return;
    case HAPPENS_EXCEPTION:
        open_event(c, TRACK_EXCEPTIONS, exception_name(h->value, name), 0);
        return;
    case HAPPENS_RETURN:
        close_event(c, TRACK_EXCEPTIONS);
        return;
    case HAPPENS_SLEEP:
        if (h->value)
            open_event(c, TRACK_SLEEP, "asleep", 0);
        else
            close_event(c, TRACK_SLEEP);
        return;
    case HAPPENS_STACK:
    case HAPPENS_OUTPUT:
        return;
    }
}

/* What is open ends here; it is not met again. */
static void end(struct chronicle *c)
{
    c->chrome.ended = true;
    for (unsigned track = 0; track < TRACK_MAX; track++)
        while (c->shown[track]) {
            close_event(c, track);
            c->hidden[track]++;
        }
    fprintf(c->chrome.file, "\n],\"otherData\":{\"cut\":%s}}\n",
            c->chrome.cut ? "\"the limit of events was reached\"" : "\"no\"");
}

const struct timeline timeline_chrome = {begin, happens, end};
