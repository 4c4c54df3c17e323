/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/base/json.h"

#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/arena.h"
#include "tools/base/file.h"

enum { DEPTH_MAX = 64, KEY_MAX = 128 };

static json_object *obj(const struct json *j)
{
    return (json_object *)(uintptr_t)j;
}

static struct json *wrap(json_object *o)
{
    return (struct json *)o;
}

struct json *json_parse(const char *text, size_t len, const char *name, struct err *e)
{
    json_object *o = NULL;
    if (len >= INT32_MAX) {
        err_set(e, ERR_FORMAT, "%s: too large for JSON", name);
        return NULL;
    }
    json_tokener *tok = json_tokener_new_ex(DEPTH_MAX);
    json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    /* With a closing NUL, which the caller's bytes need not have: the tokener needs it to end a
     * bare number. */
    char *closed = xmalloc(len + 1);
    if (len) memcpy(closed, text, len);
    closed[len] = 0;
    o = json_tokener_parse_ex(tok, closed, (int)len + 1);
    enum json_tokener_error why = json_tokener_get_error(tok);
    size_t end = json_tokener_get_parse_end(tok);
    if (why != json_tokener_success || !o || end < len) {
        size_t line = 1, column = 1;
        for (size_t i = 0; i < end && i < len; i++)
            if (text[i] == '\n')
                line++, column = 1;
            else
                column++;
        err_set(e, ERR_FORMAT, "%s:%zu:%zu: not valid JSON: %s", name, line, column,
                why != json_tokener_success ? json_tokener_error_desc(why)
                                            : "unexpected text after the value");
        json_object_put(o);
        o = NULL;
    }
    json_tokener_free(tok);
    free(closed);
    return wrap(o);
}

struct json *json_load(const char *path, struct err *e)
{
    struct bytes in;
    if (!file_load(path, 0, &in, e)) return NULL;
    struct json *j = json_parse((const char *)in.data, in.len, path, e);
    free(in.data);
    return j;
}

void json_free(struct json *j)
{
    json_object_put(obj(j));
}

bool json_is_object(const struct json *j)
{
    return json_object_is_type(obj(j), json_type_object);
}

bool json_is_array(const struct json *j)
{
    return json_object_is_type(obj(j), json_type_array);
}

bool json_is_string(const struct json *j)
{
    return json_object_is_type(obj(j), json_type_string);
}

bool json_is_number(const struct json *j)
{
    return json_object_is_type(obj(j), json_type_int) ||
           json_object_is_type(obj(j), json_type_double);
}

struct json *json_get(const struct json *j, const char *path)
{
    json_object *o = obj(j);
    while (o && json_object_is_type(o, json_type_object)) {
        json_object *next = NULL;
        if (json_object_object_get_ex(o, path, &next)) return wrap(next);
        const char *dot = strchr(path, '.');
        char key[KEY_MAX];
        if (!dot || dot - path >= KEY_MAX) return NULL;
        memcpy(key, path, (size_t)(dot - path));
        key[dot - path] = 0;
        if (!json_object_object_get_ex(o, key, &next)) return NULL;
        o = next;
        path = dot + 1;
    }
    return NULL;
}

size_t json_len(const struct json *j)
{
    if (json_is_array(j)) return json_object_array_length(obj(j));
    if (json_is_object(j)) return (size_t)json_object_object_length(obj(j));
    return 0;
}

struct json *json_at(const struct json *j, size_t i)
{
    return json_is_array(j) ? wrap(json_object_array_get_idx(obj(j), i)) : NULL;
}

static struct lh_entry *entry_at(const struct json *j, size_t i)
{
    if (!json_is_object(j)) return NULL;
    struct lh_entry *entry = json_object_get_object(obj(j))->head;
    while (entry && i--)
        entry = entry->next;
    return entry;
}

const char *json_key_at(const struct json *j, size_t i)
{
    struct lh_entry *entry = entry_at(j, i);
    return entry ? (const char *)entry->k : NULL;
}

struct json *json_value_at(const struct json *j, size_t i)
{
    struct lh_entry *entry = entry_at(j, i);
    return entry ? wrap((json_object *)(uintptr_t)entry->v) : NULL;
}

int64_t json_int(const struct json *j, int64_t fallback)
{
    if (json_object_is_type(obj(j), json_type_int)) return json_object_get_int64(obj(j));
    if (json_is_string(j)) {
        const char *s = json_object_get_string(obj(j));
        char *end;
        if (strncmp(s, "0x", 2) != 0) return fallback;
        long long v = strtoll(s, &end, 16);
        return *end || end == s + 2 ? fallback : (int64_t)v;
    }
    return fallback;
}

double json_real(const struct json *j, double fallback)
{
    return json_is_number(j) ? json_object_get_double(obj(j)) : fallback;
}

const char *json_str(const struct json *j, const char *fallback)
{
    return json_is_string(j) ? json_object_get_string(obj(j)) : fallback;
}

bool json_flag(const struct json *j, bool fallback)
{
    return json_object_is_type(obj(j), json_type_boolean) ? json_object_get_boolean(obj(j))
                                                          : fallback;
}

struct json *json_new_object(void)
{
    return wrap(json_object_new_object());
}

struct json *json_new_array(void)
{
    return wrap(json_object_new_array());
}

struct json *json_copy(const struct json *j)
{
    json_object *copy = NULL;
    if (j && json_object_deep_copy(obj(j), &copy, NULL) != 0) return NULL;
    return wrap(copy);
}

struct json *json_set(struct json *o, const char *key, struct json *value)
{
    json_object_object_add(obj(o), key, obj(value));
    return value;
}

void json_set_int(struct json *o, const char *key, int64_t v)
{
    json_object_object_add(obj(o), key, json_object_new_int64(v));
}

void json_set_uint(struct json *o, const char *key, uint64_t v)
{
    json_object_object_add(obj(o), key, json_object_new_uint64(v));
}

static json_object *new_real(double v, int digits)
{
    char text[64];
    if (!isfinite(v)) return NULL;
    int n = snprintf(text, sizeof text, "%.*f", digits, v);
    if (n < 0 || (size_t)n >= sizeof text) snprintf(text, sizeof text, "%.9e", v);
    char *dot = strchr(text, '.');
    if (dot && !strchr(text, 'e')) {
        char *end = text + strlen(text);
        while (end > dot + 2 && end[-1] == '0')
            *--end = 0;
    }
    return json_object_new_double_s(v, text);
}

void json_set_real(struct json *o, const char *key, double v, int digits)
{
    json_object_object_add(obj(o), key, new_real(v, digits));
}

void json_push_real(struct json *arr, double v, int digits)
{
    json_object_array_add(obj(arr), new_real(v, digits));
}

void json_set_str(struct json *o, const char *key, const char *v)
{
    json_object_object_add(obj(o), key, v ? json_object_new_string(v) : NULL);
}

void json_set_bool(struct json *o, const char *key, bool v)
{
    json_object_object_add(obj(o), key, json_object_new_boolean(v));
}

void json_del(struct json *o, const char *key)
{
    json_object_object_del(obj(o), key);
}

struct json *json_push(struct json *arr, struct json *value)
{
    json_object_array_add(obj(arr), obj(value));
    return value;
}

void json_push_int(struct json *arr, int64_t v)
{
    json_object_array_add(obj(arr), json_object_new_int64(v));
}

void json_push_str(struct json *arr, const char *v)
{
    json_object_array_add(obj(arr), json_object_new_string(v));
}

char *json_text(const struct json *j)
{
    const char *s = json_object_to_json_string_ext(obj(j), JSON_C_TO_STRING_PRETTY |
                                                               JSON_C_TO_STRING_SPACED |
                                                               JSON_C_TO_STRING_NOSLASHESCAPE);
    size_t n = strlen(s);
    char *text = xmalloc(n + 2);
    memcpy(text, s, n);
    text[n] = '\n';
    text[n + 1] = 0;
    return text;
}

bool json_save(const struct json *j, const char *path, struct err *e)
{
    char *text = json_text(j);
    bool ok = file_save(path, text, strlen(text), e);
    free(text);
    return ok;
}
