/* Is the server still there? A silent link is asked with a PING; three times the silence is
 * a dead one, which TCP alone would notice after a quarter of an hour. It is counted in
 * PINGs, not in time alone: after a laptop's sleep the answers still stand in the socket.
 */
#include "base/limit.h"
#include "base/now.h"
#include "client/lib/inside.h"

enum { LOOKS_PER_PING = 4, UNANSWERED_MOST = 2 };

static int64_t
ping_every_ms(const xf_client *client)
{
    const Xf__Welcome *welcome = client->welcome;
    if (welcome->has_ping_every_ms && welcome->ping_every_ms > 0)
        return welcome->ping_every_ms;
    return (int64_t)xf_limit_get(XF_LIMIT_PING_MS);
}

static void
on_look(uv_timer_t *timer)
{
    xf_client *client = timer->data;
    int64_t every_ms = ping_every_ms(client);
    int64_t now_ms = xf_now_steady_ms();
    int64_t heard_ms = xf_link_heard_ms(client->link);
    xf_error why;

    /* Equal is after: a PING goes out only when nothing was heard for a while. */
    if (heard_ms >= client->pinged_ms)
        client->pings_unanswered = 0;
    if (now_ms - heard_ms < every_ms || now_ms - client->pinged_ms < every_ms)
        return;
    if (client->pings_unanswered == UNANSWERED_MOST) {
        (void)XF_FAIL(&why, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECTION_LOST, "");
        xf_link_close(client->link, 0, &why);
        uv_timer_stop(timer);
        return;
    }
    client->pings_unanswered++;
    client->pinged_ms = now_ms;
    xf_client_put(client, &(xf_frame){.type = XF_FRAME_TYPE_PING, .request_id = ++client->pings});
}

void
xf_client_alive_start(xf_client *client)
{
    uint64_t look_ms = (uint64_t)ping_every_ms(client) / LOOKS_PER_PING + 1;
    client->pinged_ms = xf_now_steady_ms();
    client->pings_unanswered = 0;
    uv_timer_start(&client->ping_timer, on_look, look_ms, look_ms);
}

void
xf_client_alive_stop(xf_client *client)
{
    uv_timer_stop(&client->ping_timer);
}
