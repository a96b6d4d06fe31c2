/* Messages: a body as it comes, and one that is blown up from a few bytes. */
#include <assert.h>
#include <string.h>

#include "tree.pb-c.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "fuzz/take.h"
#include "gen/rpc.h"
#include "wire/message.h"

enum {
    REPLY = 0x8000,
    BOMB_HEAD = 6,
    MOST_BODY = 2000000, /* a million submessages without content */
    MOST_PREFIX = 6,     /* tag and length of a wrap */
    MOST_WRAPS = 255 * MOST_PREFIX,
};

static const ProtobufCMessageDescriptor *
type_of(const uint8_t *bytes)
{
    unsigned number = (unsigned)bytes[0] << 8 | bytes[1];
    unsigned method = number & (REPLY - 1U);
    const xf_rpc_row *row = NULL;

    if (method == 0)
        return &xf__tree__descriptor;
    row = xf_rpc_find((xf_rpc)method);
    if (row == NULL)
        row = xf_rpc_at(method % xf_rpc_count());
    return (number & REPLY) != 0 ? row->reply : row->request;
}

/* Messages that are still to be looked at; each cost a field, so there are no more. */
typedef struct heap {
    const ProtobufCMessage *message[10001];
    size_t count;
} heap;

/* The i-th value of a list, or the only one. */
static const void *
value_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i,
         size_t size)
{
    const uint8_t *at = (const uint8_t *)message + field->offset;

    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const uint8_t *const *)(const void *)at + i * size;
    return at;
}

static void
look_at(heap *h, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    size_t n = 1;

    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        n = *(const size_t *)(const void *)((const uint8_t *)message + field->quantifier_offset);
    for (size_t i = 0; i < n; i++) {
        if (field->type == PROTOBUF_C_TYPE_STRING) {
            const char *text = *(char *const *)value_at(message, field, i, sizeof(char *));

            assert(text == NULL || xf_utf8_valid((const uint8_t *)text, strlen(text)));
        } else if (field->type == PROTOBUF_C_TYPE_ENUM) {
            int value = *(const int *)value_at(message, field, i, sizeof(int));

            assert(protobuf_c_enum_descriptor_get_value(field->descriptor, value) != NULL);
        } else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            const void *in = *(void *const *)value_at(message, field, i, sizeof(void *));

            assert(h->count < sizeof h->message / sizeof h->message[0]);
            if (in != NULL)
                h->message[h->count++] = in;
        }
    }
}

/* Every string is text, every enum a value that was declared. */
static void
look_through(const ProtobufCMessage *message)
{
    static heap h;

    h.message[0] = message;
    h.count = 1;
    while (h.count > 0) {
        const ProtobufCMessage *in = h.message[--h.count];

        for (unsigned f = 0; f < in->descriptor->n_fields; f++)
            look_at(&h, in, &in->descriptor->fields[f]);
    }
}

/* What was read, written and read again is the same; only a ceiling may stand between: a
 * list that came loose is written packed, which is a field more. */
static void
read_again(const ProtobufCMessage *message)
{
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *again = NULL;
    xf_error error = {0};
    xf_buf first;
    xf_buf second;

    xf_buf_init(&first, XF_LIMIT_OUTPUT_HARD);
    xf_buf_init(&second, XF_LIMIT_OUTPUT_HARD);
    assert(xf_message_pack(message, &first, NULL) == XF_CODE_OK);
    xf_fuzz_judged(xf_message_unpack(message->descriptor, xf_buf_at(&first),
                                     xf_buf_readable(&first), arena, &again, &error),
                   &error);
    if (error.code != XF_CODE_LIMIT) {
        assert(error.code == XF_CODE_OK);
        assert(xf_message_pack(again, &second, NULL) == XF_CODE_OK);
        xf_fuzz_same(&first, &second);
    }
    xf_buf_clear(&first);
    xf_buf_clear(&second);
    xf_arena_free(&arena);
}

static void
read_message(const ProtobufCMessageDescriptor *type, const uint8_t *body, size_t n)
{
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = NULL;
    xf_error error = {0};

    xf_fuzz_judged(xf_message_unpack(type, body, n, arena, &message, &error), &error);
    assert((message != NULL) == (error.code == XF_CODE_OK));
    assert(message != NULL || error.code == XF_CODE_INVALID || error.code == XF_CODE_LIMIT);
    if (message != NULL) {
        (void)xf_message_op_id(message);
        look_through(message);
        read_again(message);
    }
    xf_arena_free(&arena);
}

void
xf_fuzz_message(const uint8_t *bytes, size_t n)
{
    if (n >= 2)
        read_message(type_of(bytes), bytes + 2, n - 2);
}

/* Puts tag and length before `at`, behind which there are n bytes. */
static uint8_t *
wrap(uint8_t *at, uint8_t tag, size_t n)
{
    uint8_t length[MOST_PREFIX];
    size_t digits = 0;

    do {
        length[digits++] = (uint8_t)((n & 0x7f) | (n > 0x7f ? 0x80U : 0U));
        n >>= 7;
    } while (n > 0);
    at -= digits;
    memcpy(at, length, digits);
    *--at = tag;
    return at;
}

/* Memory for a body of that size, with room before it for its wraps. The body ends where the
 * memory ends, so that the sanitizer sees a step past it. Made once: for each bomb anew it
 * would take most of the time. */
static uint8_t *
room_for(size_t body)
{
    static uint8_t *memory = NULL;

    if (memory == NULL)
        memory = xf_memory_grow(NULL, MOST_WRAPS + MOST_BODY);
    return memory + MOST_WRAPS + MOST_BODY - body;
}

void
xf_fuzz_bomb(const uint8_t *bytes, size_t n)
{
    size_t unit = n > BOMB_HEAD ? n - BOMB_HEAD : 0;
    size_t most = unit > 0 ? MOST_BODY / unit : 0;
    size_t body = 0;
    uint8_t *at = NULL;

    if (most == 0)
        return;
    body = (size_t)bytes[4] << (bytes[5] & 15);
    body = (body > most ? most : body) * unit;
    at = room_for(body);
    xf_fuzz_repeat(at, body, bytes + BOMB_HEAD, unit);
    for (size_t i = 0; i < bytes[2]; i++) {
        uint8_t *outer = wrap(at, bytes[3], body);

        body += (size_t)(at - outer);
        at = outer;
    }
    read_message(type_of(bytes), at, body);
}
