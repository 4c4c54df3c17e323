/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Hash: SHA-256 (nettle) names files in reports; CRC-32 (zlib) names tensors.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { HASH_HEX = 65 };

/* The SHA-256 of n bytes as 64 hex digits and a NUL. */
void hash_sha256(const void *bytes, size_t n, char out[HASH_HEX]);
/* zlib's CRC-32, the one of golden.json. */
uint32_t hash_crc32(const void *bytes, size_t n);

#endif
