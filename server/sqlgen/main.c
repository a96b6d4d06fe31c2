/* sqlgen — the build program: checks server/sql against the messages and embeds it.
 *
 *     sqlgen --sql server/sql --method server/method --out build/gen
 *
 * Reads *.sql and migration/NNNN_name.sql, pairs every rpc with its statement and each
 * parameter with its source, sees that it has its method (*.c of the second folder), and
 * writes methods.c and statements.c. Each fault is a line
 * "file:line: statement: what"; with one, nothing is written and the exit status is 1.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/rpc.h"
#include "sqlgen/entry.h"
#include "sqlgen/kind.h"
#include "sqlgen/pair.h"
#include "sqlgen/scan.h"
#include "sqlgen/text.h"
#include "sqlgen/write.h"

enum { PATH_ROOM = 1024 };

typedef struct source {
    char path[PATH_ROOM];
    xf_scan scan;
} source;

typedef struct work {
    source *sources;
    size_t n_sources;
    xf_write_statement *statements;
    size_t n_statements;
    xf_write_migration *migrations;
    size_t n_migrations;
    xf_text_buf methods; /* the texts of server/method, one behind the other */
    unsigned faults;
} work;

static void
say(work *w, const char *path, int line, const char *statement, const char *what)
{
    w->faults++;
    (void)fprintf(stderr, "%s:%d: %s: %s\n", path, line, *statement ? statement : "-", what);
}

static bool
ends_with(const struct dirent *entry, const char *ending)
{
    size_t n = strlen(entry->d_name);
    size_t m = strlen(ending);
    return n > m && entry->d_name[0] != '.' && strcmp(entry->d_name + n - m, ending) == 0;
}

static int
is_sql(const struct dirent *entry)
{
    return ends_with(entry, ".sql");
}

static int
is_c(const struct dirent *entry)
{
    return ends_with(entry, ".c");
}

/* By bytes, not by the builder's locale: the tables come out the same everywhere. */
static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Calls `take` for each such file of a folder, in order. */
static void
each_file(work *w, const char *folder, int (*is_such)(const struct dirent *entry),
          void (*take)(work *w, const char *path, const char *name))
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, is_such, by_bytes);
    if (n < 0) {
        say(w, folder, 0, "", "cannot be read");
        return;
    }
    for (int i = 0; i < n; i++) {
        char path[PATH_ROOM];
        int length = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (length < 0 || (size_t)length >= sizeof path) {
            say(w, folder, 0, "", "a path is too long");
        } else {
            take(w, path, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
}

static void
take_statements(work *w, const char *path, const char *name)
{
    (void)name;
    char *text = xf_text_read(path);
    if (!text) {
        say(w, path, 0, "", "cannot be read");
        return;
    }
    w->sources = xf_text_grow(w->sources, w->n_sources + 1, sizeof *w->sources);
    source *file = &w->sources[w->n_sources];
    memset(file, 0, sizeof *file);
    (void)snprintf(file->path, sizeof file->path, "%s", path);
    xf_scan_fault fault;
    if (xf_scan_text(text, &file->scan, &fault)) {
        w->n_sources++;
    } else {
        say(w, path, fault.line, fault.statement, fault.what);
    }
    free(text);
}

static void
take_migration(work *w, const char *path, const char *name)
{
    int number = 0;
    size_t n = 0;
    for (; isdigit((unsigned char)name[n]); n++)
        number = number * 10 + (name[n] - '0');
    size_t length = strlen(name) - 4;
    if (n != 4 || name[4] != '_' || length >= XF_SCAN_NAME) {
        say(w, path, 0, "", "a migration is named NNNN_name.sql");
        return;
    }
    if ((size_t)number != w->n_migrations + 1)
        say(w, path, 0, "", "migrations are numbered from 0001 without gaps");
    w->migrations = xf_text_grow(w->migrations, w->n_migrations + 1, sizeof *w->migrations);
    xf_write_migration *migration = &w->migrations[w->n_migrations];
    memset(migration, 0, sizeof *migration);
    migration->number = number;
    memcpy(migration->name, name, length);
    migration->sql = xf_text_read(path);
    if (migration->sql) {
        w->n_migrations++;
    } else {
        say(w, path, 0, "", "cannot be read");
    }
}

static void
take_methods(work *w, const char *path, const char *name)
{
    (void)name;
    char *text = xf_text_read(path);
    if (text) {
        xf_text_add(&w->methods, text, strlen(text));
        xf_text_add(&w->methods, "\n", 1);
    } else {
        say(w, path, 0, "", "cannot be read");
    }
    free(text);
}

/* The rpc of "matter.assign" or "matter.assign.read", or NULL. */
static const xf_rpc_row *
rpc_of(const char *name)
{
    size_t n = strlen(name);
    if (n > 5 && strcmp(name + n - 5, ".read") == 0)
        n -= 5;
    for (size_t i = 0; i < xf_rpc_count(); i++) {
        const xf_rpc_row *row = xf_rpc_at(i);
        if (strlen(row->name) == n && strncmp(row->name, name, n) == 0)
            return row;
    }
    return NULL;
}

static void
pair_statement(work *w, const char *path, xf_scan_statement *scanned)
{
    const xf_rpc_row *rpc = rpc_of(scanned->name);
    if (!rpc && !scanned->internal)
        say(w, path, scanned->line, scanned->name, "no rpc of this name, and not -- internal");
    if (rpc && scanned->internal)
        say(w, path, scanned->line, scanned->name, "is an rpc's and cannot be -- internal");
    if (!rpc == !scanned->internal)
        return;
    xf_pair *pairs = xf_text_grow(NULL, scanned->n_params + 1, sizeof *pairs);
    for (size_t i = 0; i < scanned->n_params; i++) {
        char what[XF_SCAN_WHAT];
        if (!xf_pair_param(rpc ? rpc->request : NULL, scanned, &scanned->params[i], &pairs[i],
                           what))
            say(w, path, scanned->params[i].line, scanned->name, what);
    }
    for (size_t i = 0; i < scanned->n_law; i++) {
        char what[XF_SCAN_WHAT];
        (void)snprintf(what, sizeof what, "law name %s is not used", scanned->law[i].name);
        if (!scanned->law[i].used)
            say(w, path, scanned->law[i].line, scanned->name, what);
    }
    char differs[XF_SCAN_WHAT];
    if (!xf_kind_agrees(scanned->sql, differs))
        say(w, path, scanned->line, scanned->name, differs);
    w->statements = xf_text_grow(w->statements, w->n_statements + 1, sizeof *w->statements);
    w->statements[w->n_statements++] = (xf_write_statement){scanned, pairs};
}

static bool
stands(const work *w, const char *name)
{
    for (size_t i = 0; i < w->n_statements; i++) {
        if (strcmp(w->statements[i].scanned->name, name) == 0)
            return true;
    }
    return false;
}

static void
pair_file(work *w, source *file)
{
    for (size_t i = 0; i < file->scan.n; i++) {
        xf_scan_statement *scanned = &file->scan.statements[i];
        if (stands(w, scanned->name)) {
            say(w, file->path, scanned->line, scanned->name, "a second statement of this name");
        } else {
            pair_statement(w, file->path, scanned);
        }
    }
}

static void
pair_all(work *w, const char *folder)
{
    for (size_t i = 0; i < w->n_sources; i++)
        pair_file(w, &w->sources[i]);
    for (size_t i = 0; i < xf_rpc_count(); i++) {
        const char *rpc = xf_rpc_at(i)->name;
        char file[XF_SCAN_NAME];
        char path[PATH_ROOM];
        char what[XF_SCAN_WHAT];
        if (stands(w, rpc))
            continue;
        xf_entry_missing_statement(rpc, file, what);
        (void)snprintf(path, sizeof path, "%s/%s", folder, file);
        say(w, path, 0, rpc, what);
    }
}

static void
look_for_methods(work *w, const char *folder)
{
    for (size_t i = 0; i < xf_rpc_count(); i++) {
        char file[XF_SCAN_NAME];
        char path[PATH_ROOM];
        char what[XF_SCAN_WHAT];
        if (w->methods.data && xf_entry_stands(w->methods.data, xf_rpc_at(i)->name))
            continue;
        xf_entry_missing(xf_rpc_at(i)->name, file, what);
        (void)snprintf(path, sizeof path, "%s/%s", folder, file);
        say(w, path, 0, xf_rpc_at(i)->name, what);
    }
}

static FILE *
open_out(work *w, const char *folder, const char *name)
{
    char path[PATH_ROOM];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = length > 0 && (size_t)length < sizeof path ? fopen(path, "wb") : NULL;
    if (!out)
        say(w, folder, 0, "", "cannot be written");
    return out;
}

static void
close_out(work *w, const char *folder, FILE *out)
{
    bool bad = ferror(out) != 0;
    if (fclose(out) != 0 || bad)
        say(w, folder, 0, "", "cannot be written");
}

static void
write_all(work *w, const char *folder)
{
    FILE *out = open_out(w, folder, "statements.c");
    if (out) {
        xf_write_statements(out, w->statements, w->n_statements, w->migrations, w->n_migrations);
        close_out(w, folder, out);
    }
    out = open_out(w, folder, "methods.c");
    if (out) {
        xf_write_methods(out, w->statements, w->n_statements);
        close_out(w, folder, out);
    }
}

static void
clear(work *w)
{
    for (size_t i = 0; i < w->n_statements; i++)
        free(w->statements[i].pairs);
    for (size_t i = 0; i < w->n_sources; i++)
        xf_scan_clear(&w->sources[i].scan);
    for (size_t i = 0; i < w->n_migrations; i++)
        free(w->migrations[i].sql);
    free(w->statements);
    free(w->sources);
    free(w->migrations);
    xf_text_clear(&w->methods);
}

int
main(int argc, char **argv)
{
    if (argc != 7 || strcmp(argv[1], "--sql") != 0 || strcmp(argv[3], "--method") != 0 ||
        strcmp(argv[5], "--out") != 0) {
        (void)fputs("usage: sqlgen --sql DIR --method DIR --out DIR\n", stderr);
        return 2;
    }
    work w = {0};
    char migrations[PATH_ROOM];
    (void)snprintf(migrations, sizeof migrations, "%s/migration", argv[2]);
    each_file(&w, argv[2], is_sql, take_statements);
    each_file(&w, migrations, is_sql, take_migration);
    each_file(&w, argv[4], is_c, take_methods);
    pair_all(&w, argv[2]);
    look_for_methods(&w, argv[4]);
    if (w.faults == 0)
        write_all(&w, argv[6]);
    clear(&w);
    return w.faults ? 1 : 0;
}
