/* SPDX-License-Identifier: 0BSD
 * Asks the host for more and more of what the console input's first character says. */
#include "fw.h"

static uint32_t call3(uint32_t operation, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t block[3] = {a, b, c};
    return semihost(operation, block);
}

static uint32_t open_file(char *name, uint32_t n)
{
    return call3(1, (uint32_t)(uintptr_t)name, 4, n);
}

int main(void)
{
    static char name[] = "flood-aaaa";
    uint32_t file;
    switch (semihost(7, 0)) {
    case 'c': /* console */
        for (;;)
            call3(5, 2, 0x08000000, 65536);
    case '0': /* text by text */
        for (;;)
            print("twenty-five characters…\n");
    case 'f': /* one long file */
        file = open_file(name, 10);
        for (;;)
            call3(5, file, 0x08000000, 65536);
    case 'r': /* the same bytes again and again: takes no cycles to speak of */
        file = open_file(name, 10);
        call3(5, file, 0x08000000, 65536);
        for (;;)
            call3(10, file, 0, 0);
    case 'o': /* many files */
        for (uint32_t i = 0;; i++) {
            for (int k = 0; k < 4; k++)
                name[6 + k] = (char)('a' + (i >> 4 * k & 15));
            file = open_file(name, 10);
            call3(2, file, 0, 0);
        }
    }
    return 0;
}
