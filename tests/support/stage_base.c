/* The database that every story's is a copy of, made once for each build by the way any
 * bureau begins: migrate, bootstrap, import the books of units and officers, set passwords.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "stage_inside.h"

#define BASE "story_base"

static char *
cluster_conninfo(void)
{
    char path[XF_STAGE_PATH];
    char line[256] = "";
    FILE *file = NULL;

    (void)snprintf(path, sizeof path, "%s/conninfo", xf_stage_environment("XF_CLUSTER"));
    file = fopen(path, "re");
    if (file == NULL)
        fail_msg("%s is not there: run tests/cluster up", path);
    (void)!fgets(line, sizeof line, file);
    (void)fclose(file);
    line[strcspn(line, "\n")] = '\0';
    return xf_memory_text(line, strlen(line));
}

static char *
database_of(const char *cluster, const char *name)
{
    size_t n = strlen(cluster) + strlen(name) + sizeof " dbname=";
    char *conninfo = xf_memory_new(n);

    (void)snprintf(conninfo, n, "%s dbname=%s", cluster, name);
    return conninfo;
}

/* Which programs made it: another build makes it anew. */
static void
name_of_build(char ret_name[128])
{
    char path[XF_STAGE_PATH];
    struct stat server = {0};
    struct stat client = {0};

    (void)snprintf(path, sizeof path, "%s/xinfangd", xf_stage_environment("XF_BUILD_DIR"));
    assert_int_equal(stat(path, &server), 0);
    (void)snprintf(path, sizeof path, "%s/xinfang", xf_stage_environment("XF_BUILD_DIR"));
    assert_int_equal(stat(path, &client), 0);
    (void)snprintf(ret_name, 128, "%lld.%ld %lld.%ld", (long long)server.st_mtim.tv_sec,
                   server.st_mtim.tv_nsec, (long long)client.st_mtim.tv_sec,
                   client.st_mtim.tv_nsec);
}

static void
bootstrap(xf_story *s)
{
    static const char *const migrate[] = {"migrate", NULL};
    char password[XF_STAGE_PATH];
    const char *const first[] = {
        "bootstrap", "--bureau", "450922", "--name",         "陆川县公安局",   "--short",
        "陆公",      "--badge",  "A00001", "--officer-name", "初始安全管理员", "--password-file",
        password,    NULL};

    xf_stage_path(s, "password", password);
    xf_stage_write(password, XF_CAST_PASSWORD, strlen(XF_CAST_PASSWORD));
    assert_int_equal(xf_stage_run_server(s, migrate), 0);
    assert_int_equal(xf_stage_run_server(s, first), 0);
}

static void
import(xf_story *s, const char *what, const char *book)
{
    char *path = xf_stage_source(book);
    const char *const words[] = {"import", what, path, NULL};

    if (xf_stage_cli(s, SECURITY_ADMIN, words) != 0)
        fail_msg("%s: %s", book, xf_stage_said(s));
    free(path);
}

static void
set_password(xf_story *s, xf_cast who)
{
    Xf__LoginSetPasswordRequest request = XF__LOGIN_SET_PASSWORD_REQUEST__INIT;

    request.badge = (char *)(uintptr_t)xf_cast_badge(who);
    request.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    assert_non_null(xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_LOGIN_SET_PASSWORD, &request.base));
}

/* On the story's own directory, server and certificates: only the database is another. */
static void
make_base(xf_story *s, const char *cluster, const char *build)
{
    char sql[256];

    s->conninfo = xf_test_db_new(BASE);
    bootstrap(s);
    xf_stage_start_server(s);
    assert_int_equal(xf_stage_cli_login(s, SECURITY_ADMIN), 0);
    import(s, "units", "tests/data/luchuan-2020/units.csv");
    import(s, "officers", "tests/data/luchuan-2020/officers.csv");
    for (int who = NOBODY + 1; who < XF_CAST_COUNT; who++) {
        if (who != SECURITY_ADMIN)
            set_password(s, (xf_cast)who);
    }
    xf_stage_stop_server(s);
    s->port = 0;
    free(s->conninfo);
    s->conninfo = NULL;
    (void)snprintf(sql, sizeof sql, "comment on database " BASE " is '%s'", build);
    xf_test_db_run(cluster, sql);
}

static bool
base_stands(const char *cluster, const char *build)
{
    char sql[256];

    (void)snprintf(sql, sizeof sql,
                   "select count(*) from pg_database d where datname = '" BASE "'"
                   " and shobj_description(oid, 'pg_database') = '%s'",
                   build);
    return xf_test_db_number(cluster, sql) == 1;
}

/* Programs that run at the same time wait here for the first. */
void
xf_stage_make_database(xf_story *s)
{
    char *cluster = cluster_conninfo();
    char path[XF_STAGE_PATH];
    char build[128];
    char sql[256];
    int lock = 0;

    (void)snprintf(path, sizeof path, "%s/story/lock", xf_stage_environment("XF_BUILD_DIR"));
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(lock >= 0);
    assert_int_equal(flock(lock, LOCK_EX), 0);
    name_of_build(build);
    if (!base_stands(cluster, build))
        make_base(s, cluster, build);
    (void)close(lock);
    (void)snprintf(sql, sizeof sql, "drop database if exists story_%s with (force)", s->name);
    xf_test_db_run(cluster, sql);
    (void)snprintf(sql, sizeof sql, "create database story_%s owner xf_owner template " BASE,
                   s->name);
    xf_test_db_run(cluster, sql);
    (void)snprintf(sql, sizeof sql, "story_%s", s->name);
    s->conninfo = database_of(cluster, sql);
    free(cluster);
}
