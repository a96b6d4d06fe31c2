/* session/push — who follows what, coming and going. */
#include "session/push.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/push_inside.h"

/* ---- All of a worker ------------------------------------------------------------------ */

xf_pushes *
xf_pushes_new(xf_room *room)
{
    xf_pushes *pushes = xf_memory_new(sizeof *pushes);

    pushes->room = room;
    LIST_INIT(&pushes->followings);
    return pushes;
}

static void
free_if_over(xf_pushes *pushes)
{
    if (pushes->closing && pushes->asking == 0 && LIST_EMPTY(&pushes->followings))
        free(pushes);
}

void
xf_pushes_close(xf_pushes **pushes)
{
    xf_pushes *gone = *pushes;

    *pushes = NULL;
    gone->closing = true;
    free_if_over(gone);
}

void
xf_pushes_news(xf_pushes *pushes, int32_t bureau)
{
    xf_following *at = NULL;

    LIST_FOREACH(at, &pushes->followings, link)
    {
        if (bureau == 0 || bureau == at->bureau)
            xf_following_ask(at);
    }
}

/* Asking ends nothing at once: questions are answered from the loop, or fail and leave it. */
void
xf_pushes_turn(xf_pushes *pushes)
{
    xf_following *following = NULL;
    xf_audience *audience = NULL;

    LIST_FOREACH(following, &pushes->followings, link)
    {
        if (following->failed && following->asking == 0)
            xf_following_ask(following);
        LIST_FOREACH(audience, &following->audiences, link)
        {
            xf_audience_ask(audience);
        }
    }
}

/* ---- A bureau and its audiences ------------------------------------------------------- */

static xf_following *
following_of(xf_pushes *pushes, int32_t bureau)
{
    xf_following *at = NULL;

    LIST_FOREACH(at, &pushes->followings, link)
    {
        if (at->bureau == bureau)
            return at;
    }
    at = xf_memory_new(sizeof *at);
    at->all = pushes;
    at->bureau = bureau;
    LIST_INIT(&at->audiences);
    LIST_INSERT_HEAD(&pushes->followings, at, link);
    return at;
}

void
xf_following_done(xf_following *following)
{
    xf_pushes *pushes = following->all;

    if (following->asking > 0 || !LIST_EMPTY(&following->audiences))
        return;
    LIST_REMOVE(following, link);
    free(following);
    free_if_over(pushes);
}

xf_audience *
xf_following_find(const xf_following *following, int32_t kind, int32_t id)
{
    xf_audience *at = NULL;

    LIST_FOREACH(at, &following->audiences, link)
    {
        if (at->kind == kind && at->id == id)
            break;
    }
    return at;
}

static xf_audience *
audience_of(xf_following *following, const Xf__FeedCursor *cursor)
{
    xf_audience *at = xf_following_find(following, (int32_t)cursor->kind, cursor->id);

    if (at != NULL)
        return at;
    at = xf_memory_new(sizeof *at);
    at->of = following;
    at->kind = (int32_t)cursor->kind;
    at->id = cursor->id;
    LIST_INIT(&at->places);
    LIST_INSERT_HEAD(&following->audiences, at, link);
    return at;
}

void
xf_audience_done(xf_audience *audience)
{
    xf_following *following = audience->of;

    if (audience->asking || !LIST_EMPTY(&audience->places))
        return;
    LIST_REMOVE(audience, link);
    free(audience);
    xf_following_done(following);
}

/* ---- A desk --------------------------------------------------------------------------- */

xf_code
xf_push_new(const xf_push_conf *conf, const Xf__FeedFollowReply *reply, xf_push **ret_push,
            xf_error *reterr)
{
    xf_push *push = NULL;
    xf_following *following = NULL;

    if (reply->n_cursors > XF_PUSH_AUDIENCES)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "cursors");
    push = xf_memory_new(sizeof *push);
    push->link = conf->link;
    push->actor = conf->actor;
    memcpy(push->device, conf->device, sizeof push->device);
    push->n = reply->n_cursors;
    *ret_push = push;
    if (push->n == 0)
        return XF_CODE_OK;
    following = following_of(conf->pushes, conf->actor.bureau);
    for (size_t i = 0; i < push->n; i++) {
        xf_place *place = &push->places[i];

        place->push = push;
        place->audience = audience_of(following, reply->cursors[i]);
        place->cursor = reply->cursors[i]->cursor;
        place->checked = -1;
        LIST_INSERT_HEAD(&place->audience->places, place, link);
    }
    for (size_t i = 0; i < push->n; i++)
        xf_audience_ask(push->places[i].audience);
    return XF_CODE_OK;
}

void
xf_push_free(xf_push **push)
{
    xf_push *gone = *push;

    if (gone == NULL)
        return;
    *push = NULL;
    for (size_t i = 0; i < gone->n; i++) {
        LIST_REMOVE(&gone->places[i], link);
        xf_audience_done(gone->places[i].audience);
    }
    free(gone);
}
