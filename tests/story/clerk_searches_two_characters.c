/* Two characters are enough: a clerk finds the matter of somebody who asks at her desk. */
#include <stdio.h>
#include <stdlib.h>

#include <libpq-fe.h>

#include "call/method.h"
#include "db/query.h"
#include "stage.h"

static const Xf__MatterSearchReply *
search(xf_story *s, xf_cast who, const char *text)
{
    Xf__MatterSearchRequest request = XF__MATTER_SEARCH_REQUEST__INIT;

    request.text = (char *)(uintptr_t)text;
    return xf_stage_ask(s, who, XF_RPC_MATTER_SEARCH, &request.base);
}

static size_t
found(xf_story *s, xf_cast who, const char *text)
{
    const Xf__MatterSearchReply *reply = search(s, who, text);

    if (reply == NULL)
        fail_msg("%s: %s", text, xf_code_name(xf_stage_code(s)));
    return reply != NULL ? reply->n_matters : 0;
}

static int64_t
came(xf_story *s, xf_cast who, const char *demand)
{
    const xf_visit visit = {.name = "信访人甲", .phone = "19911110001", .demand = demand};

    return xf_stage_register(s, who, &visit)->matters[0]->matter_id;
}

/* ---- By words ---- */

XF_STORY(two_characters_find_it_and_newer_ones_come_first)
{
    xf_story *s = *state;
    const int64_t first = came(s, CLERK, "反映其电动车被盗，要求尽快侦破");
    const int64_t second = came(s, CLERK, "反映摩托车被盗");
    const Xf__MatterSearchReply *reply = NULL;

    (void)came(s, CLERK, "反映邻里土地纠纷");
    reply = search(s, OTHER_CLERK, "被盗");
    assert_int_equal(reply->n_matters, 2);
    assert_int_equal(reply->matters[0]->matter_id, second);
    assert_int_equal(reply->matters[1]->matter_id, first);
    assert_string_equal(reply->matters[1]->number, "陆公信字〔2026〕1号");
    assert_string_equal(reply->matters[1]->unit_name, "人民群众来访接待室");
    assert_string_equal(reply->matters[1]->demand, "反映其电动车被盗，要求尽快侦破");
    assert_false(reply->has_next);
    assert_false(reply->has_incomplete);
    assert_int_equal(found(s, OTHER_CLERK, "电动车被盗"), 1);
    assert_int_equal(found(s, OTHER_CLERK, "侦破 被盗"), 1); /* both, in any order */
    assert_int_equal(found(s, OTHER_CLERK, "土地 被盗"), 0);
    assert_int_equal(found(s, OTHER_CLERK, "盗要求"), 0); /* not across the comma */
    assert_int_equal(found(s, OTHER_CLERK, "耕牛"), 0);
}

XF_STORY(width_and_case_do_not_matter)
{
    xf_story *s = *state;

    (void)came(s, CLERK, "在ＱＱ群110被骗，对方网名Tom");
    assert_int_equal(found(s, CLERK, "qq群"), 1);
    assert_int_equal(found(s, CLERK, "１１０"), 1);
    assert_int_equal(found(s, CLERK, "TOM"), 1);
    assert_int_equal(found(s, CLERK, "111"), 0);
}

XF_STORY(one_character_is_refused_with_a_hint)
{
    xf_story *s = *state;

    (void)came(s, CLERK, "反映其电动车被盗");
    assert_null(search(s, CLERK, "盗"));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "text");
    assert_null(search(s, CLERK, "电动车 盗"));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "text");
    assert_null(search(s, CLERK, ""));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "text");
}

XF_STORY(people_are_not_searched_for)
{
    xf_story *s = *state;

    (void)came(s, CLERK, "反映其电动车被盗");
    assert_int_equal(found(s, CLERK, "信访人甲"), 0);
    assert_int_equal(found(s, CLERK, "19911110001"), 0);
    assert_int_equal(found(s, HEAD, "0001"), 0);
}

XF_STORY(a_page_is_followed_by_the_next)
{
    xf_story *s = *state;
    Xf__MatterSearchRequest request = XF__MATTER_SEARCH_REQUEST__INIT;
    const Xf__MatterSearchReply *page = NULL;

    for (int i = 0; i < 5; i++)
        (void)came(s, CLERK, "反映家中被盗现金");
    request.text = (char *)(uintptr_t) "被盗";
    request.has_limit = 1;
    request.limit = 2;
    for (size_t left = 5; left > 0; left -= page->n_matters) {
        page = xf_stage_ask(s, CLERK, XF_RPC_MATTER_SEARCH, &request.base);
        assert_int_equal(page->n_matters, left > 2 ? 2 : left);
        assert_int_equal(page->matters[0]->matter_id % 100000000 / 100, left);
        assert_int_equal(page->has_next, left > 2);
        request.has_after = page->has_next;
        request.after = page->next;
    }
    request.limit = 51;
    assert_null(xf_stage_ask(s, CLERK, XF_RPC_MATTER_SEARCH, &request.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "limit");
}

/* ---- By number ---- */

XF_STORY(a_number_is_found_however_it_is_written)
{
    static const char *const written[] = {"陆公信字〔2026〕1号",
                                          "公信字（2026）1",
                                          "[2026]1号",
                                          "2026-1",
                                          "2026年第1号",
                                          "1号",
                                          "第１号"};
    xf_story *s = *state;
    const int64_t matter = came(s, CLERK, "反映其电动车被盗");

    (void)came(s, CLERK, "反映家中被盗现金，在12号楼");
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        if (found(s, CLERK, written[i]) != 1)
            fail_msg("%s finds nothing", written[i]);
        assert_int_equal(search(s, CLERK, written[i])->matters[0]->matter_id, matter);
    }
    assert_int_equal(found(s, CLERK, "2025-1"), 0);
    assert_int_equal(found(s, CLERK, "3号"), 0);
    assert_int_equal(found(s, CLERK, "外公信字〔2026〕1号"), 0);
    assert_int_equal(found(s, CLERK, "12号楼"), 1); /* no number, but words */
}

/* ---- Whose ---- */

XF_STORY(a_station_finds_its_own_only)
{
    xf_story *s = *state;
    const int64_t reception = came(s, CLERK, "反映其电动车被盗");
    const int64_t station = came(s, LIAISON, "反映摩托车被盗");

    assert_int_equal(found(s, CLERK, "被盗"), 2);
    assert_int_equal(found(s, LIAISON, "被盗"), 1);
    assert_int_equal(search(s, LIAISON, "被盗")->matters[0]->matter_id, station);
    assert_int_equal(found(s, LIAISON, "1号"), 0);
    assert_int_equal(found(s, LIAISON, "2号"), 1);
    assert_int_equal(found(s, OTHER_STATION, "被盗"), 0);
    assert_true(xf_stage_assign(s, HEAD, reception, XF_CAST_STATION, NOBODY) > 0);
    assert_int_equal(found(s, LIAISON, "被盗"), 2);
}

XF_STORY(an_accusation_is_found_by_those_inside)
{
    xf_story *s = *state;
    const xf_visit accusation = {
        .name = "信访人甲", .demand = "反映民警收受财物", .accused = ACCUSED};

    assert_non_null(xf_stage_register(s, CLERK, &accusation));
    assert_int_equal(found(s, HEAD, "收受"), 1);
    assert_int_equal(found(s, INSPECTOR, "1号"), 1);
    assert_int_equal(found(s, CLERK, "收受"), 0);
    assert_int_equal(found(s, LEADER, "信控字〔2026〕1号"), 0);
    assert_int_equal(found(s, ACCUSED, "收受"), 0);
}

/* ---- On record ---- */

XF_STORY(a_search_is_on_record_without_its_words)
{
    xf_story *s = *state;

    (void)came(s, CLERK, "反映其电动车被盗");
    (void)found(s, CLERK, "被盗");
    (void)found(s, CLERK, "被盗");
    (void)found(s, HEAD, "耕牛");
    assert_null(search(s, CLERK, "盗")); /* refused: nothing was read */
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.access where kind = 4"), 3);
    assert_int_equal(xf_stage_number(s, "select count(distinct words_idx) from xf.access"
                                        " where kind = 4 and matter_id is null"),
                     2);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.access where"
                                        " position(convert_to('被盗', 'UTF8') in words_idx) > 0"),
                     0);
}

XF_STORY(what_cannot_be_put_on_record_is_not_told)
{
    xf_story *s = *state;

    (void)came(s, CLERK, "反映其电动车被盗");
    assert_int_equal(found(s, CLERK, "被盗"), 1);
    xf_stage_sql(s, "revoke insert on xf.access from xf_app");
    assert_null(search(s, CLERK, "被盗"));
    xf_stage_assert_refused(s, XF_CODE_INTERNAL, "");
    xf_stage_sql(s, "grant insert on xf.access to xf_app");
    assert_int_equal(found(s, CLERK, "被盗"), 1);
}

/* What the server said of it was to be expected: no reason to fail. */
static int
down_forgiven(void **state)
{
    char *path = xf_stage_file(*state, "log");
    FILE *file = fopen(path, "r+e");
    char *log = NULL;
    size_t room = 0;

    assert_non_null(file);
    assert_true(getdelim(&log, &room, '\0', file) > 0);
    for (char *at = strstr(log, " ERROR "); at != NULL; at = strstr(at + 1, " ERROR ")) {
        const char *line_end = strchr(at, '\n');
        const char *mine = strstr(at, "matter.search");

        if (mine != NULL && (line_end == NULL || mine < line_end))
            at[1] = 'e'; /* " eRROR " is no " ERROR " */
    }
    rewind(file);
    assert_true(fputs(log, file) >= 0);
    (void)fclose(file);
    free(log);
    free(path);
    return xf_stage_down(state);
}

/* ---- From before there was a search ---- */

enum { MANY = 520 }; /* more than are looked through one by one */

static PGconn *
connect_as(const xf_story *s, const char *role)
{
    char *conninfo = xf_stage_conninfo(s, role);
    PGconn *pg = PQconnectdb(conninfo);

    free(conninfo);
    return pg;
}

/* Nothing of the bureau is changed by anybody as long as its head row is held. */
static PGconn *
hold_the_head(const xf_story *s)
{
    PGconn *pg = connect_as(s, "postgres");
    PGresult *result = PQexec(pg, "begin; select from xf.bureau for no key update");

    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    PQclear(result);
    return pg;
}

/* The timer, when it looked before there was anything to do and comes to write only now. */
static void
found_nothing(const xf_story *s)
{
    const xf_statement *index = xf_statement_find("matter.index");
    const char *values[8] = {0};
    PGconn *pg = connect_as(s, "xf_app");
    char actor[96];

    assert_non_null(index);
    assert_true(index->n_params <= 8);
    for (size_t i = 0; i < index->n_params; i++)
        values[i] = index->params[i].array ? "{}" : "450922";
    (void)snprintf(actor, sizeof actor,
                   "set search_path = xf; set xinfang.actor = '{450922,0,0,%u}'", XF_MAY_TIMER);
    PQclear(PQexec(pg, actor));
    PGresult *result =
        PQexecParams(pg, index->sql, (int)index->n_params, NULL, values, NULL, NULL, 0);
    assert_string_equal(PQgetvalue(result, 0, 0), "OK");
    PQclear(result);
    PQfinish(pg);
}

XF_STORY(matters_from_before_are_read_in_by_the_timer_and_until_then_it_is_said)
{
    xf_story *s = *state;
    const int64_t old = came(s, CLERK, "反映磷矿石被盗");
    const Xf__MatterSearchReply *reply = NULL;

    for (int i = 0; i < MANY; i++)
        (void)came(s, CLERK, "反映邻里土地纠纷");
    assert_int_equal(found(s, CLERK, "磷矿"), 1);
    assert_int_equal(found(s, LIAISON, "磷矿"), 0);
    PGconn *timer_waits = hold_the_head(s);
    xf_stage_sql(s, "delete from xf.matter_gram;"
                    " insert into xf.matter_gram_fill (bureau_id) values (450922)");
    found_nothing(s);
    reply = search(s, CLERK, "磷矿");
    assert_int_equal(reply->n_matters, 0);
    assert_true(reply->incomplete);
    assert_int_equal(found(s, CLERK, "土地"), 50); /* enough of them are near */

    PQfinish(timer_waits);
    while (xf_stage_number(s, "select count(*) from xf.matter_gram_fill where done") == 0)
        xf_stage_sql(s, "select pg_sleep(0.01)");
    reply = search(s, CLERK, "磷矿");
    assert_int_equal(reply->n_matters, 1);
    assert_int_equal(reply->matters[0]->matter_id, old);
    assert_false(reply->has_incomplete);
}

XF_STORY(the_command_line_takes_several_words)
{
    xf_story *s = *state;
    const char *const words[] = {"matter", "search", "电动车", "被盗", NULL};
    const char *const number[] = {"matter", "search", "1号", "--json", NULL};
    const char *const none[] = {"matter", "search", "盗", NULL};

    (void)came(s, CLERK, "反映其电动车在家门口被盗");
    assert_int_equal(xf_stage_cli_login(s, CLERK), 0);
    assert_int_equal(xf_stage_cli(s, CLERK, words), 0);
    assert_non_null(strstr(xf_stage_said(s), "陆公信字〔2026〕1号"));
    assert_int_equal(xf_stage_cli(s, CLERK, number), 0);
    assert_non_null(strstr(xf_stage_said(s), "\"matter_id\""));
    assert_int_equal(xf_stage_cli(s, CLERK, none), 1);
    assert_non_null(strstr(xf_stage_said(s), "至少两个字"));
}

XF_STORIES(XF_PLAY(two_characters_find_it_and_newer_ones_come_first),
           XF_PLAY(width_and_case_do_not_matter), XF_PLAY(one_character_is_refused_with_a_hint),
           XF_PLAY(people_are_not_searched_for), XF_PLAY(a_page_is_followed_by_the_next),
           XF_PLAY(a_number_is_found_however_it_is_written), XF_PLAY(a_station_finds_its_own_only),
           XF_PLAY(an_accusation_is_found_by_those_inside),
           XF_PLAY(a_search_is_on_record_without_its_words),
           cmocka_unit_test_setup_teardown(what_cannot_be_put_on_record_is_not_told, xf_stage_up,
                                           down_forgiven),
           XF_PLAY_HOLDING(matters_from_before_are_read_in_by_the_timer_and_until_then_it_is_said),
           XF_PLAY(the_command_line_takes_several_words))
