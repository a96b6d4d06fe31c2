/* client/cli/form: the list of the books, from headings to columns, from a row to a request. */
#include "client/cli/form.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "client/cli/book_keys.h"
#include "client/cli/fill.h"

static const xf_form *const forms[] = {
    &xf_bureau_unit_form, &xf_bureau_officer_form, &xf_petition_form,
    &xf_reception_form,   &xf_visit_form,          &xf_notice_form,
    &xf_dispute_form,     &xf_theft_form,          &xf_panel_form,
};

enum { FORM_COUNT = sizeof(forms) / sizeof(forms[0]), TITLES = 20 };

/* Columns that list people, or tell of them what is not collected: the bureau registers matters
 * and keeps no list of persons, scored, watched or labelled. A heading that holds one of these
 * and is not in the form is refused by name. */
static const char *const person_words[] = {
    "重点人",   "重点对象", "重点户", "稳控",   "管控",     "包保",     "上访户",   "信访户",
    "上访老户", "缠访",     "闹访",   "黑名单", "人员等级", "人员分类", "人员标签", "风险等级",
    "积分",     "评分",     "画像",   "前科",   "民族",     "职业",     "政治面貌", "籍贯",
};

size_t
xf_form_count(void)
{
    return FORM_COUNT;
}

const xf_form *
xf_form_at(size_t i)
{
    return forms[i];
}

const xf_form *
xf_form_find(const char *name)
{
    for (size_t i = 0; i < FORM_COUNT; i++) {
        if (strcmp(forms[i]->name, name) == 0)
            return forms[i];
    }
    return NULL;
}

static const xf_form_column *
column_of(const xf_form *form, const char *heading)
{
    for (const xf_form_column *c = form->columns; c->heading != NULL; c++) {
        if (strcmp(c->heading, heading) == 0)
            return c;
    }
    return NULL;
}

static bool
lists_people(const char *heading)
{
    for (size_t i = 0; i < sizeof(person_words) / sizeof(person_words[0]); i++) {
        if (strstr(heading, person_words[i]) != NULL)
            return true;
    }
    return false;
}

static bool
needed(const xf_form_column *column)
{
    return (column->flags & XF_FORM_NEEDED) != 0;
}

/* How many of a form's headings stand in a line, and whether they are most of those needed. */
static size_t
headings_in(const xf_form *form, const xf_book *book, size_t line, bool *ret_most)
{
    size_t found = 0;
    size_t wanted = 0;
    size_t wanted_found = 0;
    xf_arena *arena = xf_arena_new();
    for (const xf_form_column *c = form->columns; c->heading != NULL; c++)
        wanted += needed(c) ? 1 : 0;
    for (size_t place = 0; place < XF_FORM_COLUMNS; place++) {
        const char *text = xf_fill_compact(xf_book_text(book, line, place), arena);
        const xf_form_column *c = text == NULL ? NULL : column_of(form, text);
        found += c != NULL ? 1 : 0;
        wanted_found += c != NULL && needed(c) ? 1 : 0;
    }
    xf_arena_free(&arena);
    *ret_most = wanted_found * 2 > wanted;
    return found;
}

static size_t
lines_to_look_at(const xf_book *book)
{
    return xf_book_lines(book) < TITLES ? xf_book_lines(book) : TITLES;
}

/* The heading line. Without one, the line that comes closest: its faults are told. */
static size_t
heading_line(const xf_form *form, const xf_book *book, bool *ret_found)
{
    size_t closest = 0;
    size_t best = 0;
    for (size_t line = 0; line < lines_to_look_at(book); line++) {
        size_t found = headings_in(form, book, line, ret_found);
        if (*ret_found)
            return line;
        if (found > best) {
            best = found;
            closest = line;
        }
    }
    return closest;
}

const xf_form *
xf_form_guess(const xf_book *book)
{
    const xf_form *guess = NULL;
    size_t best = 0;
    for (size_t i = 0; i < FORM_COUNT; i++) {
        bool found = false;
        size_t line = heading_line(forms[i], book, &found);
        size_t known = headings_in(forms[i], book, line, &found);
        if (found && known > best) {
            best = known;
            guess = forms[i];
        }
    }
    return guess;
}

/* Titles stand in one cell: the first line with two is a heading, whatever book it is. */
static size_t
lines_before_rows(const xf_book *book)
{
    for (size_t line = 0; line < lines_to_look_at(book); line++) {
        size_t cells = 0;
        for (size_t place = 0; place < XF_FORM_COLUMNS; place++)
            cells += *xf_book_text(book, line, place) != '\0' ? 1 : 0;
        if (cells > 1)
            return line + 1;
    }
    return lines_to_look_at(book);
}

static xf_code
refuse_people_in(const xf_book *book, size_t line, xf_arena *arena, xf_error *reterr)
{
    for (size_t place = 0; place < XF_FORM_COLUMNS; place++) {
        const char *text = xf_fill_compact(xf_book_text(book, line, place), arena);
        if (text != NULL && lists_people(text))
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_PERSON_COLUMN, "%.80s", text);
    }
    return XF_CODE_OK;
}

/* Before anything else is said about the headings. */
static xf_code
refuse_people(const xf_book *book, size_t first, size_t lines, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    xf_arena *arena = xf_arena_new();
    for (size_t line = first; line < first + lines && code == XF_CODE_OK; line++)
        code = refuse_people_in(book, line, arena, reterr);
    xf_arena_free(&arena);
    return code;
}

static bool
mapped(const xf_form_map *map, const xf_form_column *column)
{
    for (size_t i = 0; i < map->count; i++) {
        if (map->columns[i] == column)
            return true;
    }
    return false;
}

/* An empty heading over empty cells is what spreadsheets leave between columns. */
static bool
column_empty(const xf_book *book, size_t column)
{
    for (size_t row = 0; row < xf_book_rows(book); row++) {
        if (*xf_book_cell(book, row, column) != '\0')
            return false;
    }
    return true;
}

static xf_code
map_column(xf_form_map *map, const xf_book *book, size_t place, xf_error *reterr)
{
    const char *heading = xf_book_heading(book, place);
    const xf_form_column *column = column_of(map->form, heading);
    if (column == NULL && *heading == '\0' && column_empty(book, place))
        return XF_CODE_OK;
    if (column == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_UNKNOWN, "%.80s", heading);
    if (mapped(map, column))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_TWICE, "%.80s", heading);
    map->columns[place] = column;
    return XF_CODE_OK;
}

static xf_code
map_columns(xf_form_map *map, const xf_book *book, xf_error *reterr)
{
    if (xf_book_columns(book) > XF_FORM_COLUMNS) {
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_UNKNOWN, "%.80s",
                       xf_book_heading(book, XF_FORM_COLUMNS));
    }
    for (size_t i = 0; i < xf_book_columns(book); i++) {
        xf_code code = map_column(map, book, i, reterr);
        if (code != XF_CODE_OK)
            return code;
        map->count = i + 1;
    }
    for (const xf_form_column *c = map->form->columns; c->heading != NULL; c++) {
        if (needed(c) && !mapped(map, c))
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_MISSING, "%s", c->heading);
    }
    return XF_CODE_OK;
}

xf_code
xf_form_map_book(const xf_form *form, xf_book *book, xf_form_map *ret_map, xf_error *reterr)
{
    xf_form_map map = {.form = form};
    bool found = false;
    size_t line = heading_line(form, book, &found);
    xf_code code =
        refuse_people(book, found ? line : 0, found ? 1 : lines_before_rows(book), reterr);
    if (code != XF_CODE_OK)
        return code;
    xf_book_set_heading(book, line);
    code = map_columns(&map, book, reterr);
    if (code == XF_CODE_OK)
        *ret_map = map;
    return code;
}

static const char *
plain_text(const xf_form_column *column, const char *text, xf_arena *arena)
{
    if ((column->flags & XF_FORM_NUMBER) != 0)
        return xf_fill_docnumber(text, arena);
    return (column->flags & XF_FORM_COMPACT) != 0 ? xf_fill_compact(text, arena) : text;
}

static xf_code
fill_cell(const xf_form *form, const xf_form_column *column, const char *cell,
          ProtobufCMessage *request, xf_arena *arena, xf_error *reterr)
{
    xf_error error = {.text = XF_TEXT_BOOK_WORD_UNKNOWN};
    const char *text = plain_text(column, cell, arena);
    if (text == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%s", column->heading);
    bool mixed = form->mixed != NULL && strcmp(column->field, form->mixed) == 0;
    bool read = mixed ? form->read_mixed(request, text)
                      : xf_fill(request, column->field, text, arena, &error) == XF_CODE_OK;
    if (read)
        return XF_CODE_OK;
    return XF_FAIL(reterr, XF_CODE_INVALID, error.text, "%s", column->heading);
}

static xf_code
fill_cells(const xf_form_map *map, const xf_book *book, size_t row, ProtobufCMessage *request,
           xf_arena *arena, xf_error *reterr)
{
    for (size_t i = 0; i < map->count; i++) {
        const xf_form_column *column = map->columns[i];
        const char *text = xf_book_cell(book, row, i);
        if (column == NULL || column->field == NULL || *text == '\0' ||
            (!needed(column) && xf_fill_nothing(text)))
            continue;
        xf_code code = fill_cell(map->form, column, text, request, arena, reterr);
        if (code != XF_CODE_OK)
            return code;
    }
    return XF_CODE_OK;
}

static bool
sha256(const void *bytes, size_t n, uint8_t out[XF_SHA])
{
    return EVP_Digest(bytes, n, out, NULL, EVP_sha256(), NULL) == 1;
}

/* No snprintf: of 48 bytes a row it was a seventh of an import's work. */
static char *
put_hex(char *at, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 0x0f];
    }
    *at = '\0';
    return at;
}

/* RFC 9562, version 8: bits that the maker chose. */
static bool
make_op_id(const xf_form_map *map, const xf_form_row *row, uint8_t out[XF_OP_ID])
{
    char name[320];
    uint8_t digest[XF_SHA];
    int n = snprintf(name, sizeof(name), "%" PRId32 "\x1f%s%s\x1f%.128s\x1f", map->bureau,
                     map->form->name,
                     map->dry_run ? "\x1f"
                                    "dry-run"
                                  : "",
                     row->key);
    char *end = put_hex(name + n, row->content_sha, XF_SHA);
    if (map->update)
        end = put_hex(end, map->run, XF_OP_ID);
    if (!sha256(name, (size_t)(end - name), digest))
        return false;
    memcpy(out, digest, XF_OP_ID);
    out[6] = (uint8_t)((out[6] & 0x0f) | 0x80);
    out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
    return true;
}

static const char *
serial_of(const xf_form_map *map, const xf_book *book, size_t row)
{
    for (size_t i = 0; i < map->count; i++) {
        const xf_form_column *column = map->columns[i];
        const char *text = xf_book_cell(book, row, i);
        if (column != NULL && strcmp(column->heading, XF_FORM_SERIAL) == 0)
            return xf_fill_nothing(text) ? "" : text;
    }
    return "";
}

/* "~" and the beginning of the content's hash, where nothing else names the row. */
static const char *
content_name(const uint8_t sha[XF_SHA], xf_arena *arena)
{
    enum { BYTES = 8 };

    char text[BYTES * 2 + 2] = "~";
    (void)put_hex(text + 1, sha, BYTES);
    return xf_arena_text(arena, text, strlen(text));
}

static xf_code
name_row(const xf_form_map *map, const xf_book *book, size_t at, xf_arena *arena, xf_form_row *row,
         xf_error *reterr)
{
    const xf_form *form = map->form;
    if (form->name_row == NULL) {
        const char *key = xf_fill_read_text(row->request, form->key);
        row->key = key == NULL ? "" : key;
    } else {
        const char *name = form->name_row(form, row->request, serial_of(map, book, at), arena);
        if (name != NULL && *name == '\0')
            name = content_name(row->content_sha, arena);
        uint32_t nth = form->again ? xf_book_keys_nth(map->keys, at) : 1;
        const char *book = map->book == NULL ? "" : map->book;
        size_t room = name == NULL ? 0 : strlen(book) + strlen(name) + 16;
        char *key = name == NULL ? NULL : xf_arena_take(arena, room);
        if (key == NULL)
            return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%s", "");
        (void)snprintf(key, room, nth > 1 ? "%s%s%s#%" PRIu32 : "%s%s%s", book,
                       *book == '\0' ? "" : "/", name, nth);
        xf_fill_text(row->request, form->key, key);
        row->key = key;
    }
    if (!form->again && xf_book_keys_differs(map->keys, at))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_ROW_TWICE, "%s", form->key_heading);
    return XF_CODE_OK;
}

static bool
has_field(const ProtobufCMessage *message, const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name) != NULL;
}

static xf_code
seal_row(const xf_form_map *map, xf_arena *arena, xf_form_row *row, xf_error *reterr)
{
    uint8_t *bytes = xf_arena_take(arena, XF_OP_ID + XF_SHA);
    if (bytes == NULL || !make_op_id(map, row, row->op_id))
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%s", "");
    memcpy(bytes, row->op_id, XF_OP_ID);
    memcpy(bytes + XF_OP_ID, row->content_sha, XF_SHA);
    xf_fill_bytes(row->request, "op_id", bytes, XF_OP_ID);
    if (has_field(row->request, "row_sha"))
        xf_fill_bytes(row->request, "row_sha", bytes + XF_OP_ID, XF_SHA);
    if (map->update && has_field(row->request, "update"))
        xf_fill_bool(row->request, "update", true);
    if (map->dry_run)
        xf_fill_bool(row->request, "dry_run", true);
    return XF_CODE_OK;
}

/* What the row says, hashed; that is known of one whose book was read for its names. */
static xf_code
hash_content(const xf_form_map *map, size_t row, xf_arena *arena, xf_form_row *made,
             xf_error *reterr)
{
    const uint8_t *known = xf_book_keys_content(map->keys, row);
    const char *content = NULL;
    xf_code code = XF_CODE_OK;
    if (known != NULL) {
        memcpy(made->content_sha, known, XF_SHA);
        return XF_CODE_OK;
    }
    XF_TRY(xf_fill_content(made->request, arena, &content, reterr));
    if (!sha256(content, strlen(content), made->content_sha))
        XF_TRY(XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%s", ""));
out:
    return code;
}

xf_code
xf_form_fill(const xf_form_map *map, const xf_book *book, size_t row, xf_arena *arena,
             xf_form_row *ret_row, xf_error *reterr)
{
    xf_form_row made = {.key = ""};
    xf_code code = XF_CODE_OK;
    made.request = xf_fill_new(xf_rpc_find(map->form->rpc)->request, arena);
    if (made.request == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%s", "");
    XF_TRY(fill_cells(map, book, row, made.request, arena, reterr));
    XF_TRY(hash_content(map, row, arena, &made, reterr));
    XF_TRY(name_row(map, book, row, arena, &made, reterr));
    XF_TRY(seal_row(map, arena, &made, reterr));
    *ret_row = made;
out:
    return code;
}

const char *
xf_form_heading(const xf_form *form, const char *field)
{
    size_t n = strcspn(field, "[."); /* "roles[1]" is the column of roles */
    for (const xf_form_column *c = form->columns; c->heading != NULL; c++) {
        if (c->field != NULL && strlen(c->field) == n && strncmp(c->field, field, n) == 0)
            return c->heading;
    }
    if (strcmp(field, form->key) == 0)
        return form->key_heading;
    return strcmp(field, "source") == 0 ? "信访形式" : field;
}
