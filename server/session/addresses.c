/* session/addresses — a table of buckets; what has nothing to remember is dropped in passing. */
#include "session/addresses.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/log.h"
#include "base/memory.h"
#include "session/pace.h"

enum {
    BUCKETS = 1024,
    NETWORK = 8, /* bytes of an IPv6 address that are one household's */
    MS_US = 1000,
    SECOND_MS = 1000,
    EARLY_CHANCE = 30, /* of a hundred, where turning away by chance begins */
    CERTAIN = 100,
};

typedef struct place {
    struct place *next;
    xf_address address;
    size_t connections;
    xf_pace pace;
    unsigned wrong;     /* passwords in a row */
    int64_t wrong_ms;   /* the last of them */
    int64_t allowed_ms; /* the next one not before */
} place;

struct xf_addresses {
    uv_mutex_t lock;
    xf_pace pace; /* of all */
    size_t strangers;
    int64_t told_ms; /* the log, of one who was turned away; 0: never */
    size_t n;
    place *buckets[BUCKETS];
};

xf_addresses *
xf_addresses_new(void)
{
    xf_addresses *addresses = xf_memory_new(sizeof *addresses);

    if (uv_mutex_init(&addresses->lock) != 0)
        abort();
    return addresses;
}

void
xf_addresses_free(xf_addresses **addresses)
{
    xf_addresses *gone = *addresses;

    if (gone == NULL)
        return;
    *addresses = NULL;
    for (size_t i = 0; i < BUCKETS; i++) {
        while (gone->buckets[i] != NULL) {
            place *at = gone->buckets[i];

            gone->buckets[i] = at->next;
            free(at);
        }
    }
    uv_mutex_destroy(&gone->lock);
    free(gone);
}

/* ---- Which address -------------------------------------------------------------------- */

bool
xf_address_of(const struct sockaddr_storage *peer, xf_address *ret_address)
{
    uint8_t *bytes = ret_address->bytes;

    memset(ret_address, 0, sizeof *ret_address);
    if (peer->ss_family == AF_INET6) {
        memcpy(bytes, &((const struct sockaddr_in6 *)peer)->sin6_addr, NETWORK);
    } else if (peer->ss_family == AF_INET) {
        memcpy(bytes + sizeof ret_address->bytes - sizeof(struct in_addr),
               &((const struct sockaddr_in *)peer)->sin_addr, sizeof(struct in_addr));
    }
    return peer->ss_family == AF_INET6 || peer->ss_family == AF_INET;
}

void
xf_address_read(const xf_link *link, xf_address *ret_address)
{
    struct sockaddr_storage peer = {0};

    memset(ret_address, 0, sizeof *ret_address);
    if (xf_link_peer(link, &peer))
        (void)xf_address_of(&peer, ret_address);
}

/* ---- The table ------------------------------------------------------------------------ */

static size_t
bucket_of(const xf_address *address)
{
    uint32_t hash = 2166136261U; /* FNV-1a: neighbours come into different buckets */

    for (size_t i = 0; i < sizeof address->bytes; i++)
        hash = (hash ^ address->bytes[i]) * 16777619U;
    return hash % BUCKETS;
}

static bool
wrong_counts(const place *at, int64_t now_ms)
{
    return at->wrong > 0 && now_ms - at->wrong_ms < (int64_t)xf_limit_get(XF_LIMIT_LOGIN_LOCK_MS);
}

static bool
has_nothing(const place *at, int64_t now_ms)
{
    return at->connections == 0 && at->pace.next_us <= now_ms * MS_US && !wrong_counts(at, now_ms);
}

/* Drops those of its bucket that have nothing any more. NULL: there is none. */
static place *
find(xf_addresses *addresses, const xf_address *address, int64_t now_ms)
{
    place **hung = &addresses->buckets[bucket_of(address)];
    place *found = NULL;

    while (*hung != NULL) {
        place *at = *hung;

        if (memcmp(&at->address, address, sizeof *address) == 0) {
            found = at;
        } else if (has_nothing(at, now_ms)) {
            *hung = at->next;
            free(at);
            addresses->n--;
            continue;
        }
        hung = &at->next;
    }
    return found;
}

static place *
find_or_make(xf_addresses *addresses, const xf_address *address, int64_t now_ms)
{
    place *at = find(addresses, address, now_ms);
    place **bucket = &addresses->buckets[bucket_of(address)];

    if (at != NULL)
        return at;
    at = xf_memory_new(sizeof *at);
    at->address = *address;
    at->next = *bucket;
    *bucket = at;
    addresses->n++;
    return at;
}

size_t
xf_addresses_count(const xf_addresses *addresses)
{
    return addresses->n;
}

/* ---- Connections ---------------------------------------------------------------------- */

/* From EARLY_CHANCE at the lower limit to certainty at the upper one. */
static xf_limit
judge_strangers(const xf_addresses *addresses, unsigned dice)
{
    const uint64_t most = xf_limit_get(XF_LIMIT_UNAUTHENTICATED);
    const uint64_t early = xf_limit_get(XF_LIMIT_UNAUTHENTICATED_EARLY);
    const uint64_t n = addresses->strangers;

    if (n >= most)
        return XF_LIMIT_UNAUTHENTICATED;
    if (n < early)
        return XF_LIMIT_COUNT;
    return dice < EARLY_CHANCE + (CERTAIN - EARLY_CHANCE) * (n - early) / (most - early)
               ? XF_LIMIT_UNAUTHENTICATED_EARLY
               : XF_LIMIT_COUNT;
}

static xf_limit
judge_pace(const xf_addresses *addresses, const place *at, int64_t now_ms, uint32_t *ret_wait_ms)
{
    const uint64_t all = xf_limit_get(XF_LIMIT_HANDSHAKES);
    const uint32_t all_ms = xf_pace_wait_ms(&addresses->pace, all, all, now_ms * MS_US);
    const uint32_t his_ms = xf_pace_wait_ms(&at->pace, xf_limit_get(XF_LIMIT_ADDRESS_HANDSHAKES),
                                            xf_limit_get(XF_LIMIT_ADDRESS_BURST), now_ms * MS_US);
    const uint64_t most_ms = xf_limit_get(XF_LIMIT_HANDSHAKE_WAIT_MS);

    *ret_wait_ms = his_ms > all_ms ? his_ms : all_ms;
    if (his_ms > most_ms)
        return XF_LIMIT_ADDRESS_HANDSHAKES;
    return all_ms > most_ms ? XF_LIMIT_HANDSHAKES : XF_LIMIT_COUNT;
}

static xf_limit
judge(const xf_addresses *addresses, const place *at, int64_t now_ms, unsigned dice,
      uint32_t *ret_wait_ms)
{
    xf_limit over = XF_LIMIT_COUNT;

    if (at->connections >= xf_limit_get(XF_LIMIT_ADDRESS_CONNECTIONS))
        return XF_LIMIT_ADDRESS_CONNECTIONS;
    over = judge_strangers(addresses, dice);
    return over != XF_LIMIT_COUNT ? over : judge_pace(addresses, at, now_ms, ret_wait_ms);
}

xf_limit
xf_addresses_come(xf_addresses *addresses, const xf_address *address, int64_t now_ms, unsigned dice,
                  uint32_t *ret_wait_ms)
{
    xf_limit over = XF_LIMIT_COUNT;
    place *at = NULL;

    *ret_wait_ms = 0;
    uv_mutex_lock(&addresses->lock);
    at = find_or_make(addresses, address, now_ms);
    over = judge(addresses, at, now_ms, dice, ret_wait_ms);
    if (over == XF_LIMIT_COUNT) {
        at->connections++;
        addresses->strangers++;
        xf_pace_take(&at->pace, xf_limit_get(XF_LIMIT_ADDRESS_HANDSHAKES), now_ms * MS_US);
        xf_pace_take(&addresses->pace, xf_limit_get(XF_LIMIT_HANDSHAKES), now_ms * MS_US);
    } else {
        xf_limit_hit(over);
    }
    uv_mutex_unlock(&addresses->lock);
    return over;
}

void
xf_addresses_turned_away(xf_addresses *addresses, xf_limit over, int64_t now_ms)
{
    bool tell = false;

    uv_mutex_lock(&addresses->lock);
    tell = addresses->told_ms == 0 || now_ms - addresses->told_ms >= SECOND_MS;
    if (tell)
        addresses->told_ms = now_ms;
    uv_mutex_unlock(&addresses->lock);
    if (tell) {
        XF_WARN("session.turned_away", XF_WORD(limit, xf_limit_key(over)),
                XF_COUNT(hits, xf_limit_hits(over)));
    }
}

void
xf_addresses_known(xf_addresses *addresses, bool known)
{
    uv_mutex_lock(&addresses->lock);
    if (known) {
        assert(addresses->strangers > 0);
        addresses->strangers--;
    } else {
        addresses->strangers++;
    }
    uv_mutex_unlock(&addresses->lock);
}

void
xf_addresses_leave(xf_addresses *addresses, const xf_address *address, bool known)
{
    place *at = NULL;

    uv_mutex_lock(&addresses->lock);
    at = find(addresses, address, 0);
    assert(at != NULL && at->connections > 0 && (known || addresses->strangers > 0));
    if (at != NULL)
        at->connections--;
    if (!known)
        addresses->strangers--;
    uv_mutex_unlock(&addresses->lock);
}

/* ---- Passwords ------------------------------------------------------------------------ */

uint32_t
xf_addresses_login_wait_ms(xf_addresses *addresses, const xf_address *address, int64_t now_ms)
{
    uint32_t wait_ms = 0;
    const place *at = NULL;

    uv_mutex_lock(&addresses->lock);
    at = find(addresses, address, now_ms);
    if (at != NULL && wrong_counts(at, now_ms) && at->allowed_ms > now_ms)
        wait_ms = (uint32_t)(at->allowed_ms - now_ms);
    uv_mutex_unlock(&addresses->lock);
    return wait_ms;
}

static uint64_t
delay_ms(unsigned wrong)
{
    const uint64_t most_ms = xf_limit_get(XF_LIMIT_LOGIN_DELAY_MOST_MS);
    uint64_t ms = xf_limit_get(XF_LIMIT_LOGIN_DELAY_MS);

    for (unsigned i = 1; i < wrong && ms < most_ms; i++)
        ms *= 2;
    return ms < most_ms ? ms : most_ms;
}

void
xf_addresses_login_wrong(xf_addresses *addresses, const xf_address *address, int64_t now_ms)
{
    place *at = NULL;

    uv_mutex_lock(&addresses->lock);
    at = find_or_make(addresses, address, now_ms);
    at->wrong = wrong_counts(at, now_ms) ? at->wrong + 1 : 1;
    at->wrong_ms = now_ms;
    at->allowed_ms = now_ms + (int64_t)delay_ms(at->wrong);
    uv_mutex_unlock(&addresses->lock);
}
