/* SPDX-License-Identifier: 0BSD
 * Every semihosting call that a C library makes, and a heap. Each line says what came back. */
#include "fw.h"

extern char end;
static char *heap;

void *_sbrk(int bytes)
{
    char *before = heap ? heap : &end;
    heap = before + bytes;
    return before;
}

static uint32_t call3(uint32_t operation, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t block[3] = {a, b, c};
    return semihost(operation, block);
}

static uint32_t open_file(const char *name, uint32_t mode)
{
    uint32_t n = 0;
    while (name[n])
        n++;
    return call3(1, (uint32_t)(uintptr_t)name, mode, n);
}

static void show(const char *what, uint32_t value)
{
    print(what);
    print(value == 0xffffffff ? "failed\n" : "");
    if (value != 0xffffffff) print_number(value);
}

int main(void)
{
    static char line[64];
    uint32_t in = open_file(":tt", 0), out = open_file(":tt", 4), error = open_file(":tt", 8);
    show("in ", in);
    show("out ", out);
    show("error ", error);
    show("tty ", call3(9, out, 0, 0));
    show("left ", call3(6, in, (uint32_t)(uintptr_t)line, 5)); /* all five came */
    show("write ", call3(5, out, (uint32_t)(uintptr_t)line, 5));
    show("char ", semihost(7, 0));
    show("char ", semihost(7, 0));
    show("end ", call3(6, in, (uint32_t)(uintptr_t)line, 9)); /* none of nine left */
    show("write elsewhere ", call3(5, 77, (uint32_t)(uintptr_t)line, 5));
    show("write nowhere ", call3(5, out, 0x60000000, 5));
    show("read into flash ", call3(6, in, 0x08000000, 5));
    uint32_t elapsed[2] = {0};
    semihost(0x30, elapsed);
    print(elapsed[0] > 100 && elapsed[0] < 1000000 && elapsed[1] == 0 ? "elapsed\n" : "lost\n");
    show("hz ", semihost(0x31, 0));
    show("clock ", semihost(0x10, 0));
    show("time ", semihost(0x11, 0));
    uint32_t info[4] = {0}, *pointer = info;
    semihost(0x16, &pointer);
    print(info[0] == (uint32_t)(uintptr_t)&end && info[2] == 0x20010000 ? "heap\n"
                                                                        : "no heap\n");
    show("up ", open_file("../secret", 0));
    show("absolute ", open_file("/etc/passwd", 0));
    show("dots ", open_file("..", 0));
    show("errno ", semihost(0x13, 0));
    show("system ", call3(0x12, (uint32_t)(uintptr_t) "ls", 2, 0));
    uint32_t file = open_file("made.txt", 4);
    show("file ", file);
    if (file != 0xffffffff) {
        show("write ", call3(5, file, (uint32_t)(uintptr_t) "hello file", 10));
        show("close ", call3(2, file, 0, 0));
        file = open_file("made.txt", 0);
        show("length ", call3(0xc, file, 0, 0));
        show("far ", call3(0xa, file, 0x7fffffff, 0));
        show("seek ", call3(0xa, file, 6, 0));
        show("read ", call3(6, file, (uint32_t)(uintptr_t)line, 4));
        call3(5, out, (uint32_t)(uintptr_t)line, 4);
        show("\nclose ", call3(2, file, 0, 0));
        show("again ", call3(2, file, 0, 0));
    }
    uint32_t features = open_file(":semihosting-features", 0);
    show("features ", call3(0xc, features, 0, 0));
    call3(0xa, features, 1, 0);
    call3(6, features, (uint32_t)(uintptr_t)line, 3);
    call3(5, out, (uint32_t)(uintptr_t)line, 3);
    show("\nunknown ", semihost(0x77, 0));
    volatile char *p = _sbrk(1000);
    for (int i = 0; i < 1000; i++)
        p[i] = (char)i;
    p = _sbrk(500);
    p[3] = 1;
    return 0;
}
