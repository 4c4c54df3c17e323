/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/base/hash.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <zlib.h>

void hash_sha256(const void *bytes, size_t n, char out[HASH_HEX])
{
    struct sha256_ctx ctx;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&ctx);
    sha256_update(&ctx, n, bytes);
    sha256_digest(&ctx, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

uint32_t hash_crc32(const void *bytes, size_t n)
{
    return (uint32_t)crc32_z(0, bytes, n);
}
