/* client/cli/book_keys: a book's rows by their names; sorted once, like ones stand side by side. */
#include "client/cli/book_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "client/cli/fill.h"

enum { NAME_MOST = 100 };

/* A row while names are compared. */
typedef struct named {
    char *name;
    size_t row;
    uint8_t content_sha[XF_SHA];
} named;

typedef struct place {
    uint32_t nth;
    bool differs;
    bool read; /* content_sha is there */
    uint8_t content_sha[XF_SHA];
} place;

struct xf_book_keys {
    size_t count;
    place rows[];
};

static int
by_name_and_row(const void *a, const void *b)
{
    const named *left = a;
    const named *right = b;
    int order = strcmp(left->name, right->name);
    if (order != 0)
        return order;
    return left->row < right->row ? -1 : left->row > right->row;
}

/* The rows that can be read; the others are refused when they are sent. */
static size_t
read_names(const xf_form_map *map, const xf_book *book, named *list)
{
    xf_form_map first = *map;
    size_t n = 0;
    first.keys = NULL;
    for (size_t row = 0; row < xf_book_rows(book); row++) {
        xf_arena *arena = xf_arena_new();
        xf_form_row made;
        if (xf_form_fill(&first, book, row, arena, &made, NULL) == XF_CODE_OK &&
            *made.key != '\0') {
            list[n] = (named){.name = xf_memory_text(made.key, strlen(made.key)), .row = row};
            memcpy(list[n].content_sha, made.content_sha, XF_SHA);
            n++;
        }
        xf_arena_free(&arena);
    }
    return n;
}

xf_book_keys *
xf_book_keys_new(const xf_form_map *map, const xf_book *book)
{
    size_t count = xf_book_rows(book);
    xf_book_keys *keys = xf_memory_new(sizeof(*keys) + count * sizeof(place));
    named *list = xf_memory_new((count + 1) * sizeof(*list));
    size_t n = read_names(map, book, list);
    const named *first = list;
    keys->count = count;
    for (size_t row = 0; row < count; row++)
        keys->rows[row].nth = 1;
    if (n > 1)
        qsort(list, n, sizeof(*list), by_name_and_row);
    for (const named *at = list; at < list + n; at++) {
        if (strcmp(at->name, first->name) != 0)
            first = at;
        keys->rows[at->row].nth = (uint32_t)(at - first) + 1;
        keys->rows[at->row].read = true;
        memcpy(keys->rows[at->row].content_sha, at->content_sha, XF_SHA);
        keys->rows[at->row].differs = memcmp(at->content_sha, first->content_sha, XF_SHA) != 0;
    }
    for (size_t i = 0; i < n; i++)
        free(list[i].name);
    free(list);
    return keys;
}

void
xf_book_keys_free(xf_book_keys **keys)
{
    free(*keys);
    *keys = NULL;
}

uint32_t
xf_book_keys_nth(const xf_book_keys *keys, size_t row)
{
    return keys == NULL || row >= keys->count ? 1 : keys->rows[row].nth;
}

bool
xf_book_keys_differs(const xf_book_keys *keys, size_t row)
{
    return keys != NULL && row < keys->count && keys->rows[row].differs;
}

const uint8_t *
xf_book_keys_content(const xf_book_keys *keys, size_t row)
{
    return keys == NULL || row >= keys->count || !keys->rows[row].read
               ? NULL
               : keys->rows[row].content_sha;
}

bool
xf_book_keys_fits(const char *name)
{
    return name != NULL && *name != '\0' && strlen(name) <= NAME_MOST && strchr(name, '#') == NULL;
}

/* A spreadsheet writes 12 as 12.0, 012 or １２. */
static const char *
plain_serial(const char *serial, xf_arena *arena)
{
    char text[16];
    int32_t number = 0;
    if (!xf_fill_count(serial, &number))
        return xf_fill_compact(serial, arena);
    (void)snprintf(text, sizeof(text), "%d", number);
    return xf_arena_text(arena, text, strlen(text));
}

const char *
xf_book_keys_serial(const xf_form *form, const ProtobufCMessage *row, const char *serial,
                    xf_arena *arena)
{
    char text[NAME_MOST + 16];
    int32_t day = 0;
    int year = 0;
    int month = 0;
    int dom = 0;
    const char *number = plain_serial(serial, arena);
    if (!xf_book_keys_fits(number) || !xf_fill_read_number(row, form->day, &day))
        return "";
    xf_day_civil(day, &year, &month, &dom);
    (void)snprintf(text, sizeof(text), "%d/%s", year, number);
    return xf_arena_text(arena, text, strlen(text));
}
