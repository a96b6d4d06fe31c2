/* server/conf — the table of keys, and the one value that is neither text nor number. */
#include "conf.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/now.h"
#include "crypto/password.h"

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
    };
}

xf_code
xf_server_conf_read(const char *path, xf_server_conf *ret_conf, xf_conf_fault *ret_fault,
                    xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    xf_server_conf conf = {0};
    /* clang-format off */
    const xf_conf_key keys[] = {
        {.key = "listen.address",      .text = &conf.listen_address},
        {.key = "listen.port",         .number = &conf.listen_port, .most = 65535, .needed = 1},
        {.key = "listen.port_file",    .text = &conf.listen_port_file},
        {.key = "db.app",              .text = &conf.db_app, .needed = 1},
        {.key = "db.migrate",          .text = &conf.db_migrate},
        {.key = "db.writers",          .number = &conf.db_writers, .least = 1, .most = 64},
        {.key = "db.readers",          .number = &conf.db_readers, .least = 1, .most = 64},
        {.key = "tls.ca",              .text = &conf.tls_ca, .needed = 1},
        {.key = "tls.certificate",     .text = &conf.tls_certificate, .needed = 1},
        {.key = "tls.key",             .text = &conf.tls_key, .needed = 1},
        {.key = "seal.key_file",       .text = &conf.seal_key_file, .needed = 1},
        {.key = "workers",             .number = &conf.workers, .least = 1, .most = XF_SERVER_WORKERS},
        {.key = "now.fixed",           .text = &conf.now_fixed},
        {.key = "job.every_ms",        .number = &conf.job_every_ms, .least = 100, .most = 86400000},
        {.key = "password.memory_kib", .number = &conf.password_memory_kib,
         .least = XF_PASSWORD_LEAST_KIB, .most = XF_PASSWORD_MOST_KIB},
        {.key = "log.debug",           .number = &conf.log_debug, .most = 1},
        {.key = NULL},
    };
    /* clang-format on */

    set_defaults(&conf);
    XF_TRY(xf_conf_read(path, keys, ret_fault, reterr));
    if (conf.now_fixed != NULL && conf.now_fixed[0] != '\0') {
        *ret_fault = (xf_conf_fault){.key = "now.fixed"};
        XF_TRY(xf_server_conf_moment(conf.now_fixed, &conf.now_fixed_ms, reterr));
    }
    *ret_conf = conf;
out:
    if (code != XF_CODE_OK)
        xf_server_conf_clear(&conf);
    return code;
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
    free(conf->now_fixed);
    *conf = (xf_server_conf){0};
}
