/* Somebody adds a method and no story: this one tells him so, with its name. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stage.h"

/* What a story writes when it has one of the cast do it; else it names the method. Being
 * refused is no story, so roles_are_refused does not count. */
typedef struct act {
    xf_rpc rpc;
    const char *words;
} act;

static const act acts[] = {
    {XF_RPC_PETITION_REGISTER, "xf_stage_register("},
    {XF_RPC_MATTER_OPEN, "xf_stage_open("},
    {XF_RPC_MATTER_LIST, "xf_stage_list("},
    {XF_RPC_MATTER_HISTORY, "xf_stage_history("},
    {XF_RPC_MATTER_ASSIGN, "xf_stage_assign("},
    {XF_RPC_MATTER_TAKE, "xf_stage_take("},
    {XF_RPC_MATTER_DUE, "xf_stage_due("},
    {XF_RPC_REMINDER_LIST, "xf_stage_reminders("},
    {XF_RPC_REMINDER_ACKNOWLEDGE, "xf_stage_acknowledge("},
    {XF_RPC_FIGURES_SHOW, "xf_stage_figures("},
    {XF_RPC_FEED_FOLLOW, "xf_stage_follow("},
    {XF_RPC_PETITION_IMPORT, "\"import\", \"petitions\""},
    {XF_RPC_RECEPTION_IMPORT, "{\"receptions\", "},
    {XF_RPC_VISIT_IMPORT, "{\"visits\", "},
    {XF_RPC_NOTICE_IMPORT, "{\"notices\", "},
    {XF_RPC_DISPUTE_IMPORT, "{\"disputes\", "},
    {XF_RPC_THEFT_IMPORT, "{\"thefts\", "},
    {XF_RPC_PANEL_IMPORT, "{\"panels\", "},
    {XF_RPC_FIGURES_LIST, "\"figures\", \"list\""},
    {XF_RPC_FIGURES_DEFINITIONS, "\"figures\", \"definitions\""},
    {XF_RPC_DEVICE_ENROL, "\"device\", \"enrol\""},
    {XF_RPC_DEVICE_RENEW, "\"device\", \"renew\""},
    {XF_RPC_FIGURES_FREEZE, "->frozen"}, /* the timer's own: seen by what it did */
    {XF_RPC_CLOCK_REDATE, "XF_EVENT_KIND_CLOCK_REDATED"},
    {XF_RPC_REMINDER_SEND, "XF_EVENT_KIND_REMINDED"},
    {XF_RPC_MATTER_INDEX, "matter_gram_fill"},
    {XF_RPC_DEVICE_RETIRE, "XF_TEXT_DEVICE_RENEWED"},
    {XF_RPC_FEED_MOVED, "pushed: nobody asked"}, /* the server's own: seen by what it did */
};

/* These two bring in the books that every story stands on: support/stage_base.c. */
static const act at_the_beginning[] = {
    {XF_RPC_BUREAU_IMPORT_UNIT, "\"units\""},
    {XF_RPC_BUREAU_IMPORT_OFFICER, "\"officers\""},
};

static char *
read_file(const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t room = 0;

    assert_non_null(file);
    assert_true(getdelim(&text, &room, '\0', file) > 0);
    (void)fclose(file);
    return text;
}

static bool
is_a_story(const char *name)
{
    const size_t n = strlen(name);

    return n > 2 && strcmp(name + n - 2, ".c") == 0 && strcmp(name, "roles_are_refused.c") != 0 &&
           strcmp(name, "every_method_has_a_story.c") != 0;
}

/* All stories, one after another. */
static char *
read_stories(void)
{
    char *path = xf_stage_source("tests/story");
    DIR *dir = opendir(path);
    char *all = xf_memory_new(1);
    size_t n = 0;

    assert_non_null(dir);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char name[512];
        char *text = NULL;

        if (!is_a_story(entry->d_name))
            continue;
        (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        text = read_file(name);
        all = xf_memory_grow(all, n + strlen(text) + 1);
        memcpy(all + n, text, strlen(text) + 1);
        n += strlen(text);
        free(text);
    }
    (void)closedir(dir);
    free(path);
    return all;
}

static bool
stands_in(const char *text, xf_rpc rpc, const act *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i].rpc == rpc && strstr(text, list[i].words) != NULL)
            return true;
    }
    return false;
}

/* "matter.assign" is XF_RPC_MATTER_ASSIGN in a story that asks by hand. */
static bool
is_named(const char *text, xf_rpc rpc)
{
    char name[64] = "XF_RPC_";
    const char *from = xf_rpc_name(rpc);
    size_t n = strlen(name);

    for (size_t i = 0; from[i] != '\0' && n + 2 < sizeof name; i++)
        name[n++] = from[i] == '.' ? '_' : (char)(from[i] >= 'a' ? from[i] - 'a' + 'A' : from[i]);
    name[n] = '\0';
    return strstr(text, name) != NULL;
}

static void
every_method_stands_in_a_story(void **state)
{
    char *path = xf_stage_source("tests/support/stage_base.c");
    char *stories = read_stories();
    char *base = read_file(path);
    size_t missing = 0;

    (void)state;
    for (size_t i = 0; i < xf_rpc_count(); i++) {
        const xf_rpc rpc = xf_rpc_at(i)->rpc;

        if (!is_named(stories, rpc) &&
            !stands_in(stories, rpc, acts, sizeof acts / sizeof acts[0]) &&
            !stands_in(base, rpc, at_the_beginning, 2)) {
            print_error("no story calls %s\n", xf_rpc_name(rpc));
            missing++;
        }
    }
    free(base);
    free(stories);
    free(path);
    assert_int_equal(missing, 0);
}

XF_STORIES(cmocka_unit_test(every_method_stands_in_a_story))
