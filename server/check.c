/* check — the file, then what its values name, each fault a line on standard error. */
#include "check.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "crypto/issue.h"
#include "crypto/seal.h"
#include "db/migrate.h"
#include "http/door.h"

static const char all_well[] = "没有发现问题。\n";
static const char hint_mark[] = "（提示）";

typedef struct checking {
    const char *path;
    int faults;
} checking;

static void
say(const checking *c, int line, const char *key, xf_text text, const char *more)
{
    (void)fprintf(stderr, "%s:%d: %s%s%s%s\n", c->path, line, key, key[0] != '\0' ? ": " : "",
                  xf_error_words(text), more);
}

static void
file_fault(const xf_conf_fault *fault, xf_text text, void *data)
{
    checking *c = data;

    c->faults++;
    say(c, fault->line, fault->key, text, "");
}

static void
value_fault(const char *key, xf_text text, bool hint, void *data)
{
    checking *c = data;

    if (!hint)
        c->faults++;
    say(c, xf_conf_line(c->path, key), key, text, hint ? hint_mark : "");
}

/* Nobody but its owner may get at a key; one that is not there is told by who opens it. */
static bool
is_private(checking *c, const char *key, const char *path)
{
    struct stat about = {0};

    if (stat(path, &about) != 0 || (about.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return true;
    value_fault(key, XF_TEXT_KEY_SHARED, false, c);
    return false;
}

static void
check_seal(checking *c, const xf_server_conf *conf)
{
    static const char key[] = "seal.key_file";
    xf_seal *seal = NULL;

    if (conf->seal_key_file == NULL || !is_private(c, key, conf->seal_key_file))
        return;
    if (xf_seal_new(conf->seal_key_file, &seal, NULL) != XF_CODE_OK)
        value_fault(key, XF_TEXT_SEAL_KEY_NONE, false, c);
    xf_seal_free(&seal);
}

static void
check_issuer(checking *c, const xf_server_conf *conf)
{
    static const char key[] = "device.ca_key_file";
    xf_issuer *issuer = NULL;
    xf_error error = {0};

    if (conf->device_ca_key_file == NULL || conf->device_ca_key_file[0] == '\0' ||
        conf->tls_ca == NULL)
        return;
    if (xf_issuer_new(conf->tls_ca, conf->device_ca_key_file, &issuer, &error) != XF_CODE_OK)
        value_fault(key, error.text, false, c);
    xf_issuer_free(&issuer);
}

static void
check_database(checking *c, const xf_server_conf *conf)
{
    static const char key[] = "db.app";
    static const char schema[] = "schema"; /* how migrate_verify begins, when it is not ours */
    const char *what = NULL;
    char more[128] = "";
    xf_text text = XF_TEXT_DATABASE_UNFIT;
    xf_code code = XF_CODE_OK;

    if (conf->db_app == NULL)
        return;
    code = xf_migrate_verify(conf->db_app, &what, NULL);
    if (code == XF_CODE_OK)
        return;
    if (code == XF_CODE_UNAVAILABLE) {
        text = XF_TEXT_DATABASE_AWAY;
    } else if (strncmp(what, schema, sizeof schema - 1) == 0) {
        text = XF_TEXT_DATABASE_OLD;
    } else {
        (void)snprintf(more, sizeof more, "（%s）", what);
    }
    c->faults++;
    say(c, xf_conf_line(c->path, key), key, text, more);
}

/* Whether it could listen there; a value that is none was told of with the file. */
static void
check_http(checking *c, const xf_server_conf *conf)
{
    struct stat about = {0};
    xf_error error = {0};

    if (!xf_server_conf_has_http(conf))
        return;
    if (xf_http_door_judge(conf->http_listen, &error) == XF_CODE_OK &&
        xf_http_door_try(conf->http_listen, conf->http_port < 0 ? 0 : (int)conf->http_port,
                         &error) != XF_CODE_OK)
        value_fault(error.field, error.text, false, c);
    if (conf->http_disk != NULL && conf->http_disk[0] != '\0' &&
        (stat(conf->http_disk, &about) != 0 || !S_ISDIR(about.st_mode)))
        value_fault("http.disk", XF_TEXT_FILE_UNREADABLE, false, c);
}

int
xf_check_server(const char *path, bool whole)
{
    checking c = {.path = path};
    xf_server_conf conf = {0};
    xf_conf_fault fault = {0};
    xf_error error = {0};

    /* Each was told as it was found. */
    (void)!xf_server_conf_judge(path, file_fault, &c, &conf, &fault, &error);
    if (whole) {
        xf_check_tls(&conf, value_fault, &c);
        if (conf.tls_key != NULL)
            (void)is_private(&c, "tls.key", conf.tls_key);
        check_seal(&c, &conf);
        check_issuer(&c, &conf);
        check_database(&c, &conf);
        check_http(&c, &conf);
    }
    xf_server_conf_clear(&conf);
    if (c.faults > 0)
        return 1;
    return whole && fputs(all_well, stdout) < 0 ? 1 : 0;
}
