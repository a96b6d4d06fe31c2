/* base/memory — malloc that does not fail.
 *
 * Sizes are bounded by base/limit before anybody allocates, and op_ids make a restart
 * safe, so a failed malloc aborts instead of leaving a path that no test has walked.
 */
#ifndef XF_BASE_MEMORY_H
#define XF_BASE_MEMORY_H

#include <stddef.h>

void *xf_memory_new(size_t n);                    /* zeroed */
void *xf_memory_grow(void *memory, size_t n);     /* realloc */
char *xf_memory_text(const char *text, size_t n); /* a copy with a NUL behind it */

#endif
