/* client/cli/clock_table: a line a day, as the server looked at it. */
#include "client/cli/clock_table.h"

#include <stdio.h>

#include "client/cli/cli.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/weekday.h"
#include "client/cli/words.h"

enum { TEXT = 256 };

void
xf_clock_table_print(Xf__ClockDay *const *days, size_t n)
{
    static const xf_column columns[] = {{"日期", 0, false},       {"星期", 0, false},
                                        {"是什么日子", 0, false}, {"怎么算", 0, false},
                                        {"第几日", 0, true},      {NULL, 0, false}};
    xf_table *table = xf_table_new(columns);

    for (size_t i = 0; i < n; i++) {
        const Xf__ClockDay *day = days[i];
        char text[TEXT];

        xf_table_text(table, xf_show_day(true, day->day_on, text));
        xf_table_text(table, xf_weekday_words(day->day_on));
        (void)snprintf(text, sizeof text, "%s%s", day->name == NULL ? "" : day->name,
                       day->has_kind ? xf_words_of(&xf__day_kind__descriptor, (int32_t)day->kind)
                                     : XF_TR("没有日历"));
        xf_table_text(table, text);
        xf_table_text(table, xf_words_of(&xf__clock_step__descriptor, (int32_t)day->step));
        if (day->has_number) {
            xf_table_number(table, day->number);
        } else {
            xf_table_text(table, "");
        }
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
}
