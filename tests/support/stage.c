/* Up and down: one directory, one database, one server for each story. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ftw.h>

#include "base/memory.h"
#include "stage_inside.h"
#include "stage_judge.h"

const char *
xf_stage_environment(const char *name)
{
    const char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe): one thread */

    if (value == NULL)
        fail_msg("%s is not set: run the tests by ctest", name);
    return value;
}

void
xf_stage_path(const xf_story *s, const char *name, char ret_path[XF_STAGE_PATH])
{
    int n = snprintf(ret_path, XF_STAGE_PATH, "%s/%s", s->dir, name);

    assert_in_range(n, 1, XF_STAGE_PATH - 1);
}

char *
xf_stage_file(const xf_story *s, const char *name)
{
    char path[XF_STAGE_PATH];

    xf_stage_path(s, name, path);
    return xf_memory_text(path, strlen(path));
}

char *
xf_stage_source(const char *path)
{
    const char *tree = xf_stage_environment("XF_SOURCE_DIR");
    size_t n = strlen(tree) + strlen(path) + 2;
    char *whole = xf_memory_new(n);

    (void)snprintf(whole, n, "%s/%s", tree, path);
    return whole;
}

void
xf_stage_write(const char *path, const char *text, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), (int)n);
    assert_int_equal(close(fd), 0);
}

static void
make_dir(const char *path)
{
    if (mkdir(path, 0700) != 0)
        assert_int_equal(errno, EEXIST);
}

static int
remove_one(const char *path, const struct stat *what, int flag, struct FTW *place)
{
    (void)what;
    (void)flag;
    (void)place;
    return remove(path);
}

/* $XF_BUILD_DIR/story/NAME, without what an earlier run left. */
static void
make_dirs(xf_story *s)
{
    char path[XF_STAGE_PATH];

    (void)snprintf(s->dir, sizeof s->dir, "%s/story", xf_stage_environment("XF_BUILD_DIR"));
    make_dir(s->dir);
    (void)snprintf(s->dir, sizeof s->dir, "%s/story/%s", xf_stage_environment("XF_BUILD_DIR"),
                   s->name);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
    (void)nftw(s->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    make_dir(s->dir);
    xf_stage_path(s, "home", path);
    make_dir(path);
}

static void
make_certificates(xf_story *s)
{
    static const char bureau[] = "450922";

    s->ca = xf_test_ca_new(s->dir, "ca");
    xf_test_ca_keep_key(s->ca, "ca");
    xf_test_ca_server(s->ca, "server", "xinfangd.test");
    xf_test_ca_client(s->ca, "desk", bureau);
    xf_test_ca_client(s->ca, "other-desk", bureau);
    s->files = xf_test_files_of(s->dir, "ca", "desk");
}

/* What it says in the database is only readable with it; for a test any 64 bytes do. */
static void
make_seal_key(const xf_story *s)
{
    char path[XF_STAGE_PATH];
    char key[64];

    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (char)(i * 7 + 1);
    xf_stage_path(s, "seal.key", path);
    xf_stage_write(path, key, sizeof key);
}

static xf_story *
story_new(const char *name, const char *conf)
{
    xf_story *s = xf_memory_new(sizeof *s);

    (void)snprintf(s->name, sizeof s->name, "%s", name);
    s->conf = conf;
    (void)snprintf(s->now, sizeof s->now, "%s", XF_CAST_NOW);
    make_dirs(s);
    make_certificates(s);
    make_seal_key(s);
    assert_int_equal(uv_loop_init(&s->loop), 0);
    return s;
}

static void
learn_numbers(xf_story *s)
{
    char sql[128];

    for (int who = NOBODY + 1; who < XF_CAST_COUNT; who++) {
        (void)snprintf(sql, sizeof sql, "select officer_id from xf.officer where badge = '%s'",
                       xf_cast_badge((xf_cast)who));
        s->officers[who] = (int32_t)xf_stage_number(s, sql);
    }
}

int
xf_stage_up_with(void **state, const char *conf)
{
    xf_story *s = story_new(program_invocation_short_name, conf);

    xf_stage_make_database(s);
    s->pg = PQconnectdb(s->conninfo);
    assert_int_equal(PQstatus(s->pg), CONNECTION_OK);
    learn_numbers(s);
    xf_stage_start_server(s);
    *state = s;
    return 0;
}

int
xf_stage_up(void **state)
{
    return xf_stage_up_with(state, "");
}

int
xf_stage_up_holding(void **state)
{
    return xf_stage_up_with(state, XF_STAGE_HOLDS);
}

static void
judge(xf_story *s)
{
    for (size_t i = 0; i < xf_judge_count(); i++) {
        int64_t broken = xf_judge_ask(s->pg, xf_judge_at(i));

        if (broken != 0)
            fail_msg("broken %lld times: %s", (long long)broken, xf_judge_at(i)->must);
    }
}

/* The loop ends by itself when nothing is left behind in it. */
static void
clear(xf_story *s)
{
    assert_int_equal(uv_run(&s->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&s->loop), 0);
    for (size_t i = 0; i < s->n_arenas; i++)
        xf_arena_free(&s->arenas[i]);
    xf_test_ca_free(&s->ca);
    PQfinish(s->pg);
    free(s->conninfo);
    free(s);
}

int
xf_stage_down(void **state)
{
    xf_story *s = *state;

    xf_stage_leave(s);
    if (s->server != 0)
        xf_stage_stop_server(s);
    if (s->second != 0)
        xf_stage_end_second(s);
    xf_stage_log_is_clean(s);
    judge(s);
    clear(s);
    return 0;
}

/* ---- The database */

int64_t
xf_stage_number(xf_story *s, const char *sql)
{
    PGresult *result = PQexec(s->pg, sql);
    int64_t number = 0;

    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        fail_msg("%s: %s", sql, PQerrorMessage(s->pg));
    number = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return number;
}

void
xf_stage_sql(xf_story *s, const char *sql)
{
    PGresult *result = PQexec(s->pg, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(s->pg));
    PQclear(result);
}

char *
xf_stage_conninfo(const xf_story *s, const char *role)
{
    return xf_test_db_as(s->conninfo, role);
}

int32_t
xf_stage_officer(xf_story *s, xf_cast who)
{
    return s->officers[who];
}

int32_t
xf_stage_unit(xf_story *s, const char *name)
{
    char sql[256];

    (void)snprintf(sql, sizeof sql, "select unit_id from xf.unit where '%s' in (short_name, name)",
                   name);
    return (int32_t)xf_stage_number(s, sql);
}

xf_day
xf_stage_today(void)
{
    return xf_day_from_civil(2026, 11, 24);
}
