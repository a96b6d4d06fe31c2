/* client/cli/import_read: what a book was read as, without a server: for whoever wonders why a
 * row is sent back, and for scripts. It is the file's own content and goes nowhere else. */
#include <stdio.h>

#include "client/cli/book_keys.h"
#include "client/cli/cli.h"
#include "client/cli/form.h"
#include "client/cli/show.h"
#include "client/cli/words.h"

/* A row that cannot be read keeps its place and says which column and why. */
static cJSON *
read_row(const xf_form_map *map, const xf_book *book, size_t row, bool *ret_good)
{
    xf_arena *arena = xf_arena_new();
    xf_form_row made;
    xf_error error = {0};
    cJSON *json = NULL;
    if (xf_form_fill(map, book, row, arena, &made, &error) == XF_CODE_OK) {
        json = xf_show_json(made.request);
        cJSON_DeleteItemFromObject(json, "op_id");
        cJSON_DeleteItemFromObject(json, "row_sha");
    } else {
        json = cJSON_CreateObject();
        (void)cJSON_AddStringToObject(json, "column", error.field);
        (void)cJSON_AddStringToObject(json, "refused", xf_error_words(error.text));
        *ret_good = false;
    }
    (void)cJSON_AddNumberToObject(json, "line", (double)xf_book_line(book, row));
    xf_arena_free(&arena);
    return json;
}

static int
read_book(xf_cli *cli, const char *path)
{
    xf_book *book = NULL;
    xf_book_keys *keys = NULL;
    xf_form_map map;
    xf_error error = {0};
    bool good = true;
    if (xf_book_read(path, &book, &error) != XF_CODE_OK)
        return (int)xf_tell_error(cli, &error);
    const xf_form *form = xf_form_guess(book);
    if (form == NULL) {
        (void)XF_FAIL(&error, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_UNKNOWN, "%.80s", path);
        good = false;
    } else {
        good = xf_form_map_book(form, book, &map, &error) == XF_CODE_OK;
    }
    if (!good) {
        xf_book_free(&book);
        return (int)xf_tell_error(cli, &error);
    }
    cJSON *json = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(json, "book", form->name);
    keys = xf_book_keys_new(&map, book);
    map.keys = keys;
    cJSON *rows = cJSON_AddArrayToObject(json, "rows");
    for (size_t row = 0; row < xf_book_rows(book); row++)
        cJSON_AddItemToArray(rows, read_row(&map, book, row, &good));
    xf_show_tree(json, false);
    cJSON_Delete(json);
    xf_book_keys_free(&keys);
    xf_book_free(&book);
    return good ? (int)XF_EXIT_OK : (int)XF_EXIT_FAILED;
}

int
xf_import_read(xf_cli *cli, const xf_args *args)
{
    int status = (int)XF_EXIT_OK;
    for (int i = 0; i < args->word_count && status == (int)XF_EXIT_OK; i++)
        status = read_book(cli, args->words[i]);
    return status;
}
