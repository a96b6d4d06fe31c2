/* client/cli/form: the books' tables, and from a row to a request. */
#include "client/cli/form.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "petition.pb-c.h"

#include "client/cli/fill.h"
#include "client/cli/words.h"

/* clang-format off */
static const xf_form_column unit_columns[] = {
    {"单位编码",     "code",        true},
    {"单位名称",     "name",        true},
    {"简称",         "short_name",  false},
    {"类型",         "kind",        true},
    {"上级单位编码", "parent_code", false},
    {"联系电话",     "phone",       false},
    {"序号",         NULL,          false},
    {NULL,           NULL,          false},
};

static const xf_form_column officer_columns[] = {
    {"警号",     "badge",     true},
    {"姓名",     "name",      true},
    {"单位编码", "unit_code", true},
    {"职务",     "post",      false},
    {"角色",     "roles",     true},
    {"联系电话", "phone",     false},
    {"人员类别", "kind",      false},
    {"序号",     NULL,        false},
    {NULL,       NULL,        false},
};

static const xf_form_column petition_columns[] = {
    {"信访编号",   "number",               true},
    {"登记日期",   "registered_on",        true},
    {"信访形式",   "channel",              true},  /* and source: channel_and_source */
    {"信访人",     "petitioner",           true},
    {"人数",       "people",               false},
    {"联系电话",   "phone",                false},
    {"住址",       "address",              false},
    {"信访目的",   "purpose",              true},
    {"内容分类",   "category_name",        true},
    {"主要诉求",   "demand",               true},
    {"被反映单位", "complained_unit_name", false},
    {"是否重复",   "repeat",               false},
    {"是否重点",   "key_matter",           false},
    {"承办单位",   "unit_name",            false},
    {"承办人警号", "handler_badge",        false},
    {"转办日期",   "assigned_on",          false},
    {"办理期限",   "due_on",               false},
    {"受理日期",   "accepted_on",          false},
    {"办结日期",   "closed_on",            false},
    {"办理结果",   "outcome",              false},
    {"反馈日期",   "fed_back_on",          false},
    {"反馈方式",   "feedback_way",         false},
    {"回访日期",   "followed_up_on",       false},
    {"回访方式",   "follow_up_way",        false},
    {"满意度",     "satisfaction",         false},
    {"序号",       NULL,                   false},
    {NULL,         NULL,                   false},
};

static const xf_form forms[] = {
    {"units",     XF_RPC_BUREAU_IMPORT_UNIT,    "code",   "parent_code", unit_columns},
    {"officers",  XF_RPC_BUREAU_IMPORT_OFFICER, "badge",  NULL,          officer_columns},
    {"petitions", XF_RPC_PETITION_IMPORT,       "number", NULL,          petition_columns},
};
/* clang-format on */

/* Columns that list people, or tell what is not collected [DOMAIN, guard 2]. A heading that
 * holds one of these and is not in the form is refused by name. */
static const char *const person_words[] = {
    "重点人",   "重点对象", "重点户", "稳控",   "管控",     "包保",     "上访户",   "信访户",
    "上访老户", "缠访",     "闹访",   "黑名单", "人员等级", "人员分类", "人员标签", "风险等级",
    "积分",     "评分",     "画像",   "前科",   "民族",     "职业",     "政治面貌", "籍贯",
};

const xf_form *
xf_form_find(const char *name)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
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
mapped(const xf_form_map *map, const xf_form_column *column)
{
    for (size_t i = 0; i < map->count; i++) {
        if (map->columns[i] == column)
            return true;
    }
    return false;
}

/* An empty heading over empty cells is what spreadsheets leave at the right edge. */
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
    if (column == NULL && lists_people(heading))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_PERSON_COLUMN, "%.80s", heading);
    if (column == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_UNKNOWN, "%.80s", heading);
    if (mapped(map, column))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_TWICE, "%.80s", heading);
    map->columns[place] = column;
    return XF_CODE_OK;
}

xf_code
xf_form_map_book(const xf_form *form, const xf_book *book, xf_form_map *ret_map, xf_error *reterr)
{
    xf_form_map map = {.form = form};
    if (xf_book_columns(book) > XF_FORM_COLUMNS) {
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_UNKNOWN, "%.80s",
                       xf_book_heading(book, XF_FORM_COLUMNS));
    }
    for (size_t i = 0; i < xf_book_columns(book); i++) {
        xf_code code = map_column(&map, book, i, reterr);
        if (code != XF_CODE_OK)
            return code;
        map.count = i + 1;
    }
    for (const xf_form_column *c = form->columns; c->heading != NULL; c++) {
        if (c->needed && !mapped(&map, c))
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_HEADING_MISSING, "%s", c->heading);
    }
    *ret_map = map;
    return XF_CODE_OK;
}

/* 信访形式 mixes two things: a channel came directly; a source without one does not say by
 * which channel. */
static bool
channel_and_source(ProtobufCMessage *request, const char *text)
{
    int32_t channel = (int32_t)XF_CHANNEL_NOT_STATED;
    int32_t source = (int32_t)XF_SOURCE_DIRECT;
    if (!xf_words_read(&xf__channel__descriptor, text, &channel) &&
        !xf_words_read(&xf__source__descriptor, text, &source))
        return false;
    xf_fill_number(request, "channel", channel);
    xf_fill_number(request, "source", source);
    return true;
}

static xf_code
fill_cell(const xf_form_map *map, const xf_form_column *column, const char *text,
          ProtobufCMessage *request, xf_arena *arena, xf_error *reterr)
{
    xf_error error = {.text = XF_TEXT_BOOK_WORD_UNKNOWN};
    bool mixed = map->form->rpc == XF_RPC_PETITION_IMPORT && strcmp(column->field, "channel") == 0;
    bool read = mixed ? channel_and_source(request, text)
                      : xf_fill(request, column->field, text, arena, &error) == XF_CODE_OK;
    if (read)
        return XF_CODE_OK;
    return XF_FAIL(reterr, XF_CODE_INVALID, error.text, "%s", column->heading);
}

static bool
sha256(const void *bytes, size_t n, uint8_t out[XF_SHA])
{
    return EVP_Digest(bytes, n, out, NULL, EVP_sha256(), NULL) == 1;
}

/* RFC 9562, version 8: bits that the maker chose. */
static bool
make_op_id(const xf_form_map *map, const xf_form_row *row, uint8_t out[XF_OP_ID])
{
    char name[256];
    uint8_t digest[XF_SHA];
    int n = snprintf(name, sizeof(name), "%" PRId32 "\x1f%s%s\x1f%.128s\x1f", map->bureau,
                     map->form->name,
                     map->dry_run ? "\x1f"
                                    "dry-run"
                                  : "",
                     row->key);
    for (size_t i = 0; i < XF_SHA; i++)
        n += snprintf(name + n, sizeof(name) - (size_t)n, "%02x", row->content_sha[i]);
    if (!sha256(name, (size_t)n, digest))
        return false;
    memcpy(out, digest, XF_OP_ID);
    out[6] = (uint8_t)((out[6] & 0x0f) | 0x80);
    out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
    return true;
}

static xf_code
seal_row(const xf_form_map *map, xf_arena *arena, xf_form_row *row, xf_error *reterr)
{
    const char *content = NULL;
    xf_code code = xf_fill_content(row->request, arena, &content, reterr);
    uint8_t *bytes = xf_arena_take(arena, XF_OP_ID + XF_SHA);
    if (code != XF_CODE_OK)
        return code;
    if (bytes == NULL || !sha256(content, strlen(content), row->content_sha) ||
        !make_op_id(map, row, row->op_id))
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%s", "");
    memcpy(bytes, row->op_id, XF_OP_ID);
    memcpy(bytes + XF_OP_ID, row->content_sha, XF_SHA);
    xf_fill_bytes(row->request, "op_id", bytes, XF_OP_ID);
    if (protobuf_c_message_descriptor_get_field_by_name(row->request->descriptor, "row_sha"))
        xf_fill_bytes(row->request, "row_sha", bytes + XF_OP_ID, XF_SHA);
    if (map->dry_run)
        xf_fill_bool(row->request, "dry_run", true);
    return XF_CODE_OK;
}

xf_code
xf_form_fill(const xf_form_map *map, const xf_book *book, size_t row, xf_arena *arena,
             xf_form_row *ret_row, xf_error *reterr)
{
    xf_form_row made = {.key = ""};
    made.request = xf_fill_new(xf_rpc_find(map->form->rpc)->request, arena);
    if (made.request == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%s", "");
    for (size_t i = 0; i < map->count; i++) {
        const xf_form_column *column = map->columns[i];
        const char *text = xf_book_cell(book, row, i);
        if (column == NULL || column->field == NULL || *text == '\0')
            continue;
        xf_code code = fill_cell(map, column, text, made.request, arena, reterr);
        if (code != XF_CODE_OK)
            return code;
        if (strcmp(column->field, map->form->key) == 0)
            made.key = text;
    }
    xf_code code = seal_row(map, arena, &made, reterr);
    if (code == XF_CODE_OK)
        *ret_row = made;
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
    return strcmp(field, "source") == 0 ? "信访形式" : field;
}
