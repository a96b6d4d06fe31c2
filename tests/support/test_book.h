/* tests/support/test_book — a book on disk as the command line reads it, for the unit tests. */
#ifndef XF_TEST_BOOK_H
#define XF_TEST_BOOK_H

#include "client/cli/book.h"
#include "client/cli/form.h"

enum { XF_TEST_BUREAU = 450922 };

/* The file, its map, and an arena for its rows. */
typedef struct xf_test_book {
    char path[64];
    xf_book *book;
    xf_form_map map;
    struct xf_book_keys *keys;
    xf_arena *arena;
    xf_error error;
} xf_test_book;

/* Written and read by this form; the code says what came of it. Dropped in any case. */
xf_code xf_test_book_bytes(xf_test_book *b, const char *form, const char *bytes, size_t n);
xf_code xf_test_book_text(xf_test_book *b, const char *form, const char *text);
void xf_test_book_drop(xf_test_book *b);

xf_form_row xf_test_book_row(xf_test_book *b, size_t row, bool dry_run);
/* The same of a row that cannot be read; what is wrong is in b->error. */
void xf_test_book_bad_row(xf_test_book *b, size_t row, xf_text text, const char *heading);

#endif
