/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Json: all JSON in and out, over json-c (which json.c alone knows).
 * A struct json is a value; json_free releases a root with all that hangs from it. Getters
 * borrow. Keys keep the order in which they were set: same calls, same bytes.
 *
 *     struct json *j = json_load("x.json", &e);
 *     int64_t n = json_int(json_get(j, "n"), 0);
 *     json_free(j);
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/err.h"

struct json;

/* Reading. Errors name the file, line and column. Depth is limited to 64. */
struct json *json_load(const char *path, struct err *e);
struct json *json_parse(const char *text, size_t len, const char *name, struct err *e);
void json_free(struct json *j);

bool json_is_object(const struct json *j);
bool json_is_array(const struct json *j);
bool json_is_string(const struct json *j);
bool json_is_number(const struct json *j);
/* NULL when j is NULL, not an object, or has no such key. A path "a.b.c" walks down. */
struct json *json_get(const struct json *j, const char *path);
/* Elements of an array, members of an object; 0 for anything else. */
size_t json_len(const struct json *j);
struct json *json_at(const struct json *j, size_t i);
const char *json_key_at(const struct json *j, size_t i); /* member i's key, of an object */
struct json *json_value_at(const struct json *j, size_t i);
/* The value, or the fallback when j is NULL or of another type. Integers also accept strings
 * of hexadecimal digits ("0x08000000"). */
int64_t json_int(const struct json *j, int64_t fallback);
double json_real(const struct json *j, double fallback);
const char *json_str(const struct json *j, const char *fallback);
bool json_flag(const struct json *j, bool fallback);

/* Writing. Values that are set or pushed belong to their container from then on. */
struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_copy(const struct json *j);
struct json *json_set(struct json *obj, const char *key,
                      struct json *value); /* returns value */
void json_set_int(struct json *obj, const char *key, int64_t v);
void json_set_uint(struct json *obj, const char *key, uint64_t v);
/* Printed with at most `digits` decimals, trailing zeros cut: the same on every machine. */
void json_set_real(struct json *obj, const char *key, double v, int digits);
void json_set_str(struct json *obj, const char *key, const char *v); /* NULL writes null */
void json_set_bool(struct json *obj, const char *key, bool v);
void json_del(struct json *obj, const char *key);
struct json *json_push(struct json *arr, struct json *value); /* returns value */
void json_push_int(struct json *arr, int64_t v);
void json_push_real(struct json *arr, double v, int digits);
void json_push_str(struct json *arr, const char *v);

/* Pretty text (two spaces, a final newline), freed with free(). */
char *json_text(const struct json *j);
bool json_save(const struct json *j, const char *path, struct err *e);

#endif
