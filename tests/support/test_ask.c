/* What is asked; header has the manual. */
#include "test_ask.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matter.pb-c.h"

#include "base/now.h"
#include "test_draft.h"

enum { DEMANDS = 40, WORD = 96, PAGE = 50 };

bool
xf_test_ask_take(const char *word, xf_test_ask *ret_ask)
{
    xf_test_ask ask = {.years = 1};
    int64_t *out[] = {&ask.year, &ask.count, &ask.years};
    const char *at = strchr(word, ':');

    for (size_t i = 0; at != NULL && i < sizeof out / sizeof out[0]; i++) {
        *out[i] = strtoll(at + 1, NULL, 10);
        at = strchr(at + 1, ':');
    }
    if (strcmp(word, "register") == 0) {
        ask.rpc = XF_RPC_PETITION_REGISTER;
    } else if (strncmp(word, "open:", 5) == 0 && ask.count > 0 && ask.years > 0) {
        ask.rpc = XF_RPC_MATTER_OPEN;
    } else if (strncmp(word, "list:", 5) == 0 && ask.count > 0 && ask.years > 0) {
        ask.rpc = XF_RPC_MATTER_LIST;
    } else if (strncmp(word, "search:", 7) == 0 && word[7] != '\0') {
        ask.rpc = XF_RPC_MATTER_SEARCH;
        ask.text = word + 7;
    } else {
        return false;
    }
    *ret_ask = ask;
    return true;
}

/* A petition's only matter. */
static int64_t
some_matter(const xf_test_ask *ask, xf_test_desk *desk)
{
    int64_t number = 1 + (int64_t)(xf_test_desk_random(desk) % (uint64_t)ask->count);
    int64_t year = ask->year;

    if (ask->years > 1)
        year += (int64_t)(xf_test_desk_random(desk) % (uint64_t)ask->years);
    return ((10000 + year) * 1000000 + number) * 100 + 1;
}

static xf_code
send_open(const xf_test_ask *ask, xf_test_desk *desk, xf_client *client, xf_client_done *done,
          void *data, xf_error *reterr)
{
    Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;

    request.has_matter_id = 1;
    request.matter_id = some_matter(ask, desk);
    return xf_client_send(client, ask->rpc, &request.base, done, data, reterr);
}

static xf_code
send_list(const xf_test_ask *ask, xf_test_desk *desk, xf_client *client, xf_client_done *done,
          void *data, xf_error *reterr)
{
    Xf__MatterListRequest request = XF__MATTER_LIST_REQUEST__INIT;

    request.has_after = 1;
    request.after = some_matter(ask, desk);
    request.has_limit = 1;
    request.limit = PAGE;
    return xf_client_send(client, ask->rpc, &request.base, done, data, reterr);
}

static xf_code
send_search(const xf_test_ask *ask, xf_client *client, xf_client_done *done, void *data,
            xf_error *reterr)
{
    Xf__MatterSearchRequest request = XF__MATTER_SEARCH_REQUEST__INIT;

    request.text = xf_test_draft_text(ask->text);
    return xf_client_send(client, ask->rpc, &request.base, done, data, reterr);
}

static xf_code
send_register(const xf_test_ask *ask, xf_test_desk *desk, xf_client *client, xf_client_done *done,
              void *data, xf_error *reterr)
{
    xf_test_draft draft;
    uint64_t dice = xf_test_desk_random(desk);
    char name[WORD];
    char phone[WORD];
    char demand[WORD];

    (void)snprintf(name, sizeof name, "信访人%08" PRIu64, dice % 100000000);
    (void)snprintf(phone, sizeof phone, "199%08" PRIu64, (dice >> 8) % 100000000);
    (void)snprintf(demand, sizeof demand, "反映店铺烟酒被盗,报警后未收到进展告知,第%d件",
                   (int)(dice >> 40) % DEMANDS);
    xf_test_draft_visit(&draft, xf_day_of_ms(xf_client_welcome(client)->now_at), name, demand);
    draft.petitioners[0].phone = phone;
    draft.petitioners[0].address = xf_test_draft_text("乌石镇青山村");
    return xf_client_send(client, ask->rpc, &draft.request.base, done, data, reterr);
}

xf_code
xf_test_ask_send(const xf_test_ask *ask, xf_test_desk *desk, xf_client *client,
                 xf_client_done *done, void *data, xf_error *reterr)
{
    if (ask->rpc == XF_RPC_MATTER_OPEN)
        return send_open(ask, desk, client, done, data, reterr);
    if (ask->rpc == XF_RPC_MATTER_LIST)
        return send_list(ask, desk, client, done, data, reterr);
    if (ask->rpc == XF_RPC_MATTER_SEARCH)
        return send_search(ask, client, done, data, reterr);
    return send_register(ask, desk, client, done, data, reterr);
}
