/* SPDX-License-Identifier: 0BSD
 * One inference: the input from the semihosting console, the raw output to it. With nothing to
 * read, the input is the network's zero. */
#include <string.h>

#include "model.h"
#include "semihost.h"
#include "start.h"

int main(void)
{
    memset(model_input(), MODEL_INPUT_ZERO, MODEL_INPUT_BYTES);
    semihost_read(model_input(), MODEL_INPUT_BYTES);
    model_invoke();
    semihost_write(model_output(), MODEL_OUTPUT_BYTES);
    return 0;
}
