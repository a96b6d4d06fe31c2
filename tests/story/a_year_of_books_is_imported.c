/* All ten books of 2019 and 2020 come in, as they are; the second time nothing is left to do. */
#include <stdio.h>
#include <stdlib.h>

#include "stage.h"
#include "stage_book.h"

#define BOOKS "tests/data/luchuan-2020/"
#define EVERY_TABLE                                                                            \
    "select sum((xpath('/row/n/text()', query_to_xml(format('select count(*) as n from xf.%I'" \
    ", tablename), false, true, '')))[1]::text::int) from pg_tables where schemaname = 'xf'"

static const struct book {
    const char *kind, *file;
    xf_cast who;
    int64_t rows;
    const char *counted;
} books[] = {
    {"units", BOOKS "units.csv", SECURITY_ADMIN, 26, "xf.unit"},
    {"officers", BOOKS "officers.csv", SECURITY_ADMIN, 117, "xf.officer where badge like 'T%'"},
    {"petitions", BOOKS "petitions-2019.csv", HEAD, 278,
     "xf.book_petition where extract(year from registered_on) = 2019"},
    {"petitions", BOOKS "petitions-2020.csv", HEAD, 121,
     "xf.book_petition where extract(year from registered_on) = 2020"},
    {"receptions", BOOKS "leader-receptions-2020.csv", HEAD, 61, "xf.reception"},
    {"visits", BOOKS "home-visits-2020.csv", HEAD, 177, "xf.visit"},
    {"notices", BOOKS "notices-2020.csv", HEAD, 121, "xf.notice"},
    {"disputes", BOOKS "disputes-2020.csv", HEAD, 538, "xf.dispute"},
    {"thefts", BOOKS "crime-solved.csv", HEAD, 22, "xf.theft"},
    {"panels", BOOKS "case-reviews.csv", HEAD, 6, "xf.panel"},
};

enum { BOOK_COUNT = sizeof books / sizeof books[0] };

static void
import_all(xf_story *s)
{
    for (size_t i = 0; i < BOOK_COUNT; i++) {
        char *path = xf_stage_source(books[i].file);
        const char *const words[] = {"import", books[i].kind, path, NULL};
        char sum[128];

        assert_int_equal(xf_stage_cli(s, books[i].who, words), 0);
        (void)snprintf(sum, sizeof sum, "导入 %lld 行：成功 %lld，退回 0", (long long)books[i].rows,
                       (long long)books[i].rows);
        assert_non_null(strstr(xf_stage_said(s), sum));
        free(path);
    }
}

static void
assert_all_there(xf_story *s)
{
    for (size_t i = 0; i < BOOK_COUNT; i++) {
        char sql[256];

        (void)snprintf(sql, sizeof sql, "select count(*) from %s", books[i].counted);
        assert_int_equal(xf_stage_number(s, sql), books[i].rows);
    }
}

XF_STORY(ten_books_come_in_once)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, SECURITY_ADMIN), 0);
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    import_all(s);
    assert_all_there(s);
    xf_stage_wait_frozen(s);

    const int64_t rows = xf_stage_number(s, EVERY_TABLE);
    const int64_t seat = xf_stage_number(s, "select ledger from xf.bureau");
    import_all(s);
    assert_all_there(s);
    assert_int_equal(xf_stage_number(s, EVERY_TABLE), rows);
    assert_int_equal(xf_stage_number(s, "select ledger from xf.bureau"), seat);
}

/* In any order, told apart by their headings; what is kept is what stands in the files. */
XF_STORY(they_are_told_apart_by_their_headings)
{
    xf_story *s = *state;
    const char *words[XF_STAGE_WORDS] = {"import"};
    char *paths[BOOK_COUNT] = {NULL};
    size_t n = 1;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    for (size_t i = BOOK_COUNT; i-- > 2;)
        words[n++] = paths[i] = xf_stage_source(books[i].file);
    words[n] = "--strict";
    assert_int_equal(xf_stage_cli(s, HEAD, words), 0);
    assert_non_null(strstr(xf_stage_said(s), "home-visits-2020.csv（走访台账）：导入 177 行"));
    assert_all_there(s);
    /* The register came first: what names it is linked at once. */
    assert_int_equal(xf_stage_number(s,
                                     "select count(*) from xf.notice n where petition_id is null "
                                     "and exists (select from xf.petition p where p.number = "
                                     "n.petition_number)"),
                     0);
    assert_true(xf_stage_number(s, "select count(*) from xf.notice where petition_id is not null") >
                0);
    for (size_t i = 0; i < BOOK_COUNT; i++)
        free(paths[i]);
}

XF_STORIES(XF_PLAY(ten_books_come_in_once), XF_PLAY(they_are_told_apart_by_their_headings))
