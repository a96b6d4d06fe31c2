/* server/conf — the table of keys, and the values that are more than a text or a number. */
#include "conf.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/now.h"
#include "crypto/password.h"
#include "http/door.h"

enum { MOMENT_CLOCK = 10, MOMENT_OFFSET = 19, MOMENT_LEN = 25, MS_OF_DAY = 86400000 };

/* Two digits at `at`, 0 to `most`; -1 for anything else. */
static int
two_digits(const char *at, int most)
{
    int value = -1;

    if (at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9')
        value = (at[0] - '0') * 10 + (at[1] - '0');
    return value <= most ? value : -1;
}

/* "+08:00" or "Z" -> minutes east. */
static bool
offset_of(const char *text, int *ret_minutes)
{
    int hours = 0;
    int minutes = 0;

    if (strcmp(text, "Z") == 0) {
        *ret_minutes = 0;
        return true;
    }
    if (strlen(text) != MOMENT_LEN - MOMENT_OFFSET || text[3] != ':' ||
        (text[0] != '+' && text[0] != '-'))
        return false;
    hours = two_digits(text + 1, 14);
    minutes = two_digits(text + 4, 59);
    if (hours < 0 || minutes < 0)
        return false;
    *ret_minutes = (hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
    return true;
}

xf_code
xf_server_conf_moment(const char *text, int64_t *ret_ms, xf_error *reterr)
{
    char date[MOMENT_CLOCK + 1] = "";
    xf_day day = 0;
    int east = 0;
    int clock[3] = {-1, -1, -1};
    int64_t ms = 0;
    size_t n = strnlen(text, MOMENT_LEN + 1);

    if (n > MOMENT_OFFSET && text[10] == 'T' && text[13] == ':' && text[16] == ':') {
        memcpy(date, text, MOMENT_CLOCK);
        clock[0] = two_digits(text + 11, 23);
        clock[1] = two_digits(text + 14, 59);
        clock[2] = two_digits(text + 17, 59);
    }
    if (clock[0] < 0 || clock[1] < 0 || clock[2] < 0 || !offset_of(text + MOMENT_OFFSET, &east) ||
        xf_day_parse(date, &day, NULL) != XF_CODE_OK)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CONF_BAD_VALUE, "now.fixed");
    ms = (int64_t)day * MS_OF_DAY +
         (((int64_t)clock[0] * 60 + clock[1] - east) * 60 + clock[2]) * 1000;
    if (ms <= 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CONF_BAD_VALUE, "now.fixed");
    *ret_ms = ms;
    return XF_CODE_OK;
}

static void
set_defaults(xf_server_conf *conf)
{
    static const char address[] = "127.0.0.1";

    *conf = (xf_server_conf){
        .listen_address = xf_memory_text(address, sizeof address - 1),
        .workers = 1,
        .db_writers = 2,
        .db_readers = 2,
        .job_every_ms = 60000,
        .password_memory_kib = XF_PASSWORD_KIB,
        .http_port = -1,
        .http_disk_free = 10,
    };
    for (size_t i = 0; i < XF_LIMIT_COUNT; i++)
        conf->limits[i] = xf_limit_default((xf_limit)i);
}

enum { KEYS = 23 };

/* Where each value of `conf` is; the last row ends the table. */
static void
table_of(xf_server_conf *conf, xf_conf_key ret_keys[KEYS])
{
    /* clang-format off */
    const xf_conf_key keys[KEYS] = {
        {.key = "listen.address",      .text = &conf->listen_address},
        {.key = "listen.port",         .number = &conf->listen_port, .most = 65535, .needed = 1},
        {.key = "listen.port_file",    .text = &conf->listen_port_file},
        {.key = "db.app",              .text = &conf->db_app, .needed = 1},
        {.key = "db.migrate",          .text = &conf->db_migrate},
        {.key = "db.writers",          .number = &conf->db_writers, .least = 1, .most = 64},
        {.key = "db.readers",          .number = &conf->db_readers, .least = 1, .most = 64},
        {.key = "tls.ca",              .text = &conf->tls_ca, .needed = 1},
        {.key = "tls.certificate",     .text = &conf->tls_certificate, .needed = 1},
        {.key = "tls.key",             .text = &conf->tls_key, .needed = 1},
        {.key = "seal.key_file",       .text = &conf->seal_key_file, .needed = 1},
        {.key = "device.ca_key_file",  .text = &conf->device_ca_key_file},
        {.key = "workers",             .number = &conf->workers, .least = 1, .most = XF_SERVER_WORKERS},
        {.key = "now.fixed",           .text = &conf->now_fixed},
        {.key = "job.every_ms",        .number = &conf->job_every_ms, .least = 100, .most = 86400000},
        {.key = "password.memory_kib", .number = &conf->password_memory_kib,
         .least = XF_PASSWORD_LEAST_KIB, .most = XF_PASSWORD_MOST_KIB},
        {.key = "log.debug",           .number = &conf->log_debug, .most = 1},
        {.key = "http.listen",         .text = &conf->http_listen},
        {.key = "http.port",           .number = &conf->http_port, .most = 65535},
        {.key = "http.port_file",      .text = &conf->http_port_file},
        {.key = "http.disk",           .text = &conf->http_disk},
        {.key = "http.disk_free",      .number = &conf->http_disk_free, .least = 1, .most = 99},
        {.key = NULL},
    };
    /* clang-format on */

    memcpy(ret_keys, keys, sizeof keys);
}

static bool
is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static xf_code
judge_moment(xf_server_conf *conf, xf_error *reterr)
{
    if (is_empty(conf->now_fixed))
        return XF_CODE_OK;
    return xf_server_conf_moment(conf->now_fixed, &conf->now_fixed_ms, reterr);
}

bool
xf_server_conf_has_http(const xf_server_conf *conf)
{
    return !is_empty(conf->http_listen);
}

static xf_code
judge_door(xf_server_conf *conf, xf_error *reterr)
{
    return xf_server_conf_has_http(conf) ? xf_http_door_judge(conf->http_listen, reterr)
                                         : XF_CODE_OK;
}

/* A port that nobody knows would be of no use. */
static xf_code
judge_port(xf_server_conf *conf, xf_error *reterr)
{
    if (!xf_server_conf_has_http(conf) || conf->http_listen[0] == '/' || conf->http_port >= 0)
        return XF_CODE_OK;
    return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "http.port");
}

/* What is more than a text or a number in its range. */
typedef struct judge {
    const char *key;
    xf_code (*judge)(xf_server_conf *conf, xf_error *reterr);
} judge;

static const judge judges[] = {
    {"now.fixed", judge_moment},
    {"http.listen", judge_door},
    {"http.port", judge_port},
};

static xf_code
judge_values(xf_server_conf *conf, const char *path, xf_conf_told *told, void *data,
             xf_conf_fault *ret_fault, xf_error *reterr)
{
    xf_code first = XF_CODE_OK;

    for (size_t i = 0; i < sizeof judges / sizeof judges[0]; i++) {
        xf_conf_fault fault = {.line = xf_conf_line(path, judges[i].key), .known = judges[i].key};
        xf_error error = {0};
        xf_code code = judges[i].judge(conf, &error);

        if (code == XF_CODE_OK)
            continue;
        (void)snprintf(fault.key, sizeof fault.key, "%s", judges[i].key);
        if (told != NULL)
            told(&fault, error.text, data);
        if (first != XF_CODE_OK)
            continue;
        first = code;
        *ret_fault = fault;
        if (reterr != NULL)
            *reterr = error;
    }
    return first;
}

xf_code
xf_server_conf_judge(const char *path, xf_conf_told *told, void *data, xf_server_conf *ret_conf,
                     xf_conf_fault *ret_fault, xf_error *reterr)
{
    xf_conf_key keys[KEYS];
    xf_conf_fault fault = {0};
    xf_error error = {0};
    xf_code code = XF_CODE_OK;
    xf_code values = XF_CODE_OK;

    set_defaults(ret_conf);
    table_of(ret_conf, keys);
    code = xf_conf_read_apart(path, keys, ret_conf->limits, told, data, ret_fault, reterr);
    if (code != XF_CODE_OK && told == NULL)
        return code;
    values = judge_values(ret_conf, path, told, data, &fault, &error);
    if (code != XF_CODE_OK || values == XF_CODE_OK)
        return code;
    *ret_fault = fault;
    if (reterr != NULL)
        *reterr = error;
    return values;
}

xf_code
xf_server_conf_read(const char *path, xf_server_conf *ret_conf, xf_conf_fault *ret_fault,
                    xf_error *reterr)
{
    xf_code code = xf_server_conf_judge(path, NULL, NULL, ret_conf, ret_fault, reterr);

    if (code != XF_CODE_OK)
        xf_server_conf_clear(ret_conf);
    return code;
}

void
xf_server_conf_limits(const xf_server_conf *conf)
{
    for (size_t i = 0; i < XF_LIMIT_COUNT; i++)
        (void)xf_limit_set(xf_limit_key((xf_limit)i), conf->limits[i]);
}

/* Read anew with the limits: the files' names may have changed too. */
static bool
is_reloaded(const char *key)
{
    return strncmp(key, "tls.", 4) == 0;
}

static bool
same_value(const xf_conf_key *a, const xf_conf_key *b)
{
    static const char none[] = "";

    if (a->number != NULL)
        return *a->number == *b->number;
    return strcmp(*a->text != NULL ? *a->text : none, *b->text != NULL ? *b->text : none) == 0;
}

/* Looked at as the server starts: by the listening socket, the pool of threads, the table. */
static const xf_limit at_start[] = {XF_LIMIT_BACKLOG, XF_LIMIT_HASH_THREADS, XF_LIMIT_CALENDARS};

enum { AT_START = sizeof at_start / sizeof *at_start };

const char *
xf_server_conf_differs(const xf_server_conf *a, const xf_server_conf *b, size_t *at)
{
    xf_conf_key of_a[KEYS];
    xf_conf_key of_b[KEYS];
    /* Only looked at: the table has places to write to, for its other user. */
    xf_server_conf copy_a = *a;
    xf_server_conf copy_b = *b;

    table_of(&copy_a, of_a);
    table_of(&copy_b, of_b);
    while (*at < KEYS - 1) {
        const size_t i = (*at)++;

        if (!is_reloaded(of_a[i].key) && !same_value(&of_a[i], &of_b[i]))
            return of_a[i].key;
    }
    while (*at < KEYS - 1 + AT_START) {
        const xf_limit limit = at_start[(*at)++ - (KEYS - 1)];

        if (a->limits[limit] != b->limits[limit])
            return xf_limit_key(limit);
    }
    return NULL;
}

void
xf_server_conf_keep(xf_server_conf *conf, const xf_server_conf *running)
{
    for (size_t i = 0; i < AT_START; i++)
        conf->limits[at_start[i]] = running->limits[at_start[i]];
}

void
xf_server_conf_clear(xf_server_conf *conf)
{
    free(conf->listen_address);
    free(conf->listen_port_file);
    free(conf->db_app);
    free(conf->db_migrate);
    free(conf->tls_ca);
    free(conf->tls_certificate);
    free(conf->tls_key);
    free(conf->seal_key_file);
    free(conf->device_ca_key_file);
    free(conf->now_fixed);
    free(conf->http_listen);
    free(conf->http_port_file);
    free(conf->http_disk);
    *conf = (xf_server_conf){0};
}
