/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sensors are registers behind an 8-bit index (SCCB). Of what they set only the size is looked
 * at. OV2640: bank 1 is the sensor, bank 0 the DSP, whose ZMOW, ZMOH, ZMHH are quarters of the
 * output's size. OV9655: VGA, halved as often as POIDH says.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/host/camera_state.h"
#include "sim/periph/pixel.h"
#include "sim/state.h"
#include "tools/base/arena.h"
#include "tools/base/json.h"

enum { FRAMES_HZ = 30, SIDE_MAX = 1600, PICTURE_BYTES_MAX = 64 << 20 };

static void reset_ov2640(uint8_t regs[2][256])
{
    static const uint8_t identity[][2] = {
        {0x0a, 0x26}, {0x0b, 0x42}, {0x1c, 0x7f}, {0x1d, 0xa2}};
    for (size_t i = 0; i < sizeof identity / sizeof *identity; i++)
        regs[1][identity[i][0]] = identity[i][1];
    regs[0][0x5a] = 1600 / 4 & 0xff;
    regs[0][0x5b] = 1200 / 4 & 0xff;
    regs[0][0x5c] = 1 << 2 | 1;
}

static void size_ov2640(const uint8_t regs[2][256], uint32_t *width, uint32_t *height)
{
    const uint8_t *dsp = regs[0];
    *width = (dsp[0x5a] | (dsp[0x5c] & 3U) << 8) * 4;
    *height = (dsp[0x5b] | (dsp[0x5c] >> 2 & 1U) << 8) * 4;
}

static void reset_ov9655(uint8_t regs[2][256])
{
    static const uint8_t identity[][2] = {
        {0x0a, 0x96}, {0x0b, 0x57}, {0x1c, 0x7f}, {0x1d, 0xa2}};
    for (size_t i = 0; i < sizeof identity / sizeof *identity; i++)
        regs[0][identity[i][0]] = identity[i][1];
}

static void size_ov9655(const uint8_t regs[2][256], uint32_t *width, uint32_t *height)
{
    *width = 640U >> (regs[0][0x72] >> 4 & 3U);
    *height = 480U >> (regs[0][0x72] & 3U);
}

static const struct sensor sensors[] = {
    {"ov2640", 0x30, 0xff, reset_ov2640, size_ov2640},
    {"ov9655", 0x30, 0, reset_ov9655, size_ov9655},
};

static const struct device *port(const struct camera *c, const struct json *j, const char *key)
{
    const char *name = json_str(json_get(j, key), "");
    return *name ? bus_device(&c->sim->bus, name) : NULL;
}

static bool wire(struct camera *c, const struct json *j, struct err *e)
{
    const char *sensor = json_str(json_get(j, "sensor"), "");
    const char *select = json_str(json_get(j, "select"), "");
    for (size_t i = 0; i < sizeof sensors / sizeof *sensors; i++)
        if (strcmp(sensors[i].name, sensor) == 0) c->sensor = &sensors[i];
    c->i2c = port(c, j, "i2c");
    c->spi = port(c, j, "spi");
    c->dcmi = port(c, j, "dcmi");
    if (strlen(select) >= 3) { /* "PI0" */
        c->select_port = select[1];
        c->select_pin = (unsigned)(select[2] - '0');
        if (select[3]) c->select_pin = c->select_pin * 10 + (unsigned)(select[3] - '0');
    }
    c->select_pin %= 16;
    if (c->sensor && c->i2c && (c->spi || c->dcmi)) return true;
    return err_set(
        e, ERR_FORMAT,
        "%s: cameras: '%.40s' needs a sensor (ov2640, ov9655), an i2c and an spi or a "
        "dcmi that the chip has",
        c->sim->board->name, json_str(json_get(j, "name"), ""));
}

static bool find(struct camera *c, const char *name, struct err *e)
{
    const struct json *list = json_get(c->sim->board->json, "cameras");
    struct buf names = {0};
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *j = json_at(list, i);
        const char *have = json_str(json_get(j, "name"), "");
        if (strcmp(have, name) == 0) {
            buf_done(&names);
            return wire(c, j, e);
        }
        buf_printf(&names, "%s%s", i ? ", " : "", have);
    }
    err_set(e, ERR_USAGE, "%s has no place for a camera '%.40s' (have: %.200s)",
            c->sim->board->name, name, names.len ? buf_text(&names) : "none");
    buf_done(&names);
    return false;
}

static bool load(struct camera *c, const char *path, struct err *e)
{
    struct bytes b = {0};
    if (!path) {
        picture_pattern(&c->picture);
        return true;
    }
    if (!file_load(path, PICTURE_BYTES_MAX, &b, e)) return false;
    if (c->spi && b.len > 2 && b.data[0] == 0xff && b.data[1] == 0xd8) {
        c->jpeg = b;
        return true;
    }
    bool good = picture_parse(b.data, b.len, path, &c->picture, e);
    free(b.data);
    return good;
}

bool camera_open(struct camera **out, struct sim *s, struct err *e)
{
    *out = NULL;
    if (!s->options.camera) return true;
    struct camera *c = *out = xcalloc(1, sizeof *c);
    c->sim = s;
    if (!find(c, s->options.camera, e) || !load(c, s->options.camera_picture, e)) return false;
    camera_reset(c);
    return true;
}

void camera_free(struct camera *c)
{
    if (!c) return;
    buf_done(&c->chip.fifo);
    picture_free(&c->picture);
    free(c->jpeg.data);
    free(c);
}

static void reset_sensor(struct camera *c)
{
    memset(c->regs, 0, sizeof c->regs);
    c->sensor->reset(c->regs);
}

void camera_reset(struct camera *c)
{
    if (!c) return;
    reset_sensor(c);
    c->has_index = false;
    arducam_reset(c);
}

static uint8_t *reg(struct camera *c, uint8_t index)
{
    uint8_t bank_at = c->sensor->bank_at;
    unsigned bank = bank_at ? c->regs[0][bank_at] & 1U : 0;
    return &c->regs[index == bank_at ? 0 : bank][index];
}

void camera_size(const struct camera *c, uint32_t *width, uint32_t *height)
{
    c->sensor->size(c->regs, width, height);
    if (!*width || *width > SIDE_MAX) *width = SIDE_MAX;
    if (!*height || *height > SIDE_MAX) *height = SIDE_MAX;
}

bool camera_begin(struct camera *c, const struct device *i2c, unsigned address, bool read)
{
    if (!c || c->i2c != i2c || c->sensor->address != address) return false;
    if (!read) c->has_index = false;
    return true;
}

/* A reset, COM7 bit 7 of both, takes effect at once. */
void camera_write(struct camera *c, uint8_t value)
{
    enum { COM7 = 0x12 };
    if (!c->has_index) {
        c->index = value;
        c->has_index = true;
        return;
    }
    *reg(c, c->index) = value;
    if (c->index == COM7 && value & 0x80 && (!c->sensor->bank_at || c->regs[0][0xff] & 1U))
        reset_sensor(c);
}

uint8_t camera_read(struct camera *c)
{
    return *reg(c, c->index);
}

uint64_t camera_period(const struct camera *c)
{
    return c->sim->chip.hclk_hz / FRAMES_HZ + 1;
}

bool camera_frame(const struct camera *c, const struct device *dcmi, uint32_t *line_bytes,
                  uint32_t *lines)
{
    uint32_t width;
    if (!c || c->dcmi != dcmi) return false;
    camera_size(c, &width, lines);
    *line_bytes = width * 2;
    return true;
}

/* RGB565, the lower byte first. */
uint8_t camera_frame_byte(const struct camera *c, uint32_t at)
{
    uint32_t width, height;
    camera_size(c, &width, &height);
    const uint8_t *rgb =
        picture_at(&c->picture, at / 2 % width, at / 2 / width % height, width, height);
    uint8_t pixel[2];
    pixel_put(pixel, 0, PIXEL_RGB565,
              (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2]);
    return pixel[at & 1];
}
