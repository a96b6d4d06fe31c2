/* client/cli/import: books over the normal protocol. All files are read and their headings
 * judged before the first row is sent; then each book has its own trial, run and sum. A row that
 * the server holds already is taken as it is, so a file can be run again at any time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "base/memory.h"
#include "client/cli/book_keys.h"
#include "client/cli/import_rows.h"
#include "client/cli/show.h"
#include "client/cli/width.h"

enum { MOST_ON_A_TERMINAL = 20, BOOK_NAME_MOST = 48 };

typedef struct source {
    const char *name; /* of the file */
    xf_book *book;
    xf_form_map map;
    xf_book_keys *keys;
    xf_import_rows *rows;
} source;

typedef struct importing {
    xf_cli *cli;
    const xf_args *args;
    source *sources;
    size_t count;
    xf_report *report;
    const char *report_path; /* NULL: none, or it cannot be written any more */
    bool by_heading;         /* the kind of each book is told by its headings */
    bool trial, strict;
} importing;

static const char *
file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static xf_code
read_source(importing *im, const char *path, source *source, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    const xf_form *form = xf_form_find(im->cli->verb->verb);
    source->name = file_name(path);
    XF_TRY(xf_book_read(path, &source->book, reterr));
    if (im->by_heading)
        form = xf_form_guess(source->book);
    if (form == NULL)
        XF_TRY(XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_KIND_UNKNOWN, "%s", ""));
    XF_TRY(xf_form_map_book(form, source->book, &source->map, reterr));
    source->map.bureau = xf_client_welcome(im->cli->client)->bureau_id;
    source->map.book = xf_args_get(im->args, "book");
    source->map.update = xf_args_has(im->args, "update");
    if (RAND_bytes(source->map.run, sizeof(source->map.run)) != 1)
        XF_TRY(XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%s", ""));
    source->keys = xf_book_keys_new(&source->map, source->book);
    source->map.keys = source->keys;
    source->rows = xf_import_rows_new(im->cli, source->book, &source->map, im->report);
out:
    return code;
}

/* False: the person was told of every file that cannot be read, and nothing is sent. */
static bool
read_sources(importing *im)
{
    bool good = true;
    for (size_t i = 0; i < im->count; i++) {
        xf_error error = {0};
        if (read_source(im, im->args->words[i], &im->sources[i], &error) == XF_CODE_OK)
            continue;
        if (im->count > 1 && !im->cli->json) {
            (void)fputs(XF_TR("文件："), stderr);
            (void)xf_width_print(stderr, im->sources[i].name, 0);
            (void)fputc('\n', stderr);
        }
        (void)xf_tell_error(im->cli, &error);
        good = false;
    }
    return good;
}

static size_t
place_of(const source *source)
{
    size_t i = 0;
    while (i < xf_form_count() && xf_form_at(i) != source->map.form)
        i++;
    return i;
}

/* Units before officers, the register before what names its numbers; else as given. */
static void
sort_sources(importing *im)
{
    for (size_t i = 1; i < im->count; i++) {
        for (size_t j = i; j > 0 && place_of(&im->sources[j]) < place_of(&im->sources[j - 1]);
             j--) {
            source swapped = im->sources[j];
            im->sources[j] = im->sources[j - 1];
            im->sources[j - 1] = swapped;
        }
    }
}

static void
print_json(const importing *im, const source *source, bool trial)
{
    const xf_import_sum *sum = xf_import_rows_sum(source->rows);
    cJSON *json = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(json, "file", source->name);
    (void)cJSON_AddStringToObject(json, "book", source->map.form->name);
    (void)cJSON_AddBoolToObject(json, "dry_run", trial);
    (void)cJSON_AddBoolToObject(json, "strict", im->strict);
    (void)cJSON_AddNumberToObject(json, "rows", (double)sum->rows);
    (void)cJSON_AddNumberToObject(json, "taken", (double)sum->taken);
    (void)cJSON_AddNumberToObject(json, "refused", (double)sum->refused);
    (void)cJSON_AddNumberToObject(json, "open", (double)(sum->rows - sum->taken - sum->refused));
    (void)cJSON_AddNumberToObject(json, "remarked", (double)sum->remarked);
    cJSON *refusals = cJSON_AddArrayToObject(json, "refusals");
    xf_report_json(im->report, refusals, cJSON_AddArrayToObject(json, "remarks"));
    xf_show_tree(json, false);
    cJSON_Delete(json);
}

/* What became of the whole file. */
static const char *
end_of_sum(const importing *im, const xf_import_sum *sum, bool trial)
{
    if (im->strict && trial && !im->trial)
        return sum->refused > 0 ? XF_TR("。有退回的行，整个文件都没有存。") : XF_TR("。");
    if (im->strict && sum->refused > 0)
        return XF_TR("。先试时这些行没有退回，其间有了变化；其余的已存。");
    return trial ? XF_TR("。只是试一遍，没有存。") : "";
}

static void
print_sum(const importing *im, const source *source, bool trial)
{
    const xf_import_sum *sum = xf_import_rows_sum(source->rows);
    size_t open = sum->rows - sum->taken - sum->refused;
    size_t most = isatty(STDOUT_FILENO) == 1 ? MOST_ON_A_TERMINAL : 0;
    if (im->report_path == NULL)
        xf_report_print(im->report, most, stdout);
    if (im->count > 1 || im->by_heading) {
        (void)xf_width_print(stdout, source->name, 0);
        (void)printf(XF_TR("（%s）："), source->map.form->title);
    }
    (void)printf(XF_TR("%s %zu 行：成功 %zu，退回 %zu"), trial ? XF_TR("试导") : XF_TR("导入"),
                 sum->rows, sum->taken, sum->refused);
    if (open > 0)
        (void)printf(XF_TR("，没发完 %zu"), open);
    if (sum->remarked > 0) {
        (void)printf(trial ? XF_TR("；%zu 行有不相符之处，不妨碍导入")
                           : XF_TR("；%zu 行有不相符之处，照样存了"),
                     sum->remarked);
    }
    (void)puts(end_of_sum(im, sum, trial));
    (void)fflush(stdout);
}

/* Before the first row, so that a report that cannot be written stops the run, and after each
 * book. */
static bool
write_report(importing *im)
{
    xf_error error = {0};
    if (im->report_path == NULL ||
        xf_report_write(im->report, im->report_path, &error) == XF_CODE_OK)
        return true;
    (void)xf_tell_error(im->cli, &error);
    im->report_path = NULL;
    return false;
}

static int
tell_stopped(importing *im, const source *source, const xf_import_sum *sum)
{
    xf_cli *cli = im->cli;
    (void)xf_tell_failure(cli, &sum->why);
    if (cli->exit == XF_EXIT_UNAVAILABLE || cli->exit == XF_EXIT_INTERRUPTED) {
        (void)fputs(XF_TR("停在这个文件："), stderr);
        (void)xf_width_print(stderr, source->name, 0);
        (void)fputc('\n', stderr);
        (void)fputs(XF_TR("没发完的还在您的文件里。再运行同一条命令就接着来，存好的不会重复。\n"),
                    stderr);
    }
    return (int)cli->exit;
}

/* One book: tried first if wanted, and sent if that may be. */
static int
import_source(importing *im, const source *source)
{
    const xf_import_sum *sum = xf_import_rows_sum(source->rows);
    bool trial = im->trial || im->strict;
    bool on = true;
    xf_report_begin(im->report, source->name);
    while (on) {
        xf_progress progress;
        xf_progress_start(&progress, source->name, sum->rows, xf_args_has(im->args, "progress"));
        xf_import_rows_run(source->rows, trial, &progress);
        on = trial && !im->trial && sum->refused == 0 && !sum->stopped;
        trial = on ? false : trial;
    }
    (void)write_report(im);
    if (im->cli->json) {
        print_json(im, source, trial);
    } else {
        print_sum(im, source, trial);
    }
    if (sum->stopped)
        return tell_stopped(im, source, sum);
    return sum->refused > 0 ? (int)XF_EXIT_FAILED : (int)XF_EXIT_OK;
}

static int
import_sources(importing *im)
{
    int status = XF_EXIT_OK;
    size_t told = 0;
    for (size_t i = 0; i < im->count; i++) {
        int one = import_source(im, &im->sources[i]);
        const xf_import_sum *sum = xf_import_rows_sum(im->sources[i].rows);
        status = one != XF_EXIT_OK ? one : status;
        told += sum->refused + sum->remarked;
        if (!sum->stopped)
            continue;
        for (size_t left = i + 1; left < im->count; left++) {
            (void)fputs(XF_TR("还没有导入："), stderr);
            (void)xf_width_print(stderr, im->sources[left].name, 0);
            (void)fputc('\n', stderr);
        }
        break;
    }
    if (im->report_path != NULL && told > 0)
        (void)fprintf(stderr, XF_TR("退回的行和不相符之处写在 %s。\n"), im->report_path);
    return status;
}

/* --book stands in keys beside a number and a year. */
static bool
book_named(xf_cli *cli, const char *name)
{
    if (name == NULL || (xf_book_keys_fits(name) && strlen(name) <= BOOK_NAME_MOST))
        return true;
    (void)xf_tell_usage(cli, XF_TR("台账的名称要短，不能有 #，如 二月。"), name);
    return false;
}

int
xf_import_run(xf_cli *cli, const xf_args *args)
{
    importing im = {.cli = cli,
                    .args = args,
                    .count = (size_t)args->word_count,
                    .report = xf_report_new(),
                    .report_path = xf_args_get(args, "report"),
                    .by_heading = xf_form_find(cli->verb->verb) == NULL,
                    .trial = xf_args_has(args, "dry-run"),
                    .strict = xf_args_has(args, "strict")};
    int status = (int)XF_EXIT_FAILED;
    im.sources = xf_memory_new((im.count + 1) * sizeof(source));
    if (!book_named(cli, xf_args_get(args, "book"))) {
        status = (int)cli->exit;
    } else if (read_sources(&im) && write_report(&im)) {
        sort_sources(&im);
        status = import_sources(&im);
    }
    xf_client_close(&cli->client); /* no answer may come any more: its row is gone */
    for (size_t i = 0; i < im.count; i++) {
        xf_import_rows_free(&im.sources[i].rows);
        xf_book_keys_free(&im.sources[i].keys);
        xf_book_free(&im.sources[i].book);
    }
    xf_report_free(&im.report);
    free(im.sources);
    return status;
}
