/* Databases by plain blocking libpq, clusters by tests/cluster. */
#include "scratch_db.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <spawn.h>

static void
give_up(const char *what, const char *why)
{
    (void)fprintf(stderr, "scratch_db: %s: %s\n", what, why);
    abort();
}

static const char *
from_environment(const char *name)
{
    const char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe): one thread */
    if (value == NULL)
        give_up(name, "not set; run the tests by ctest");
    return value;
}

/* First line of a file in the cluster's directory. */
static void
cluster_line(const char *file, char *line, int size)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", from_environment("XF_CLUSTER"), file);
    FILE *stream = fopen(path, "re");
    if (stream == NULL || fgets(line, size, stream) == NULL)
        give_up(path, "cannot be read; run tests/cluster up");
    (void)fclose(stream);
    line[strcspn(line, "\n")] = '\0';
}

/* A cluster that a test has broken needs a while to recover. */
static PGconn *
reach(const char *conninfo)
{
    PGconn *pg = PQconnectdb(conninfo);
    for (int i = 0; i < 100 && PQstatus(pg) != CONNECTION_OK; i++) {
        (void)usleep(100 * 1000);
        PQreset(pg);
    }
    if (PQstatus(pg) != CONNECTION_OK)
        give_up(conninfo, PQerrorMessage(pg));
    return pg;
}

static char *
joined(const char *a, const char *b, const char *c)
{
    size_t n = strlen(a) + strlen(b) + strlen(c) + 1;
    char *text = malloc(n);
    if (text == NULL)
        give_up("malloc", "no memory");
    (void)snprintf(text, n, "%s%s%s", a, b, c);
    return text;
}

char *
xf_test_db_new(const char *name)
{
    char cluster[256];
    char sql[128];
    cluster_line("conninfo", cluster, sizeof cluster);
    (void)snprintf(sql, sizeof sql, "drop database if exists %s with (force)", name);
    xf_test_db_run(cluster, sql);
    (void)snprintf(sql, sizeof sql, "create database %s owner xf_owner", name);
    xf_test_db_run(cluster, sql);
    return joined(cluster, " dbname=", name);
}

char *
xf_test_db_as(const char *conninfo, const char *role)
{
    return joined(conninfo, " user=", role);
}

void
xf_test_db_run(const char *conninfo, const char *sql)
{
    PGconn *pg = reach(conninfo);
    PQclear(PQexec(pg, "set client_min_messages = warning"));
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        give_up(sql, PQerrorMessage(pg));
    PQclear(result);
    PQfinish(pg);
}

void
xf_test_db_cut(const char *conninfo, const char *application)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   /* check: this database's, and no other's */
                   "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
                   " where datname = current_database() and application_name = '%s'",
                   application);
    xf_test_db_run(conninfo, sql);
}

/* The answer, or NULL when the connection went meanwhile. */
static PGresult *
answer(const char *conninfo, const char *sql)
{
    PGconn *pg = reach(conninfo);
    PGresult *result = PQexec(pg, sql);
    bool gone = PQstatus(pg) != CONNECTION_OK;
    if (!gone && (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1))
        give_up(sql, PQerrorMessage(pg));
    PQfinish(pg);
    if (!gone)
        return result;
    PQclear(result);
    return NULL;
}

int64_t
xf_test_db_number(const char *conninfo, const char *sql)
{
    PGresult *result = NULL;
    while (result == NULL)
        result = answer(conninfo, sql);
    int64_t number = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return number;
}

int64_t
xf_test_db_blocked(const char *conninfo, const char *application)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "select count(*) from pg_stat_activity where datname = current_database()"
                   " and application_name = '%s' and wait_event_type = 'Lock'",
                   application);
    return xf_test_db_number(conninfo, sql);
}

/* ---- A cluster to break ---- */

static pid_t
cluster_command(const char *script, const char *verb)
{
    char *path = joined(from_environment("XF_SOURCE_DIR"), "/", script);
    const char *dir = from_environment("XF_CLUSTER");
    char *const argv[] = {path, (char *)(uintptr_t)verb, (char *)(uintptr_t)dir, NULL};
    pid_t pid = 0;
    if (posix_spawn(&pid, path, NULL, NULL, argv, environ) != 0)
        give_up(path, "cannot be started");
    free(path);
    return pid;
}

static void
cluster_command_wait(const char *script, const char *verb)
{
    int status = 0;
    if (waitpid(cluster_command(script, verb), &status, 0) < 0 || status != 0)
        give_up(script, verb);
}

void
xf_test_cluster_own(const char *name)
{
    char *dir = joined(from_environment("XF_BUILD_DIR"), "/own-cluster-", name);
    (void)setenv("XF_CLUSTER", dir, 1); /* NOLINT(concurrency-mt-unsafe): one thread */
    free(dir);
    cluster_command_wait("deploy/cluster", "remove"); /* what an aborted run left */
    cluster_command_wait("tests/cluster", "up");
}

void
xf_test_cluster_remove(void)
{
    cluster_command_wait("deploy/cluster", "remove");
}

pid_t
xf_test_cluster_postmaster(void)
{
    char line[32];
    cluster_line("data/postmaster.pid", line, sizeof line);
    return (pid_t)strtol(line, NULL, 10);
}

pid_t
xf_test_cluster_restart(void)
{
    return cluster_command("tests/cluster", "up");
}
