/* db/heads — whose head rows a transaction locks, and whose were held by somebody.
 *
 * Whose row was waited for in vain is waited for only briefly for XF_HEADS_HELD_MS, or until
 * it was had again: on one connection everybody waits for whom it waits for. Briefly is
 * longer than another worker's turn at that bureau takes. After that it is waited for as
 * ever, since behind many turns a brief wait could be in vain each time.
 */
#ifndef XF_DB_HEADS_H
#define XF_DB_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/query.h"

enum {
    XF_HEADS_MOST = 256, /* bureaus of one transaction */
    XF_HEADS_HELD = 16,  /* remembered at once; of more the oldest is forgotten */
    XF_HEADS_HELD_MS = 5000,
};

typedef struct xf_heads {
    int32_t bureaus[XF_HEADS_MOST]; /* sorted, each once */
    size_t n;

    struct {
        int32_t bureau;
        int64_t until_ms; /* steady; past: nobody */
    } held[XF_HEADS_HELD];
} xf_heads;

/* Those of the queries; who is held stays. */
void xf_heads_set(xf_heads *heads, xf_query *const *queries, size_t n);
bool xf_heads_is_held(const xf_heads *heads, int32_t bureau);
/* It was asked for and not had. Does not lengthen a time that runs. */
void xf_heads_missed(xf_heads *heads, int32_t bureau);
void xf_heads_had(xf_heads *heads, int32_t bureau);

#endif
