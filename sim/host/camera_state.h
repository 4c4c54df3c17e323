/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A camera's parts, shared by its sensor (camera.c) and its SPI side (arducam.c). Private to
 * them.
 */
#ifndef SIM_HOST_CAMERA_STATE_H
#define SIM_HOST_CAMERA_STATE_H

#include "sim/host/camera.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"

enum { ARDUCHIP_REGS = 128 };

struct sensor {
    const char *name; /* as the board's JSON says */
    uint8_t address;  /* 7 bits */
    uint8_t bank_at;  /* the register that selects one of two banks; 0: one bank */
    void (*reset)(uint8_t regs[2][256]);
    void (*size)(const uint8_t regs[2][256], uint32_t *width, uint32_t *height);
};

struct arduchip {
    bool selected;
    unsigned nth; /* byte since it was selected */
    uint8_t command;
    uint8_t regs[ARDUCHIP_REGS];
    struct buf fifo; /* of the frame that was captured last */
    size_t read;     /* bytes of it that were */
    bool capturing;
    uint64_t ready; /* when the frame will be */
};

struct camera {
    struct sim *sim;
    const struct sensor *sensor;
    const struct device *i2c, *spi, *dcmi;
    char select_port;
    unsigned select_pin;
    struct picture picture;
    struct bytes jpeg; /* sent as it is, when the file was one */
    /* Since power on: */
    uint8_t regs[2][256];
    uint8_t index;
    bool has_index;
    struct arduchip chip;
};

void arducam_reset(struct camera *c);
/* The size of the sensor's frames, within what is sensible. */
void camera_size(const struct camera *c, uint32_t *width, uint32_t *height);

#endif
