/* http/http — libmicrohttpd's daemon, and which page is where. */
#include "http/http.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/memory.h"
#include "http/door.h"
#include "http/scrape.h"

struct xf_http {
    xf_http_conf conf;
    struct MHD_Daemon *daemon;
    xf_ready *ready;
    int port;
    int64_t started_s;
};

typedef struct page {
    const char *path;
    const char *type;
    unsigned (*print)(const xf_http *http, FILE *out); /* gives the status */
} page;

/* ---- The pages ---------------------------------------------------------------------- */

static unsigned
print_metrics(const xf_http *http, FILE *out)
{
    void *data = http->conf.ready.data;
    const xf_scrape_facts facts = {
        .version = http->conf.version,
        .started_s = http->started_s,
        .certificate_ends_s = http->conf.ready.certificate_ends_s(data),
        .hashes_waiting = http->conf.hashes_waiting(data),
    };

    xf_scrape_print(&facts, out);
    return MHD_HTTP_OK;
}

static unsigned
print_livez(const xf_http *http, FILE *out)
{
    int stuck = http->conf.stuck(http->conf.ready.data);

    if (stuck < 0)
        return fputs("alive\n", out) < 0 ? MHD_HTTP_INTERNAL_SERVER_ERROR : MHD_HTTP_OK;
    (void)fprintf(out, "worker %d: %s\n", stuck, xf_error_words(XF_TEXT_LOOP_STUCK));
    return MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned
print_readyz(const xf_http *http, FILE *out)
{
    xf_ready_reason reasons[XF_READY_MOST];
    size_t n = xf_ready_judge(http->ready, reasons);

    if (n == 0)
        return fputs("ready\n", out) < 0 ? MHD_HTTP_INTERNAL_SERVER_ERROR : MHD_HTTP_OK;
    for (size_t i = 0; i < n; i++)
        (void)fprintf(out, "%s: %s\n", reasons[i].name, xf_error_words(reasons[i].text));
    return MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned
print_no_page(const xf_http *http, FILE *out)
{
    (void)http;
    return fputs("/metrics /livez /readyz\n", out) < 0 ? MHD_HTTP_INTERNAL_SERVER_ERROR
                                                       : MHD_HTTP_NOT_FOUND;
}

static const char plain[] = "text/plain; charset=utf-8";
static const page pages[] = {
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", print_metrics},
    {"/livez", plain, print_livez},
    {"/readyz", plain, print_readyz},
    {NULL, plain, print_no_page},
};

static const page *
page_at(const char *path)
{
    const page *at = pages;

    while (at->path != NULL && strcmp(at->path, path) != 0)
        at++;
    return at;
}

/* ---- The daemon --------------------------------------------------------------------- */

static enum MHD_Result
send_page(const xf_http *http, struct MHD_Connection *connection, const page *page)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    struct MHD_Response *response = NULL;
    enum MHD_Result sent = MHD_NO;
    unsigned status = 0;

    if (out == NULL)
        abort(); /* out of memory */
    status = page->print(http, out);
    if (fclose(out) != 0)
        abort(); /* likewise */
    response = MHD_create_response_from_buffer(n, text, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(text);
        return MHD_NO;
    }
    if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page->type) == MHD_YES)
        sent = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return sent;
}

static enum MHD_Result
refuse_method(struct MHD_Connection *connection)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result sent = MHD_NO;

    if (response == NULL)
        return MHD_NO;
    if (MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD") == MHD_YES)
        sent = MHD_queue_response(connection, MHD_HTTP_METHOD_NOT_ALLOWED, response);
    MHD_destroy_response(response);
    return sent;
}

static enum MHD_Result /* NOLINTNEXTLINE(readability-function-size): libmicrohttpd's signature */
on_request(void *data, struct MHD_Connection *connection, const char *path, const char *method,
           const char *version, const char *upload,
           size_t *upload_size, /* NOLINT(readability-non-const-parameter): likewise */
           void **kept)
{
    (void)version;
    (void)upload;
    (void)upload_size;
    (void)kept;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return refuse_method(connection);
    return send_page(data, connection, page_at(path));
}

/* Its own would go to standard error, and quotes what came. */
static void
drop_message(void *data, const char *format, va_list values)
{
    (void)data;
    (void)format;
    (void)values;
}

xf_code
xf_http_start(const xf_http_conf *conf, xf_http **ret_http, xf_error *reterr)
{
    const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                           MHD_USE_POLL | MHD_USE_ERROR_LOG;
    xf_http *http = xf_memory_new(sizeof *http);
    xf_code code = XF_CODE_OK;
    int fd = -1;

    http->conf = *conf;
    http->started_s = (int64_t)time(NULL);
    http->ready = xf_ready_new(&http->conf.ready);
    XF_TRY(xf_http_door_open(conf->where, conf->port, &fd, &http->port, reterr));
    http->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, http, MHD_OPTION_EXTERNAL_LOGGER, drop_message, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)XF_HTTP_CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)XF_HTTP_PATIENCE_S, MHD_OPTION_END);
    if (http->daemon == NULL)
        XF_TRY(XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "http.listen"));
    fd = -1; /* the daemon's now */
    *ret_http = http;
    http = NULL;
out:
    if (fd >= 0)
        (void)close(fd);
    xf_http_stop(&http);
    return code;
}

int
xf_http_port(const xf_http *http)
{
    return http->port;
}

void
xf_http_stop(xf_http **http)
{
    xf_http *gone = *http;

    *http = NULL;
    if (gone == NULL)
        return;
    if (gone->daemon != NULL)
        MHD_stop_daemon(gone->daemon);
    xf_ready_free(&gone->ready);
    free(gone);
}
