/* client/cli/petition: registering what came in, and deciding whether it is a repeat. The
 * options stand in the order of the desk: --channel begins a receipt, --petitioner a
 * petitioner, --purpose a matter, and what follows belongs to it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "petition.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/fill.h"
#include "client/cli/names.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/width.h"
#include "client/cli/words.h"

typedef enum part { RECEIPT, PETITIONER, MATTER, WHOLE, PART_COUNT } part;

typedef enum kind { PLAIN, UNIT, UNITS, OFFICERS } kind;

static const struct rule {
    const char *option;
    part part;
    const char *field;
    kind kind;
    bool begins; /* a new one of its part */
} rules[] = {
    {"channel", RECEIPT, "channel", PLAIN, true},
    {"source", RECEIPT, "source", PLAIN, false},
    {"received-on", RECEIPT, "received_on", PLAIN, false},
    {"reference", RECEIPT, "reference", PLAIN, false},
    {"people", WHOLE, "people", PLAIN, false},
    {"petitioner", PETITIONER, "name", PLAIN, true},
    {"phone", PETITIONER, "phone", PLAIN, false},
    {"id-number", PETITIONER, "id_number", PLAIN, false},
    {"address", PETITIONER, "address", PLAIN, false},
    {"purpose", MATTER, "purpose", PLAIN, true},
    {"category", MATTER, "category", PLAIN, false},
    {"demand", MATTER, "demand", PLAIN, false},
    {"complained-unit", MATTER, "complained_unit", UNIT, false},
    {"accused", MATTER, "accused_officers", OFFICERS, false},
    {"accused-unit", MATTER, "accused_units", UNITS, false},
    {"envelope", MATTER, "envelope", PLAIN, false},
};

/* The request while it is put together: the list of each part, and room for as many as
 * options were given. */
typedef struct draft {
    Xf__PetitionRegisterRequest request;
    ProtobufCMessage **list[PART_COUNT];
    size_t count[PART_COUNT];
} draft;

static const ProtobufCMessageDescriptor *
type_of(part p)
{
    switch (p) {
    case RECEIPT: return &xf__receipt_draft__descriptor;
    case PETITIONER: return &xf__petitioner_draft__descriptor;
    case MATTER: return &xf__matter_draft__descriptor;
    case WHOLE:
    case PART_COUNT: break;
    }
    return NULL;
}

static const struct rule *
rule_of(const char *option)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (strcmp(rules[i].option, option) == 0)
            return &rules[i];
    }
    return NULL;
}

/* Appends to a repeated int32 field; the list has room for every option given. */
static void
append(xf_cli *cli, const xf_args *args, Xf__MatterDraft *matter, kind what, int32_t id)
{
    int32_t **list = what == UNITS ? &matter->accused_units : &matter->accused_officers;
    size_t *count = what == UNITS ? &matter->n_accused_units : &matter->n_accused_officers;
    if (*list == NULL)
        *list = xf_cli_take(cli, args->given_count * sizeof(**list));
    (*list)[(*count)++] = id;
}

/* A value that names a unit or an officer. False: the person was told. */
static bool
fill_named(xf_cli *cli, const xf_args *args, const struct rule *rule, ProtobufCMessage *message,
           const char *text)
{
    int32_t id = 0;
    bool found =
        rule->kind == OFFICERS ? xf_names_officer(cli, text, &id) : xf_names_unit(cli, text, &id);
    if (!found)
        return false;
    if (rule->kind == UNIT) {
        xf_fill_number(message, rule->field, id);
    } else {
        append(cli, args, (Xf__MatterDraft *)message, rule->kind, id);
    }
    return true;
}

static ProtobufCMessage *
message_for(xf_cli *cli, draft *draft, const struct rule *rule)
{
    part p = rule->part;
    if (p == WHOLE)
        return &draft->request.base;
    if (rule->begins) {
        ProtobufCMessage *fresh = xf_cli_take(cli, type_of(p)->sizeof_message);
        protobuf_c_message_init(type_of(p), fresh);
        draft->list[p][draft->count[p]++] = fresh;
    }
    return draft->count[p] == 0 ? NULL : draft->list[p][draft->count[p] - 1];
}

static bool
take_option(xf_cli *cli, const xf_args *args, draft *draft, const xf_given *given)
{
    const struct rule *rule = rule_of(given->option->name);
    if (rule == NULL)
        return true; /* a global one */
    ProtobufCMessage *message = message_for(cli, draft, rule);
    if (message == NULL) {
        (void)xf_tell_usage(cli,
                            XF_TR("先写它属于谁：--channel、--petitioner 或 --purpose 要在前面。"),
                            given->option->name);
        return false;
    }
    if (rule->kind != PLAIN)
        return fill_named(cli, args, rule, message, given->value);
    xf_error error = {0};
    const char *text = xf_fill_tidy(given->value, cli->arena);
    if (text == NULL || xf_fill(message, rule->field, text, cli->arena, &error) != XF_CODE_OK) {
        (void)xf_tell_usage(cli, xf_error_words(error.text), given->option->name);
        return false;
    }
    return true;
}

/* What goes without saying: source direct, received today (by the server's day). */
static void
complete(xf_cli *cli, draft *draft)
{
    const Xf__Welcome *welcome = xf_client_welcome(cli->client);
    for (size_t i = 0; i < draft->count[RECEIPT]; i++) {
        Xf__ReceiptDraft *receipt = (Xf__ReceiptDraft *)draft->list[RECEIPT][i];
        if (!receipt->has_source)
            xf_fill_number(&receipt->base, "source", (int32_t)XF_SOURCE_DIRECT);
        if (!receipt->has_received_on) {
            xf_fill_number(&receipt->base, "received_on",
                           welcome != NULL ? xf_day_of_ms(welcome->now_at) : xf_now_day());
        }
    }
    Xf__PetitionRegisterRequest *request = &draft->request;
    request->receipts = (Xf__ReceiptDraft **)draft->list[RECEIPT];
    request->n_receipts = draft->count[RECEIPT];
    request->petitioners = (Xf__PetitionerDraft **)draft->list[PETITIONER];
    request->n_petitioners = draft->count[PETITIONER];
    request->matters = (Xf__MatterDraft **)draft->list[MATTER];
    request->n_matters = draft->count[MATTER];
}

static void
print_number(const char *number)
{
    size_t width = xf_width_text(number) + 4;
    for (int side = 0; side < 2; side++) {
        (void)fputs("  ", stdout);
        for (size_t i = 0; i < width; i++)
            (void)fputs("━", stdout);
        (void)fputc('\n', stdout);
        if (side == 0) {
            (void)fputs("    ", stdout);
            (void)xf_width_print(stdout, number, 0);
            (void)fputc('\n', stdout);
        }
    }
}

/* How far the two demands agree, in words. */
static const char *
alike(const Xf__RepeatProposal *earlier, char share[XF_SHOW_ROOM])
{
    if (!earlier->has_alike || earlier->alike >= 100)
        return XF_TR("一样");
    (void)snprintf(share, XF_SHOW_ROOM, XF_TR("%" PRId32 "%% 相同"), earlier->alike);
    return share;
}

static void
print_repeats(const Xf__PetitionRegisterReply *reply)
{
    static const xf_column columns[] = {{"以前的编号", 0, false}, {"信访件号", 0, false},
                                        {"收到日期", 0, false},   {"凭什么看出来", 0, false},
                                        {"诉求", 0, false},       {"承办单位", 0, false},
                                        {"当时的诉求", 0, false}, {NULL, 0, false}};
    if (reply->n_repeats == 0)
        return;
    (void)puts(XF_TR("\n此人以前来过，诉求一样或相近："));
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < reply->n_repeats; i++) {
        const Xf__RepeatProposal *earlier = reply->repeats[i];
        char day[XF_SHOW_ROOM];
        char share[XF_SHOW_ROOM];
        xf_table_text(table, earlier->number);
        xf_table_number(table, earlier->petition_id);
        xf_table_text(table, xf_show_day(earlier->has_received_on, earlier->received_on, day));
        xf_table_text(table, xf_words_of(&xf__matched__descriptor, (int32_t)earlier->matched));
        xf_table_text(table, alike(earlier, share));
        xf_table_text(table, earlier->unit_name);
        xf_table_text(table, earlier->demand);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
    (void)fprintf(
        stderr,
        XF_TR(
            "是不是重复，由您认定。是就写 --same，不是就写 --different：\n  xinfang petition decide-repeat %" PRId64
            " --earlier %" PRId64 " --same\n"),
        reply->petition_id, reply->repeats[0]->petition_id);
}

static void
print_registered(const Xf__PetitionRegisterReply *reply)
{
    (void)puts(XF_TR("登记好了。"));
    print_number(reply->number == NULL ? "" : reply->number);
    (void)printf(XF_TR("信访件 %" PRId64 "\n"), reply->petition_id);
    for (size_t i = 0; i < reply->n_matters; i++) {
        (void)printf(XF_TR("事项 %" PRId64 "，版本 %" PRId32 "\n"), reply->matters[i]->matter_id,
                     reply->matters[i]->version);
    }
    for (size_t i = 0; i < reply->n_hints; i++)
        (void)puts(xf_words_of(&xf__hint__descriptor, (int32_t)reply->hints[i]));
    print_repeats(reply);
}

int
xf_petition_register(xf_cli *cli, const xf_args *args)
{
    draft draft = {.request = XF__PETITION_REGISTER_REQUEST__INIT};
    for (int p = 0; p < WHOLE; p++)
        draft.list[p] = xf_cli_take(cli, args->given_count * sizeof(ProtobufCMessage *));
    for (size_t i = 0; i < args->given_count; i++) {
        if (!take_option(cli, args, &draft, &args->given[i]))
            return (int)cli->exit;
    }
    complete(cli, &draft);
    const ProtobufCMessage *message =
        xf_cli_call(cli, XF_RPC_PETITION_REGISTER, &draft.request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        print_registered((const Xf__PetitionRegisterReply *)message);
    }
    return XF_EXIT_OK;
}

int
xf_petition_decide_repeat(xf_cli *cli, const xf_args *args)
{
    Xf__PetitionDecideRepeatRequest request = XF__PETITION_DECIDE_REPEAT_REQUEST__INIT;
    bool same = xf_args_has(args, "same");
    if (same == xf_args_has(args, "different"))
        return (int)xf_tell_usage(cli, XF_TR("--same 和 --different 要写一个，只写一个。"), NULL);
    if (!xf_args_whole(args->words[0], 1, INT64_MAX, &request.petition_id)) {
        return (int)xf_tell_usage(cli, XF_TR("要写信访件号，就是登记时给的那个数。"),
                                  args->words[0]);
    }
    if (!xf_args_whole(xf_args_get(args, "earlier"), 1, INT64_MAX, &request.earlier_petition_id))
        return (int)xf_tell_usage(cli, XF_TR("要写以前那一件的信访件号。"), "--earlier");
    request.has_petition_id = 1;
    request.has_earlier_petition_id = 1;
    request.has_same = 1;
    request.same = same;
    const ProtobufCMessage *message =
        xf_cli_call(cli, XF_RPC_PETITION_DECIDE_REPEAT, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        (void)puts(same ? XF_TR("记下了：是重复信访。") : XF_TR("记下了：不是重复信访。"));
    }
    return XF_EXIT_OK;
}
