/* One fuzz target for everything that reads what somebody else wrote. The first byte of an
 * input picks to what the rest is fed; numbers have their high byte first:
 *
 *   f  bytes                                     one frame (common/wire/frame)
 *   s  [n 1][n bytes]...                         frames that come in pieces
 *   m  [method 2] body                           a message (common/wire/scan, message)
 *   x  [method 2][wraps 1][tag 1][times 2] unit  a bomb: the unit so many times, wrapped in
 *                                                so many submessages, is the body
 *   b  bytes                                     a book (client/cli/book)
 *   l  [times 2][n 1][n bytes] unit              a long book: the bytes, then the unit so many
 *                                                times
 *   c  bytes                                     a configuration (common/base/conf)
 *   r  bytes                                     a device's certificate request (server/crypto/issue)
 *   i  info                                      one that asks for that, signed with 32 times 7
 *   t  bytes                                     a search term (server/law/search)
 *
 * The method's highest bit asks for its reply instead of its request; method 0 is Tree of
 * tree.proto. Times a, b stand for a * 2^b, so that most bombs are small.
 *
 * Besides what the sanitizers see, each kind has something that must hold whatever the bytes
 * are: it is asserted.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limit.h"
#include "fuzz/take.h"

#ifdef NDEBUG
#error "the asserts are the test"
#endif

void
xf_fuzz_judged(xf_code code, const xf_error *error)
{
    assert(error->code == code && code < XF_CODE_INTERNAL);
    assert((error->text != XF_TEXT_NONE) == (code != XF_CODE_OK));
    assert(memchr(error->field, '\0', sizeof error->field) != NULL);
}

void
xf_fuzz_same(const xf_buf *a, const xf_buf *b)
{
    size_t n = xf_buf_readable(a);

    assert(n == xf_buf_readable(b));
    assert(n == 0 || memcmp(xf_buf_at(a), xf_buf_at(b), n) == 0);
}

/* Twice as much each time: a unit of a byte is not copied a million times. */
void
xf_fuzz_repeat(uint8_t *ret_bytes, size_t total, const uint8_t *unit, size_t n)
{
    size_t step = n;

    for (size_t done = 0; done < total; done += step) {
        if (done > 0)
            step = done < total - done ? done : total - done;
        memcpy(ret_bytes + done, done > 0 ? ret_bytes : unit, step);
    }
}

static struct kind {
    char first;
    const char *name;
    void (*take)(const uint8_t *bytes, size_t n);
    uint64_t runs;
} kinds[] = {
    {'f', "frame", xf_fuzz_frame, 0},     {'s', "sequence", xf_fuzz_sequence, 0},
    {'m', "message", xf_fuzz_message, 0}, {'x', "bomb", xf_fuzz_bomb, 0},
    {'b', "book", xf_fuzz_book, 0},       {'l', "long-book", xf_fuzz_long_book, 0},
    {'c', "conf", xf_fuzz_conf, 0},       {'r', "request", xf_fuzz_request, 0},
    {'t', "search", xf_fuzz_search, 0},   {'i', "request-info", xf_fuzz_request_info, 0},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void
tell_runs(void)
{
    (void)fprintf(stderr, "runs:");
    for (size_t i = 0; i < KINDS; i++)
        (void)fprintf(stderr, " %s=%" PRIu64, kinds[i].name, kinds[i].runs);
    (void)fprintf(stderr, "\n");
}

static void
begin(void)
{
    static bool begun = false;

    if (begun)
        return;
    begun = true;
    /* Or ten thousand fields, the most there may be, would always find room. */
    assert(xf_limit_set("limit.arena", 2097152));
    assert(atexit(tell_runs) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    begin();
    for (size_t i = 0; n > 0 && i < KINDS; i++) {
        if (bytes[0] != (uint8_t)kinds[i].first)
            continue;
        kinds[i].runs++;
        kinds[i].take(bytes + 1, n - 1);
    }
    return 0;
}
