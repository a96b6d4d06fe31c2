/* client/cli/book: bytes, then text, then cells. The whole file is held: its size has a
 * named ceiling, and cells are offsets into one buffer. */
#include "client/cli/book.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <csv.h>
#include <iconv.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "client/cli/fill.h"

enum { READ_SIZE = 65536, CELL_MOST = 65536 };

typedef struct row {
    size_t line;
    size_t first; /* of xf_book.cells */
    size_t count;
} row;

struct xf_book {
    xf_buf text;   /* every cell with a NUL behind it */
    size_t *cells; /* where each begins in text */
    size_t cell_count, cell_room;
    row *rows;
    size_t row_count, row_room;
    size_t heading; /* of rows */
};

/* The walk of libcsv. */
typedef struct walk {
    xf_book *book;
    xf_arena *arena; /* of the row */
    size_t line;     /* of the row under way, from 1 */
    size_t first;    /* its first cell */
    int last_end;    /* the character that ended a line just before, or 0 */
    xf_error *reterr;
    xf_code code;
} walk;

static xf_code
read_bytes(const char *path, xf_buf *bytes, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    ssize_t n = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        XF_TRY(XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "%.80s", path));
    while (n > 0) {
        uint8_t piece[READ_SIZE]; /* room for one behind the last would count against the limit */
        n = read(fd, piece, sizeof piece);
        if (n < 0)
            XF_TRY(XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "%.80s", path));
        XF_TRY(xf_buf_append(bytes, piece, (size_t)n, reterr));
    }
out:
    if (fd >= 0)
        (void)close(fd);
    return code;
}

/* GB18030 to UTF-8, or BOOK_ENCODING at the first byte that is neither. */
static xf_code
from_gb18030(const xf_buf *bytes, xf_buf *text, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    char *in = (char *)xf_buf_at(bytes);
    size_t in_left = xf_buf_readable(bytes);
    iconv_t converter = iconv_open("UTF-8", "GB18030");
    if (converter == (iconv_t)-1)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_ENCODING, "%s", "");
    while (in_left > 0) {
        uint8_t *room = NULL;
        XF_TRY(xf_buf_room(text, READ_SIZE, &room, reterr));
        char *out = (char *)room;
        size_t out_left = READ_SIZE;
        size_t done = iconv(converter, &in, &in_left, &out, &out_left);
        if (done == (size_t)-1 && errno != E2BIG)
            XF_TRY(XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_ENCODING, "%s", ""));
        xf_buf_wrote(text, READ_SIZE - out_left);
    }
    if (!xf_utf8_valid(xf_buf_at(text), xf_buf_readable(text)))
        XF_TRY(XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_ENCODING, "%s", ""));
out:
    (void)iconv_close(converter);
    return code;
}

static xf_code
to_text(xf_buf *bytes, xf_buf *text, xf_error *reterr)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    size_t n = xf_buf_readable(bytes);
    bool marked = n >= sizeof(mark) && memcmp(xf_buf_at(bytes), mark, sizeof(mark)) == 0;
    if (marked)
        xf_buf_consume(bytes, sizeof(mark));
    n = xf_buf_readable(bytes);
    if (n == 0)
        return XF_CODE_OK;
    if (xf_utf8_valid(xf_buf_at(bytes), n))
        return xf_buf_append(text, xf_buf_at(bytes), n, reterr);
    if (marked)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_ENCODING, "%s", "");
    return from_gb18030(bytes, text, reterr);
}

static void *
grown(void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room == 0 ? 256 : *room * 2;
    return xf_memory_grow(list, *room * size);
}

static void
on_cell(void *bytes, size_t n, void *data)
{
    walk *w = data;
    xf_book *book = w->book;
    w->last_end = 0;
    if (w->code != XF_CODE_OK)
        return;
    char *raw = n > CELL_MOST ? NULL : xf_arena_text(w->arena, bytes, n);
    char *tidy = raw == NULL ? NULL : xf_fill_tidy(raw, w->arena);
    if (tidy == NULL) {
        w->code = XF_FAIL(w->reterr, XF_CODE_INVALID, XF_TEXT_FIELD_TOO_LONG, "%zu", w->line);
        return;
    }
    book->cells = grown(book->cells, book->cell_count, &book->cell_room, sizeof(size_t));
    book->cells[book->cell_count++] = book->text.len;
    w->code = xf_buf_append(&book->text, tidy, strlen(tidy) + 1, w->reterr);
}

static const char *
text_at(const xf_book *book, size_t cell)
{
    return (const char *)book->text.data + book->cells[cell];
}

/* 合计, 本页小计：, 合计121件: short, and a word of sums at one end. */
static bool
is_sum(const char *text, xf_arena *arena)
{
    enum { SHORT = 24 }; /* eight characters */

    static const char *const words[] = {"合计", "总计", "小计", "共计", "累计"};
    char *word = xf_fill_compact(text, arena);
    size_t n = word == NULL ? 0 : strlen(word);
    if (n >= 3 && strcmp(word + n - 3, "：") == 0)
        n -= 3;
    if (n >= 1 && word[n - 1] == ':')
        n -= 1;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t size = strlen(words[i]);
        if (n >= size && n <= SHORT &&
            (strncmp(word, words[i], size) == 0 || strncmp(word + n - size, words[i], size) == 0))
            return true;
    }
    return false;
}

/* Nothing in it, or a line of sums: its first word says so. */
static bool
left_out(const xf_book *book, size_t first, xf_arena *arena)
{
    for (size_t c = first; c < book->cell_count; c++) {
        if (*text_at(book, c) != '\0')
            return is_sum(text_at(book, c), arena);
    }
    return true;
}

static void
end_row(walk *w)
{
    xf_book *book = w->book;
    if (left_out(book, w->first, w->arena)) {
        book->cell_count = w->first;
    } else {
        book->rows = grown(book->rows, book->row_count, &book->row_room, sizeof(row));
        book->rows[book->row_count++] = (row){w->line, w->first, book->cell_count - w->first};
    }
    w->first = book->cell_count;
    w->line++;
    xf_arena_free(&w->arena);
    w->arena = xf_arena_new();
}

/* With CSV_REPALL_NL each CR and each LF is told: CR LF is one end. */
static void
on_end(int character, void *data)
{
    walk *w = data;
    if (character == CSV_LF && w->last_end == CSV_CR) {
        w->last_end = 0;
        return;
    }
    w->last_end = character;
    if (w->code == XF_CODE_OK)
        end_row(w);
}

static xf_code
split(xf_book *book, const xf_buf *text, xf_error *reterr)
{
    struct csv_parser parser;
    walk w = {.book = book, .line = 1, .reterr = reterr, .code = XF_CODE_OK};
    if (csv_init(&parser, CSV_REPALL_NL) != 0)
        abort();
    w.arena = xf_arena_new();
    size_t n = xf_buf_readable(text);
    bool whole = n == 0 || csv_parse(&parser, xf_buf_at(text), n, on_cell, on_end, &w) == n;
    whole = whole && csv_fini(&parser, on_cell, on_end, &w) == 0;
    csv_free(&parser);
    xf_arena_free(&w.arena);
    if (w.code == XF_CODE_OK && !whole)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_BYTES, "%zu", w.line);
    return w.code;
}

xf_code
xf_book_read(const char *path, xf_book **ret_book, xf_error *reterr)
{
    xf_book *book = xf_memory_new(sizeof(*book));
    xf_code code = XF_CODE_OK;
    xf_buf bytes;
    xf_buf text;
    xf_buf_init(&bytes, XF_LIMIT_BOOK);
    xf_buf_init(&text, XF_LIMIT_BOOK);
    xf_buf_init(&book->text, XF_LIMIT_BOOK);
    XF_TRY(read_bytes(path, &bytes, reterr));
    XF_TRY(to_text(&bytes, &text, reterr));
    XF_TRY(split(book, &text, reterr));
    if (book->row_count == 0)
        XF_TRY(XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_MISSING, "%s", ""));
    *ret_book = book;
    book = NULL;
out:
    xf_buf_clear(&bytes);
    xf_buf_clear(&text);
    xf_book_free(&book);
    return code;
}

void
xf_book_free(xf_book **book)
{
    if (*book == NULL)
        return;
    xf_buf_clear(&(*book)->text);
    free((*book)->cells);
    free((*book)->rows);
    free(*book);
    *book = NULL;
}

size_t
xf_book_lines(const xf_book *book)
{
    return book->row_count;
}

const char *
xf_book_text(const xf_book *book, size_t line, size_t column)
{
    const struct row *at = &book->rows[line];
    return column < at->count ? text_at(book, at->first + column) : "";
}

static bool
column_empty(const xf_book *book, size_t column)
{
    for (size_t line = book->heading; line < book->row_count; line++) {
        if (*xf_book_text(book, line, column) != '\0')
            return false;
    }
    return true;
}

void
xf_book_set_heading(xf_book *book, size_t line)
{
    struct row *head = &book->rows[line];
    xf_arena *arena = xf_arena_new();
    book->heading = line;
    for (size_t c = 0; c < head->count; c++) {
        char *cell = (char *)book->text.data + book->cells[head->first + c];
        const char *compact = xf_fill_compact(cell, arena); /* never longer */
        if (compact != NULL)
            memcpy(cell, compact, strlen(compact) + 1);
    }
    while (head->count > 0 && column_empty(book, head->count - 1))
        head->count--;
    xf_arena_free(&arena);
}

size_t
xf_book_columns(const xf_book *book)
{
    return book->rows[book->heading].count;
}

const char *
xf_book_heading(const xf_book *book, size_t column)
{
    return xf_book_text(book, book->heading, column);
}

xf_code
xf_book_places(const xf_book *book, const char *const (*names)[2], size_t needed, size_t n,
               size_t *ret_places, xf_error *reterr)
{
    for (size_t i = 0; i < n; i++)
        ret_places[i] = SIZE_MAX;
    for (size_t c = 0; c < xf_book_columns(book); c++) {
        const char *heading = xf_book_heading(book, c);
        size_t i = 0;
        while (i < n && strcmp(heading, names[i][0]) != 0 && strcmp(heading, names[i][1]) != 0)
            i++;
        if (i == n)
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_UNKNOWN, "%.80s", heading);
        if (ret_places[i] != SIZE_MAX)
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_TWICE, "%.80s", heading);
        ret_places[i] = c;
    }
    for (size_t i = 0; i < needed; i++) {
        if (ret_places[i] == SIZE_MAX) {
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_MISSING, "%s",
                           names[i][0]);
        }
    }
    return XF_CODE_OK;
}

size_t
xf_book_rows(const xf_book *book)
{
    return book->row_count - book->heading - 1;
}

size_t
xf_book_line(const xf_book *book, size_t row)
{
    return book->rows[book->heading + 1 + row].line;
}

const char *
xf_book_cell(const xf_book *book, size_t row, size_t column)
{
    return xf_book_text(book, book->heading + 1 + row, column);
}
