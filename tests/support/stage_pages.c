/* tests/support/stage_pages — see stage_pages.h. */
#include "stage_pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "http_get.h"
#include "stage_inside.h"

void
xf_stage_pages_conf(char *ret_conf, size_t n)
{
    (void)snprintf(
        ret_conf, n,
        "http.listen = 127.0.0.1\nhttp.port = 0\nhttp.port_file = %s/story/%s/http-port\n",
        xf_stage_environment("XF_BUILD_DIR"), program_invocation_short_name);
}

int
xf_stage_pages_port(const xf_story *s)
{
    char path[XF_STAGE_PATH];
    char line[16] = "";
    FILE *file = NULL;

    xf_stage_path(s, "http-port", path);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    (void)fclose(file);
    return (int)strtol(line, NULL, 10);
}

uint64_t
xf_stage_metric(const xf_story *s, const char *sample)
{
    xf_http_answer *answer = xf_memory_new(sizeof *answer);
    char line[256];
    const char *at = NULL;
    uint64_t value = 0;

    (void)snprintf(line, sizeof line, "\n%s ", sample);
    xf_http_get(xf_stage_pages_port(s), "/metrics", answer);
    assert_int_equal(answer->status, 200);
    at = strstr(answer->body, line);
    assert_non_null(at);
    if (at != NULL) /* clang-tidy does not know that cmocka jumps */
        value = strtoull(at + strlen(line), NULL, 10);
    free(answer);
    return value;
}

uint64_t
xf_stage_limit_hits(const xf_story *s, const char *limit)
{
    char sample[128];

    (void)snprintf(sample, sizeof sample, "xinfangd_limit_hits_total{limit=\"%s\"}", limit);
    return xf_stage_metric(s, sample);
}
