/* call/pack — PostgreSQL's binary form; header has the manual. */
#include "call/pack.h"

#include <string.h>

#include <endian.h>

#include "call/epoch.h"
#include "db/sqltype.h"

enum { AREA_FIRST = 1024, HEADER_EMPTY = 12, HEADER = 20 };

/* Another area, to which what is begun of the value moves; false: the arena is full. */
static bool
grow(xf_pack *pack, size_t n)
{
    size_t made = pack->len - pack->begin;
    size_t cap = (made + n) * 2 > AREA_FIRST ? (made + n) * 2 : AREA_FIRST;
    uint8_t *area = xf_arena_take(pack->arena, cap);
    if (!area)
        return false;
    if (made)
        memcpy(area, pack->area + pack->begin, made);
    pack->area = area;
    pack->begin = 0;
    pack->len = made;
    pack->cap = cap;
    return true;
}

/* Room for n more bytes of the value; NULL: the arena is full. */
static inline uint8_t *
room(xf_pack *pack, size_t n)
{
    if (n > pack->cap - pack->len && !grow(pack, n))
        return NULL;
    uint8_t *at = pack->area + pack->len;
    pack->len += n;
    return at;
}

static void
store16(uint8_t *at, int16_t v)
{
    uint16_t big = htobe16((uint16_t)v);
    memcpy(at, &big, sizeof big);
}

static void
store32(uint8_t *at, int32_t v)
{
    uint32_t big = htobe32((uint32_t)v);
    memcpy(at, &big, sizeof big);
}

static void
store64(uint8_t *at, int64_t v)
{
    uint64_t big = htobe64((uint64_t)v);
    memcpy(at, &big, sizeof big);
}

/* Length of a value of this type; 0: as long as its bytes. */
static size_t
width(xf_sql_type type)
{
    switch (type) {
    case XF_SQL_BOOL: return 1;
    case XF_SQL_INT2: return 2;
    case XF_SQL_INT4:
    case XF_SQL_DATE: return 4;
    case XF_SQL_INT8:
    case XF_SQL_TIMESTAMPTZ: return 8;
    case XF_SQL_TEXT:
    case XF_SQL_BYTEA:
    case XF_SQL_UUID: break;
    }
    return 0;
}

/* From our epochs and units to PostgreSQL's; false: the type cannot hold it. An SQL error
 * instead would spoil a batch. */
static bool
convert(xf_sql_type type, int64_t *v)
{
    switch (type) {
    case XF_SQL_INT2: return *v >= INT16_MIN && *v <= INT16_MAX;
    case XF_SQL_INT4: return *v >= INT32_MIN && *v <= INT32_MAX;
    case XF_SQL_DATE:
        if (*v < INT32_MIN || *v > INT32_MAX)
            return false;
        *v -= XF_EPOCH_DAYS;
        return *v >= XF_EPOCH_DAYS_LEAST && *v < XF_EPOCH_DAYS_PAST;
    case XF_SQL_TIMESTAMPTZ:
        if (*v < XF_EPOCH_MS_LEAST + XF_EPOCH_MS || *v >= XF_EPOCH_MS_PAST)
            return false;
        *v = (*v - XF_EPOCH_MS) * 1000;
        return true;
    case XF_SQL_BOOL:
    case XF_SQL_INT8:
    case XF_SQL_TEXT:
    case XF_SQL_BYTEA:
    case XF_SQL_UUID: break;
    }
    return true;
}

static void
store(uint8_t *at, size_t n, int64_t v)
{
    switch (n) {
    case 1: *at = v != 0; break;
    case 2: store16(at, (int16_t)v); break;
    case 4: store32(at, (int32_t)v); break;
    default: store64(at, v); break;
    }
}

static bool
fits(xf_sql_type type, xf_pack_item *item)
{
    if (type == XF_SQL_UUID)
        return item->n == 16;
    return convert(type, &item->number);
}

xf_code
xf_pack_scalar(xf_pack *pack, xf_sql_type type, xf_pack_item item, const char **ret_value,
               int *ret_length)
{
    size_t n = width(type);
    *ret_value = NULL;
    *ret_length = 0;
    if (item.null)
        return XF_CODE_OK;
    if (!fits(type, &item))
        return XF_CODE_INVALID;
    if (n == 0) {
        *ret_value = item.n ? (const char *)item.bytes : "";
        *ret_length = (int)item.n;
        return XF_CODE_OK;
    }
    pack->begin = pack->len;
    uint8_t *at = room(pack, n);
    if (!at)
        return XF_CODE_LIMIT;
    store(at, n, item.number);
    *ret_value = (const char *)at;
    *ret_length = (int)n;
    return XF_CODE_OK;
}

xf_code
xf_pack_begin(xf_pack *pack, xf_sql_type type, size_t n)
{
    pack->begin = pack->len;
    uint8_t *at = room(pack, n ? HEADER : HEADER_EMPTY);
    if (!at)
        return XF_CODE_LIMIT;
    store32(at, n ? 1 : 0);
    store32(at + 4, 0);
    store32(at + 8, (int32_t)xf_sqltype_oid(type, false));
    if (n) {
        store32(at + 12, (int32_t)n);
        store32(at + 16, 1);
    }
    return XF_CODE_OK;
}

xf_code
xf_pack_element(xf_pack *pack, xf_sql_type type, xf_pack_item item)
{
    if (!item.null && !fits(type, &item))
        return XF_CODE_INVALID;
    size_t fixed = width(type);
    size_t n = fixed ? fixed : item.n;
    uint8_t *at = room(pack, item.null ? 4 : 4 + n);
    if (!at)
        return XF_CODE_LIMIT;
    if (item.null) {
        store32(at, -1);
        store32(pack->area + pack->begin + 4, 1); /* the header says that there are NULLs */
        return XF_CODE_OK;
    }
    store32(at, (int32_t)n);
    if (fixed) {
        store(at + 4, n, item.number);
    } else if (n) {
        memcpy(at + 4, item.bytes, n);
    }
    return XF_CODE_OK;
}

void
xf_pack_end(xf_pack *pack, const char **ret_value, int *ret_length)
{
    *ret_value = (const char *)pack->area + pack->begin;
    *ret_length = (int)(pack->len - pack->begin);
}
