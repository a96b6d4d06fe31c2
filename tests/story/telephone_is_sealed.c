/* A visitor leaves telephone, identity number and address: nobody reads them out of the tables. */
#include <stdio.h>
#include <stdlib.h>

#include "stage.h"

static const xf_visit visit = {
    .name = "信访人甲",
    .phone = "19911110001",
    .id_number = "450922199001010000",
    .address = "米场镇测试村一组九号",
    .demand = "要求更正户口登记",
};

/* In how many rows of all tables it stands, as text or as the same bytes. */
static int64_t
rows_with(xf_story *s, const char *words)
{
    char sql[1024];

    (void)snprintf(sql, sizeof sql,
                   "select coalesce(sum((xpath('/row/n/text()', query_to_xml(format("
                   "'select count(*) as n from xf.%%I x where position(%%L in x::text) > 0"
                   " or position(encode(convert_to(%%L, ''UTF8''), ''hex'') in x::text) > 0',"
                   " tablename, '%s', '%s'), false, true, '')))[1]::text::int), 0)"
                   " from pg_tables where schemaname = 'xf'",
                   words, words);
    return xf_stage_number(s, sql);
}

XF_STORY(the_tables_hold_none_of_it_and_the_desk_sees_the_end_of_it)
{
    xf_story *s = *state;

    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    assert_int_equal(rows_with(s, visit.phone), 0);
    assert_int_equal(rows_with(s, visit.id_number), 0);
    assert_int_equal(rows_with(s, visit.address), 0);
    assert_int_equal(rows_with(s, visit.name), 1); /* so that we know that we can find */

    const Xf__MatterOpenReply *opened = xf_stage_open(s, CLERK, matter);
    assert_string_equal(opened->petitioners[0]->phone, "199****0001");
    assert_non_null(opened->petitioners[0]->id_number);
    assert_null(strstr(opened->petitioners[0]->id_number, "19900101"));
    assert_non_null(opened->petitioners[0]->address);
    assert_null(strstr(opened->petitioners[0]->address, "九号"));
}

XF_STORY(the_same_telephone_is_found_and_two_petitions_look_different)
{
    xf_story *s = *state;

    assert_non_null(xf_stage_register(s, CLERK, &visit));
    assert_int_equal(xf_stage_register(s, CLERK, &visit)->n_repeats, 1);
    assert_int_equal(xf_stage_number(s, "select count(distinct phone_idx) from xf.petitioner"), 1);
    assert_int_equal(xf_stage_number(s, "select count(distinct phone_sealed) from xf.petitioner"),
                     2);
}

XF_STORY(the_log_knows_none_of_it)
{
    xf_story *s = *state;
    char *path = xf_stage_file(s, "log");
    char line[4096];

    assert_non_null(xf_stage_register(s, CLERK, &visit));
    FILE *log = fopen(path, "re");
    assert_non_null(log);
    while (fgets(line, sizeof line, log) != NULL) {
        assert_null(strstr(line, visit.phone));
        assert_null(strstr(line, visit.name));
        assert_null(strstr(line, visit.demand));
    }
    (void)fclose(log);
    free(path);
}

XF_STORIES(XF_PLAY(the_tables_hold_none_of_it_and_the_desk_sees_the_end_of_it),
           XF_PLAY(the_same_telephone_is_found_and_two_petitions_look_different),
           XF_PLAY(the_log_knows_none_of_it))
