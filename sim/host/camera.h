/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Camera: one of the board's "cameras", plugged in with a picture before it
 * (sim_options.camera, camera_picture). It answers on I2C as its sensor's registers do; its
 * frames come through DCMI, or as JPEG out of an ArduCAM's FIFO on SPI.
 *
 *     i2c_v2.c ─ begin, write, read ─► registers ─► size, format
 *     spi.c ─ byte for byte ─► ArduChip ─► FIFO ─┐
 *     dcmi.c ─ frame ────────────────────────────┴─ struct picture
 *
 * Frames begin at each thirtieth of a second, 30 a second as data sheets say of these sensors
 * at such sizes; exposure and the registers that set clocks have no effect. PROVISIONAL: a
 * user's board may be slower. Every function takes NULL, which is no camera.
 */
#ifndef SIM_HOST_CAMERA_H
#define SIM_HOST_CAMERA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/host/picture.h"

struct sim;
struct device;
struct camera;

/* NULL with an error; *out is NULL when options plug none in. */
bool camera_open(struct camera **out, struct sim *s, struct err *e);
void camera_free(struct camera *c);
/* As at power on. */
void camera_reset(struct camera *c);

/* The master of that bus addresses 7 bits: does it answer? */
bool camera_begin(struct camera *c, const struct device *i2c, unsigned address, bool read);
void camera_write(struct camera *c, uint8_t value);
uint8_t camera_read(struct camera *c);

/* What comes back for a byte; all ones when it is not selected, or elsewhere. */
uint8_t camera_exchange(struct camera *c, const struct device *spi, uint8_t sent);
/* The pins of that port that are driven, and their levels. */
void camera_pins(struct camera *c, char port, uint32_t driven, uint32_t high);

/* Bytes of a line and lines of the frames that come into that DCMI; false: none do. */
bool camera_frame(const struct camera *c, const struct device *dcmi, uint32_t *line_bytes,
                  uint32_t *lines);
/* Byte `at` of such a frame. */
uint8_t camera_frame_byte(const struct camera *c, uint32_t at);
/* Cycles from the start of a frame to the next. */
uint64_t camera_period(const struct camera *c);

#endif
