/* tests/support/stage_pages — the pages that a story's server has for whoever operates it. */
#ifndef XF_TEST_STAGE_PAGES_H
#define XF_TEST_STAGE_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "stage.h"

/* Lines for the server's configuration. The pages' port stands in the story's directory, whose name is
 * not known before it is there. */
void xf_stage_pages_conf(char *ret_conf, size_t n);
int xf_stage_pages_port(const xf_story *s);
/* What the page says of this sample, `xinfangd_db_queries_waiting{lanes="writer"}`, as of the last beat. */
uint64_t xf_stage_metric(const xf_story *s, const char *sample);
/* How often a limit was hit, by its name on the page: "push_backlog". */
uint64_t xf_stage_limit_hits(const xf_story *s, const char *limit);

#endif
