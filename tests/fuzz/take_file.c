/* Files: a book and a configuration. */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "client/cli/book.h"
#include "fuzz/take.h"

enum { MOST_BOOK = 80000 }; /* the longest cell, 65536, and more */

/* The bytes as a file that has a path: the readers open one. */
static const char *
as_file(const uint8_t *bytes, size_t n)
{
    static char path[64];
    static int fd = -1;

    if (fd < 0) {
        fd = memfd_create("fuzz", MFD_CLOEXEC);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    assert(fd >= 0 && ftruncate(fd, 0) == 0);
    assert(n == 0 || pwrite(fd, bytes, n, 0) == (ssize_t)n);
    return path;
}

/* A line ends with CR, LF or both. */
static size_t
most_lines(const uint8_t *bytes, size_t n)
{
    size_t lines = 1;

    for (size_t i = 0; i < n; i++)
        lines += bytes[i] == '\r' || (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'));
    return lines;
}

static bool
is_text(const char *bytes)
{
    return xf_utf8_valid((const uint8_t *)bytes, strlen(bytes));
}

static void
put(xf_buf *out, const char *text, size_t n)
{
    assert(xf_buf_append(out, text, n, NULL) == XF_CODE_OK);
}

/* Every cell in quotes. */
static void
put_cell(xf_buf *out, const char *text)
{
    assert(is_text(text));
    put(out, "\"", 1);
    while (*text != '\0') {
        size_t plain = strcspn(text, "\"");

        put(out, text, plain);
        text += plain;
        if (*text == '"') {
            put(out, "\"\"", 2);
            text++;
        }
    }
    put(out, "\",", 2);
}

/* The last cell keeps a line that is empty but for cells without a heading. */
static void
put_book(xf_buf *out, const xf_book *book)
{
    size_t columns = xf_book_columns(book);

    for (size_t c = 0; c < columns; c++)
        put_cell(out, xf_book_heading(book, c));
    put(out, "end\r\n", 5);
    for (size_t r = 0; r < xf_book_rows(book); r++) {
        for (size_t c = 0; c < columns; c++)
            put_cell(out, xf_book_cell(book, r, c));
        put(out, "end\r\n", 5);
    }
}

static void
same_book(const xf_book *a, const xf_book *b)
{
    size_t columns = xf_book_columns(a);

    assert(xf_book_columns(b) == columns + 1 && xf_book_rows(b) == xf_book_rows(a));
    for (size_t c = 0; c < columns; c++)
        assert(strcmp(xf_book_heading(a, c), xf_book_heading(b, c)) == 0);
    for (size_t r = 0; r < xf_book_rows(a); r++) {
        for (size_t c = 0; c < columns; c++)
            assert(strcmp(xf_book_cell(a, r, c), xf_book_cell(b, r, c)) == 0);
    }
}

void
xf_fuzz_book(const uint8_t *bytes, size_t n)
{
    xf_book *book = NULL;
    xf_book *again = NULL;
    xf_error error = {0};
    xf_buf out;
    size_t line = 0;

    xf_fuzz_judged(xf_book_read(as_file(bytes, n), &book, &error), &error);
    if (error.code != XF_CODE_OK)
        return;
    for (size_t r = 0; r < xf_book_rows(book); r++) {
        assert(xf_book_line(book, r) > line);
        line = xf_book_line(book, r);
        assert(xf_book_cell(book, r, SIZE_MAX)[0] == '\0');
    }
    assert(line <= most_lines(bytes, n));
    xf_buf_init(&out, XF_LIMIT_BOOK);
    put_book(&out, book);
    xf_fuzz_judged(xf_book_read(as_file(xf_buf_at(&out), xf_buf_readable(&out)), &again, &error),
                   &error);
    assert(error.code == XF_CODE_OK);
    same_book(book, again);
    xf_buf_clear(&out);
    xf_book_free(&again);
    xf_book_free(&book);
}

/* The head, then the unit so many times. */
void
xf_fuzz_long_book(const uint8_t *bytes, size_t n)
{
    static uint8_t book[MOST_BOOK];
    size_t head = n > 3 ? bytes[2] : 0;
    size_t unit = n > 3 + head ? n - 3 - head : 0;
    size_t most = unit > 0 ? (MOST_BOOK - head) / unit : 0;
    size_t body = 0;

    if (most == 0)
        return;
    body = (size_t)bytes[0] << (bytes[1] & 15);
    body = (body > most ? most : body) * unit;
    memcpy(book, bytes + 3, head);
    xf_fuzz_repeat(book + head, body, bytes + 3 + head, unit);
    xf_fuzz_book(book, head + body);
}

/* What a configuration says about limits must not outlast its run. */
static void
restore_limits(const uint64_t *before)
{
    for (int i = 0; i < XF_LIMIT_COUNT; i++)
        assert(xf_limit_set(xf_limit_key((xf_limit)i), before[i]));
}

void
xf_fuzz_conf(const uint8_t *bytes, size_t n)
{
    char *address = NULL;
    char *fixed = xf_memory_text("default", 7);
    int64_t port = 7;
    int64_t east = 0;
    uint64_t before[XF_LIMIT_COUNT];
    xf_conf_fault fault = {.line = -1};
    xf_error error = {0};
    const xf_conf_key keys[] = {
        {.key = "listen.address", .text = &address, .needed = 1},
        {.key = "listen.port", .number = &port, .least = 1, .most = 65535, .needed = 1},
        {.key = "east", .number = &east, .least = -14, .most = 14},
        {.key = "now.fixed", .text = &fixed},
        {.key = NULL},
    };

    for (int i = 0; i < XF_LIMIT_COUNT; i++)
        before[i] = xf_limit_get((xf_limit)i);
    xf_fuzz_judged(xf_conf_read(as_file(bytes, n), keys, &fault, &error), &error);
    restore_limits(before);
    if (error.code == XF_CODE_OK) {
        assert(n == 0 || memchr(bytes, '\0', n) == NULL);
        assert(fault.line == -1 && address != NULL && address[0] != '\0');
    } else {
        assert(fault.line >= 0 && (size_t)fault.line <= most_lines(bytes, n));
        assert(memchr(fault.key, '\0', sizeof fault.key) != NULL);
        /* Both are shown to people: a name that is too long is not cut inside a character. */
        assert(!xf_utf8_valid(bytes, n) || (is_text(fault.key) && is_text(error.field)));
    }
    assert(port >= 1 && port <= 65535 && east >= -14 && east <= 14 && fixed != NULL);
    free(address);
    free(fixed);
}
