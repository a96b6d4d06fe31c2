/* Somebody who knows the regulation and not our code reckons ten thousand clocks: all agree. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <spawn.h>

#include "stage.h"

static void
import_years(xf_story *s)
{
    enum { FIRST = 2018, LAST = 2026 };

    char *paths[LAST - FIRST + 1];
    const char *words[LAST - FIRST + 4] = {"calendar", "import"};

    for (int year = FIRST; year <= LAST; year++) {
        char name[64];

        (void)snprintf(name, sizeof name, "server/data/calendar/%d.csv", year);
        paths[year - FIRST] = xf_stage_source(name);
        words[year - FIRST + 2] = paths[year - FIRST];
    }
    assert_int_equal(xf_stage_cli(s, HEAD, words), 0);
    for (int year = FIRST; year <= LAST; year++)
        free(paths[year - FIRST]);
}

XF_STORY(ten_thousand_clocks_are_reckoned_twice)
{
    xf_story *s = *state;
    char *script = xf_stage_source("tests/clocks/reckon.py");
    char *calendars = xf_stage_source("server/data/calendar");
    char *profile = xf_stage_file(s, "home/T00021"); /* the handler's */
    char *work = xf_stage_file(s, ".");
    char xinfang[512];
    pid_t pid = 0;
    int status = 0;
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);
    import_years(s);

    (void)snprintf(xinfang, sizeof xinfang, "%s/xinfang", secure_getenv("XF_BUILD_DIR"));
    char *const words[] = {(char[]){"python3"}, script, xinfang, profile, calendars, work, NULL};
    assert_int_equal(posix_spawnp(&pid, "python3", NULL, NULL, words, environ), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    free(work);
    free(profile);
    free(calendars);
    free(script);
}

XF_STORIES(XF_PLAY(ten_thousand_clocks_are_reckoned_twice))
