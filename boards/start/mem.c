/* SPDX-License-Identifier: 0BSD
 * memcpy, memset: the only functions of the C library that the compiler and the kernels call.
 * Word-wise when both sides allow it; the library's small variants go byte by byte. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Words that may alias anything. */
typedef uint32_t __attribute__((may_alias)) word;

__attribute__((optimize("no-tree-loop-distribute-patterns"))) void *
memcpy(void *restrict to, const void *restrict from, size_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if ((((uintptr_t)t | (uintptr_t)f) & 3) == 0) {
        for (; n >= 16; n -= 16, t += 16, f += 16) {
            const uint32_t a = ((const word *)f)[0], b = ((const word *)f)[1];
            const uint32_t c = ((const word *)f)[2], d = ((const word *)f)[3];
            ((word *)t)[0] = a;
            ((word *)t)[1] = b;
            ((word *)t)[2] = c;
            ((word *)t)[3] = d;
        }
        for (; n >= 4; n -= 4, t += 4, f += 4)
            *(word *)t = *(const word *)f;
    }
    while (n--)
        *t++ = *f++;
    return to;
}

__attribute__((optimize("no-tree-loop-distribute-patterns"))) void *memset(void *to, int value,
                                                                           size_t n)
{
    uint8_t *t = to;
    const uint32_t four = (uint8_t)value * UINT32_C(0x01010101);
    while (n && ((uintptr_t)t & 3)) {
        *t++ = (uint8_t)value;
        n--;
    }
    for (; n >= 4; n -= 4, t += 4)
        *(word *)t = four;
    while (n--)
        *t++ = (uint8_t)value;
    return to;
}
