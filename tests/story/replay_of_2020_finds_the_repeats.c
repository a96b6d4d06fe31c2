/* The year 2020 is registered once more, live: are those proposed whom the book calls repeats? */
#include <stdlib.h>

#include "stage.h"
#include "stage_book.h"

#define BOOKS "tests/data/luchuan-2020/"

typedef struct count {
    xf_cast who;
    size_t rows;
    size_t repeats; /* what the book says */
    size_t found;   /* of them, proposed */
    size_t wrong;   /* proposed, and the book says no */
} count;

static void
compare(count *counted, const Xf__PetitionImportRequest *row,
        const Xf__PetitionRegisterReply *reply)
{
    const bool book = row->repeat != 0;
    const bool proposed = reply->n_repeats > 0;

    counted->rows++;
    counted->repeats += book;
    counted->found += book && proposed;
    counted->wrong += !book && proposed;
    if (book == proposed)
        return;
    print_message("%s: the book says %s, proposed %zu\n", row->number, book ? "repeat" : "first",
                  reply->n_repeats);
}

static void
register_row(xf_story *s, const Xf__PetitionImportRequest *row, void *data)
{
    count *counted = data;
    const bool accusation = (int)row->purpose == (int)XF_PURPOSE_ACCUSATION;
    const xf_visit visit = {
        .name = row->petitioner,
        .phone = row->phone,
        .address = row->address,
        .demand = row->demand,
        .category = row->category_name,
        .people = row->people,
        .purpose = (xf_purpose)row->purpose,
        .accused_unit = accusation ? row->complained_unit_name : NULL,
        .complained_unit = accusation ? NULL : row->complained_unit_name,
    };
    const Xf__PetitionRegisterReply *reply = xf_stage_register(s, counted->who, &visit);

    if (reply == NULL) {
        fail_msg("%s: %s at %s", row->number, xf_code_name(xf_stage_code(s)), xf_stage_field(s));
        return;
    }
    compare(counted, row, reply);
}

static count
replay_as(xf_story *s, xf_cast who)
{
    char *book = xf_stage_source(BOOKS "petitions-2019.csv");
    const char *const words[] = {"import", "petitions", book, NULL};
    count counted = {.who = who};

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli(s, HEAD, words), 0);
    xf_stage_each_row(s, BOOKS "petitions-2020.csv", register_row, &counted);
    print_message("rows=%zu repeats=%zu found=%zu false=%zu\n", counted.rows, counted.repeats,
                  counted.found, counted.wrong);
    free(book);
    return counted;
}

XF_STORY(the_head_of_reception_is_told_of_every_one)
{
    const count counted = replay_as(*state, HEAD);

    assert_int_equal(counted.rows, 121);
    assert_int_equal(counted.repeats, 26);
    assert_int_equal(counted.found, 26);
    assert_int_equal(counted.wrong, 0);
}

/* One of the earlier petitions is an accusation. */
XF_STORY(a_clerk_is_told_of_what_she_may_see)
{
    const count counted = replay_as(*state, CLERK);

    assert_int_equal(counted.rows, 121);
    assert_int_equal(counted.found, 25);
    assert_int_equal(counted.wrong, 0);
}

XF_STORIES(XF_PLAY(the_head_of_reception_is_told_of_every_one),
           XF_PLAY(a_clerk_is_told_of_what_she_may_see))
