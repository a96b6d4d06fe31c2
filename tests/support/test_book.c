/* tests/support/test_book: a temporary file a book. */
#include "test_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/cli/book_keys.h"

xf_code
xf_test_book_bytes(xf_test_book *b, const char *form, const char *bytes, size_t n)
{
    xf_code code = XF_CODE_OK;
    int fd = -1;

    *b = (xf_test_book){.path = "/tmp/xf-book-XXXXXX"};
    fd = mkstemp(b->path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    assert_int_equal(close(fd), 0);
    b->arena = xf_arena_new();
    code = xf_book_read(b->path, &b->book, &b->error);
    if (code == XF_CODE_OK)
        code = xf_form_map_book(xf_form_find(form), b->book, &b->map, &b->error);
    if (code != XF_CODE_OK)
        return code;
    b->map.bureau = XF_TEST_BUREAU;
    b->keys = xf_book_keys_new(&b->map, b->book);
    b->map.keys = b->keys;
    return code;
}

xf_code
xf_test_book_text(xf_test_book *b, const char *form, const char *text)
{
    return xf_test_book_bytes(b, form, text, strlen(text));
}

void
xf_test_book_drop(xf_test_book *b)
{
    (void)unlink(b->path);
    xf_book_keys_free(&b->keys);
    xf_book_free(&b->book);
    xf_arena_free(&b->arena);
}

xf_form_row
xf_test_book_row(xf_test_book *b, size_t row, bool dry_run)
{
    xf_form_row made = {0};

    b->map.dry_run = dry_run;
    assert_int_equal(xf_form_fill(&b->map, b->book, row, b->arena, &made, &b->error), XF_CODE_OK);
    return made;
}

void
xf_test_book_bad_row(xf_test_book *b, size_t row, xf_text text, const char *heading)
{
    xf_form_row made;

    assert_int_equal(xf_form_fill(&b->map, b->book, row, b->arena, &made, &b->error),
                     XF_CODE_INVALID);
    assert_int_equal(b->error.text, text);
    assert_string_equal(b->error.field, heading);
}
