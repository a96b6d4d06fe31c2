/* wire/flusher — a list of links that have something to send, and two loop watchers. */
#include "wire/flusher.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

enum { SCRATCH = 65536 };

struct xf_flusher {
    uv_idle_t idle;       /* while a flush has marked somebody: the poll does not sleep on it */
    uv_prepare_t prepare; /* what timers and the end of the last turn produced */
    uv_check_t check;     /* what came of the poll: most of it */
    int handles;
    int links;
    xf_flush_item dirty; /* head of a ring */
    xf_buf cipher;
    char scratch[SCRATCH];
};

static void
not_asleep(uv_idle_t *idle)
{
    (void)idle;
}

/* Whoever was marked before; one that a flush marks waits for the next, or a long answer would
 * keep all others from their turn. */
static void
flush_all(xf_flusher *flusher)
{
    xf_flush_item here = {.flush = NULL};

    xf_flusher_mark(flusher, &here); /* the end of this round */
    while (flusher->dirty.next != &here) {
        xf_flush_item *item = flusher->dirty.next;

        xf_flusher_unmark(item);
        item->flush(item->owner);
    }
    xf_flusher_unmark(&here);
    if (flusher->dirty.next != &flusher->dirty) {
        (void)uv_idle_start(&flusher->idle, not_asleep);
    } else {
        (void)uv_idle_stop(&flusher->idle);
    }
}

static void
on_prepare(uv_prepare_t *prepare)
{
    flush_all(prepare->data);
}

static void
on_check(uv_check_t *check)
{
    flush_all(check->data);
}

xf_flusher *
xf_flusher_new(uv_loop_t *loop)
{
    xf_flusher *flusher = xf_memory_new(sizeof *flusher);

    flusher->dirty.prev = &flusher->dirty;
    flusher->dirty.next = &flusher->dirty;
    flusher->handles = 3;
    xf_buf_init(&flusher->cipher, XF_LIMIT_OUTPUT_HARD);
    /* None of these can fail: they only join lists of the loop. */
    (void)uv_idle_init(loop, &flusher->idle);
    (void)uv_prepare_init(loop, &flusher->prepare);
    (void)uv_check_init(loop, &flusher->check);
    flusher->idle.data = flusher;
    flusher->prepare.data = flusher;
    flusher->check.data = flusher;
    (void)uv_prepare_start(&flusher->prepare, on_prepare);
    (void)uv_check_start(&flusher->check, on_check);
    uv_unref((uv_handle_t *)&flusher->idle);
    uv_unref((uv_handle_t *)&flusher->prepare);
    uv_unref((uv_handle_t *)&flusher->check);
    return flusher;
}

static void
on_handle_closed(uv_handle_t *handle)
{
    xf_flusher *flusher = handle->data;

    if (--flusher->handles > 0)
        return;
    xf_buf_clear(&flusher->cipher);
    free(flusher);
}

void
xf_flusher_close(xf_flusher **flusher)
{
    xf_flusher *gone = *flusher;

    if (gone == NULL)
        return;
    *flusher = NULL;
    assert(gone->links == 0);
    uv_close((uv_handle_t *)&gone->idle, on_handle_closed);
    uv_close((uv_handle_t *)&gone->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&gone->check, on_handle_closed);
}

void
xf_flusher_mark(xf_flusher *flusher, xf_flush_item *item)
{
    xf_flush_item *head = &flusher->dirty;

    if (item->next != NULL)
        return;
    item->prev = head->prev;
    item->next = head;
    head->prev->next = item;
    head->prev = item;
}

void
xf_flusher_unmark(xf_flush_item *item)
{
    if (item->next == NULL)
        return;
    item->prev->next = item->next;
    item->next->prev = item->prev;
    item->prev = NULL;
    item->next = NULL;
}

uv_buf_t
xf_flusher_scratch(xf_flusher *flusher)
{
    return uv_buf_init(flusher->scratch, SCRATCH);
}

xf_buf *
xf_flusher_cipher(xf_flusher *flusher)
{
    return &flusher->cipher;
}

void
xf_flusher_join(xf_flusher *flusher)
{
    flusher->links++;
}

void
xf_flusher_leave(xf_flusher *flusher)
{
    assert(flusher->links > 0);
    flusher->links--;
}
