/* A leader reads the year's figures, beside the year before, by unit and by month, and asks what
 * is behind one of them. The figures are the bureau's published ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "stage.h"
#include "stage_book.h"

#define PERIOD "2020-01..2020-10"

static void
import(xf_story *s, const char *kind, const char *book)
{
    char source[128];
    (void)snprintf(source, sizeof source, "tests/data/luchuan-2020/%s.csv", book);
    char *path = xf_stage_source(source);
    const char *const words[] = {"import", kind, path, NULL};

    if (xf_stage_cli(s, HEAD, words) != 0)
        fail_msg("%s: %s", book, xf_stage_said(s));
    free(path);
}

static void
import_the_year(xf_story *s)
{
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    import(s, "petitions", "petitions-2019");
    import(s, "petitions", "petitions-2020");
    import(s, "receptions", "leader-receptions-2020");
    import(s, "visits", "home-visits-2020");
    import(s, "notices", "notices-2020");
    import(s, "disputes", "disputes-2020");
    import(s, "thefts", "crime-solved");
    import(s, "panels", "case-reviews");
}

/* What the leader's command says. */
static cJSON *
ask(xf_story *s, const char *const *words)
{
    if (xf_stage_cli(s, LEADER, words) != 0)
        fail_msg("%s", xf_stage_said(s));
    const char *said = strchr(xf_stage_said(s), '{');
    cJSON *json = said == NULL ? NULL : cJSON_Parse(said);
    if (json == NULL)
        fail_msg("%s", xf_stage_said(s));
    return json;
}

static cJSON *
expected(void)
{
    char *path = xf_stage_source("tests/data/luchuan-2020/expected.json");
    char text[4096] = "";
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    free(path);
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    return json;
}

XF_STORY(the_22_published_figures_come_out_of_the_books)
{
    xf_story *s = *state;
    const char *const words[] = {"figures", "published", "--period", PERIOD, "--json", NULL};

    import_the_year(s);
    xf_stage_wait_frozen(s);
    assert_int_equal(xf_stage_cli_login(s, LEADER), 0);
    cJSON *said = ask(s, words);
    cJSON *wanted = expected();
    const cJSON *figures = cJSON_GetObjectItem(said, "figures");
    const cJSON *one = NULL;

    assert_int_equal(cJSON_GetArraySize(figures), 22);
    cJSON_ArrayForEach(one, cJSON_GetObjectItem(wanted, "figures"))
    {
        const cJSON *ours = cJSON_GetObjectItem(figures, one->string);
        if (!cJSON_IsNumber(ours) ||
            (int)(ours->valuedouble * 10 + (ours->valuedouble < 0 ? -0.5 : 0.5)) !=
                (int)(one->valuedouble * 10 + (one->valuedouble < 0 ? -0.5 : 0.5)))
            fail_msg("%s: %f", one->string, ours == NULL ? -1 : ours->valuedouble);
    }
    assert_true(cJSON_IsTrue(cJSON_GetObjectItem(said, "frozen")));
    cJSON_Delete(said);
    cJSON_Delete(wanted);
}

static int64_t
sum_of(const cJSON *rows, const char *key)
{
    int64_t sum = 0;
    const cJSON *row = NULL;

    cJSON_ArrayForEach(row, rows)
    {
        const cJSON *value = cJSON_GetObjectItem(row, key);
        sum += value == NULL ? 0 : (int64_t)value->valuedouble;
    }
    return sum;
}

XF_STORY(behind_each_number_stand_its_rows)
{
    static const struct {
        const char *figure;
        int rows;
        int64_t sum;
        int64_t closed;
    } asked[] = {
        {"petitions", 114, 114, 7}, /* seven accusations: a leader is outside */
        {"leader_receptions", 61, 61, 0},     {"leader_reception_people", 7, 8, 0},
        {"home_visit_officers", 177, 512, 0}, {"disputes_resolved", 493, 493, 0},
        {"thefts_solved", 10, 242, 0},        {"committee_meetings", 3, 3, 0},
    };

    xf_story *s = *state;

    import_the_year(s);
    xf_stage_wait_frozen(s);
    assert_int_equal(xf_stage_cli_login(s, LEADER), 0);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const char *const words[] = {"figures", "list", asked[i].figure, "--period", PERIOD,
                                     "--json",  NULL};
        cJSON *said = ask(s, words);
        const cJSON *rows = cJSON_GetObjectItem(said, "rows");

        if (cJSON_GetArraySize(rows) != asked[i].rows || sum_of(rows, "value") != asked[i].sum)
            fail_msg("%s: %d rows", asked[i].figure, cJSON_GetArraySize(rows));
        assert_int_equal((int64_t)cJSON_GetObjectItem(said, "closed")->valuedouble,
                         asked[i].closed);
        cJSON_Delete(said);
    }
}

/* Of 2019 there is a register and a book of thefts: of the rest nobody can say that there was none.
 * Key matters go back to 2018 there, of which there is no register. */
XF_STORY(a_year_without_a_book_is_not_called_nought)
{
    static const struct {
        const char *figure;
        bool known;
    } asked[] = {
        {"petitions", true},          {"feedback_rate", true},
        {"thefts_solved", true},      {"home_visit_officers", false},
        {"leader_receptions", false}, {"notices_delivered", false},
        {"key_matters", false},
    };

    const char *const words[] = {"figures",        "show",          "--period", PERIOD,
                                 "--compare-with", "previous-year", "--json",   NULL};
    xf_story *s = *state;
    cJSON *said = NULL;
    const cJSON *line = NULL;

    import_the_year(s);
    xf_stage_wait_frozen(s);
    assert_int_equal(xf_stage_cli_login(s, LEADER), 0);
    said = ask(s, words);
    cJSON_ArrayForEach(line, cJSON_GetObjectItem(said, "figures"))
    {
        const char *figure = cJSON_GetObjectItem(line, "figure")->valuestring;

        for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
            if (strcmp(figure, asked[i].figure) == 0)
                assert_int_equal(cJSON_HasObjectItem(line, "previous"), asked[i].known);
        }
    }
    cJSON_Delete(said);
}

XF_STORY(what_a_figure_means_is_told)
{
    xf_story *s = *state;
    const char *const words[] = {"figures", "definitions", "--json", NULL};

    assert_int_equal(xf_stage_cli_login(s, LEADER), 0);
    cJSON *said = ask(s, words);
    const cJSON *all = cJSON_GetObjectItem(said, "definitions");
    const cJSON *one = NULL;

    assert_int_equal(cJSON_GetArraySize(all), 22);
    cJSON_ArrayForEach(one, all)
    {
        /* A name is the figure's own, so that `list` takes it. */
        assert_string_equal(cJSON_GetObjectItem(one, "name")->valuestring,
                            cJSON_GetObjectItem(one, "figure")->valuestring);
        assert_true(strlen(cJSON_GetObjectItem(one, "formula")->valuestring) > 0);
        assert_true(strlen(cJSON_GetObjectItem(one, "period")->valuestring) > 0);
        assert_true(strlen(cJSON_GetObjectItem(one, "rows")->valuestring) > 0);
    }
    cJSON_Delete(said);
}

XF_STORY(units_and_months_are_parts_of_the_whole)
{
    static const char *const by[] = {"unit", "month", "unit,month"};
    xf_story *s = *state;

    import_the_year(s);
    xf_stage_wait_frozen(s);
    assert_int_equal(xf_stage_cli_login(s, LEADER), 0);
    for (size_t i = 0; i < sizeof by / sizeof by[0]; i++) {
        const char *const words[] = {"figures", "show",           "--period",      PERIOD,   "--by",
                                     by[i],     "--compare-with", "previous-year", "--json", NULL};
        cJSON *said = ask(s, words);
        int64_t petitions = 0;
        int64_t previous = 0;
        const cJSON *line = NULL;

        cJSON_ArrayForEach(line, cJSON_GetObjectItem(said, "figures"))
        {
            if (strcmp(cJSON_GetObjectItem(line, "figure")->valuestring, "petitions") != 0)
                continue;
            petitions += (int64_t)cJSON_GetObjectItem(line, "value")->valuedouble;
            previous += (int64_t)cJSON_GetObjectItem(line, "previous")->valuedouble;
        }
        /* By unit the accusations are left out. */
        assert_int_equal(petitions, i == 1 ? 121 : 114);
        assert_int_equal(
            previous,
            i == 1
                ? 237
                : 237 -
                      xf_stage_number(
                          s,
                          "select count(*) from xf.petition where compartment and registered_on between"
                          " '2019-01-01' and '2019-10-31'"));
        cJSON_Delete(said);
    }
}

XF_STORIES(XF_PLAY(the_22_published_figures_come_out_of_the_books),
           XF_PLAY(behind_each_number_stand_its_rows), XF_PLAY(what_a_figure_means_is_told),
           XF_PLAY(a_year_without_a_book_is_not_called_nought),
           XF_PLAY(units_and_months_are_parts_of_the_whole))
