/* reload — reads, judges, and only then exchanges. */
#include "reload.h"

#include "base/log.h"
#include "check.h"

/* The first fault of what the file names. */
typedef struct first_fault {
    const char *key; /* NULL: none */
} first_fault;

static void
remember_first(const char *key, xf_text text, bool hint, void *data)
{
    first_fault *first = data;

    (void)text;
    if (!hint && first->key == NULL)
        first->key = key;
}

static void
refuse(const char *key, int line)
{
    XF_WARN("server.reload_refused", XF_WORD(key, key != NULL ? key : "-"), XF_COUNT(line, line));
}

/* The same judgement as --check's, and the exchange at the end of it. */
static bool
renew_tls(const xf_server_conf *conf, xf_tls_context *tls, const char **ret_key)
{
    const xf_tls_files files = {conf->tls_ca, conf->tls_certificate, conf->tls_key};
    first_fault first = {NULL};

    xf_check_tls(conf, remember_first, &first);
    *ret_key = first.key;
    if (first.key != NULL)
        return false;
    *ret_key = "tls.certificate"; /* changed between two looks: any of the three */
    return xf_tls_context_renew(tls, &files, NULL) == XF_CODE_OK;
}

static void
tell_differences(const char *path, const xf_server_conf *running, const xf_server_conf *conf)
{
    const char *key = NULL;
    size_t at = 0;

    while ((key = xf_server_conf_differs(running, conf, &at)) != NULL) {
        XF_WARN("server.reload_needs_start", XF_WORD(key, key),
                XF_COUNT(line, xf_conf_line(path, key)));
    }
}

void
xf_reload(const char *path, const xf_server_conf *running, xf_tls_context *tls)
{
    xf_server_conf conf = {0};
    xf_conf_fault fault = {0};
    const char *key = NULL;

    if (xf_server_conf_read(path, &conf, &fault, NULL) != XF_CODE_OK) {
        refuse(fault.known, fault.line);
        return;
    }
    if (!renew_tls(&conf, tls, &key)) {
        refuse(key, xf_conf_line(path, key));
    } else {
        tell_differences(path, running, &conf);
        xf_server_conf_keep(&conf, running);
        xf_server_conf_limits(&conf);
        XF_INFO("server.reloaded");
    }
    xf_server_conf_clear(&conf);
}
