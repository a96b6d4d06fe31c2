/* The head makes the bulletin of the year so far: a PDF that says what the figures are, the
 * same today as yesterday, and never in the place of a file that somebody wants to keep. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "stage.h"
#include "stage_book.h"

#define PERIOD "2020-01..2020-10"

enum { PAGES = 4 };

static void
import(xf_story *s, const char *kind, const char *book)
{
    char name[128];

    (void)snprintf(name, sizeof name, "tests/data/luchuan-2020/%s.csv", book);
    char *path = xf_stage_source(name);
    const char *const words[] = {"import", kind, path, NULL};
    if (xf_stage_cli(s, HEAD, words) != 0)
        fail_msg("%s: %s", book, xf_stage_said(s));
    free(path);
}

/* All but the book of leader receptions. */
static void
import_books(xf_story *s)
{
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    import(s, "petitions", "petitions-2019");
    import(s, "petitions", "petitions-2020");
    import(s, "visits", "home-visits-2020");
    import(s, "notices", "notices-2020");
    import(s, "disputes", "disputes-2020");
    import(s, "thefts", "crime-solved");
    import(s, "panels", "case-reviews");
}

static int
report(xf_story *s, xf_cast who, const char *period, const char *path, bool force)
{
    const char *const words[] = {
        "figures", "report", "--period", period, "--output", path, force ? "--force" : NULL, NULL};

    return xf_stage_cli(s, who, words);
}

/* NULL: there is no such file. */
static char *
read_file(const char *path, size_t *ret_n)
{
    FILE *file = fopen(path, "re");
    struct stat info;
    char *bytes = NULL;

    if (file == NULL)
        return NULL;
    assert_int_equal(fstat(fileno(file), &info), 0);
    bytes = xf_memory_new((size_t)info.st_size + 1);
    *ret_n = fread(bytes, 1, (size_t)info.st_size, file);
    (void)fclose(file);
    return bytes;
}

/* What a reader sees, without blanks, for they depend on where columns stand. A page ends in
 * a form feed. */
static char *
text_of(const char *pdf)
{
    char path[1024];
    int status = 0;
    size_t n = 0;
    size_t kept = 0;

    (void)snprintf(path, sizeof path, "%s.txt", pdf);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)execlp("pdftotext", "pdftotext", "-layout", pdf, path, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    char *text = read_file(path, &n);
    assert_non_null(text);
    for (size_t i = 0; i < n; i++) {
        if (text[i] != ' ' && text[i] != '\n')
            text[kept++] = text[i];
    }
    text[kept] = '\0';
    return text;
}

static size_t
count_pages(const char *text)
{
    size_t pages = 0;

    for (; *text != '\0'; text++)
        pages += *text == '\f' ? 1 : 0;
    return pages;
}

static void
assert_says(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("not in the bulletin: %s\n%s", words, text);
}

static void
assert_first_page(const char *text)
{
    assert_says(text, "陆川县公安局信访工作月报2020年1月至10月2026年11月24日制");
    assert_says(text, "各月的数都已冻结，最近一次在2026-11-2409:00");
    assert_says(text, "指标本期上年同期同比信访总量121237−48.9%");
    assert_says(text, "反馈率98.3%");
    assert_says(text, "个百分点");
    assert_says(text, "走访出动警力512——");
    assert_says(text, "送达率100.0%——");
    assert_says(text, "调处矛盾纠纷538——化解矛盾纠纷493——化解率91.6%——");
    assert_says(text, "侵财盗窃破案242111+118.0%局党委专题会30—");
}

static void
assert_other_pages(const char *text)
{
    assert_int_equal(count_pages(text), PAGES);
    assert_says(text, "各单位数不含检举控告，故不必等于全局数");
    assert_says(text, "交通管理大队1028−64.3%温泉派出所96+50.0%"); /* most first */
    assert_says(text, "沙坡派出所484287.5%平乐派出所444397.7%");
    assert_says(text, "登记的信访件数登记日期本期登记的全部信访件，含检举控告");
    assert_says(text, "第4页共4页");
}

XF_STORY(the_bulletin_says_what_the_figures_are)
{
    xf_story *s = *state;
    char *path = xf_stage_file(s, "月报.pdf");
    size_t n = 0;

    import_books(s);
    xf_stage_wait_frozen(s);
    (void)remove(path);
    assert_int_equal(report(s, HEAD, PERIOD, path, false), 0);
    assert_says(xf_stage_said(s), "共 4 页");
    assert_says(xf_stage_said(s), "领导接访次数、领导接访接案、领导接访人次。\n");
    char *bytes = read_file(path, &n);
    assert_memory_equal(bytes, "%PDF-", 5);
    free(bytes);
    char *text = text_of(path);
    assert_first_page(text);
    assert_other_pages(text);
    assert_says(text, "领导接访次数0——");
    free(text);

    import(s, "receptions", "leader-receptions-2020");
    xf_stage_wait_frozen(s);
    assert_int_equal(report(s, HEAD, PERIOD, path, true), 0);
    assert_null(strstr(xf_stage_said(s), "领导接访次数"));
    text = text_of(path);
    assert_first_page(text);
    assert_other_pages(text);
    assert_says(text, "领导接访次数61——领导接访接案7——领导接访人次8——");
    free(text);
    free(path);
}

XF_STORY(the_same_data_makes_the_same_file_and_none_is_lost)
{
    xf_story *s = *state;
    char *path = xf_stage_file(s, "月报.pdf");
    char *again = xf_stage_file(s, "再做.pdf");
    size_t n = 0;
    size_t n_again = 0;

    (void)remove(path);
    (void)remove(again);
    assert_int_equal(xf_stage_cli_login(s, LEADER), 0);
    assert_int_equal(report(s, LEADER, "2020-03", path, false), 0);
    assert_int_equal(report(s, LEADER, "2020-03", again, false), 0);
    char *bytes = read_file(path, &n);
    char *other = read_file(again, &n_again);
    assert_int_equal(n, n_again);
    assert_memory_equal(bytes, other, n);
    assert_non_null(memmem(bytes, n, "/CreationDate (20261124000000+08", 32)); /* the server's */
    free(other);

    assert_int_equal(report(s, LEADER, "2020-04", path, false), 2);
    assert_says(xf_stage_said(s), "--force");
    other = read_file(path, &n_again);
    assert_int_equal(n, n_again);
    assert_memory_equal(bytes, other, n);
    free(other);

    assert_int_equal(report(s, LEADER, "2020-04", path, true), 0);
    char *text = text_of(path);
    assert_says(text, "2020年4月");
    assert_says(text, "有的月份还没有冻结"); /* nothing was ever registered */
    free(text);
    free(bytes);
    free(again);
    free(path);
}

XF_STORY(who_may_not_read_the_figures_gets_no_file)
{
    xf_story *s = *state;
    char *path = xf_stage_file(s, "月报.pdf");
    size_t n = 0;

    (void)remove(path);
    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);
    assert_int_equal(report(s, HANDLER, "2020-03", path, false), 5);
    assert_null(read_file(path, &n));
    assert_int_equal(xf_stage_cli_login(s, LEADER), 0);
    assert_int_equal(report(s, LEADER, "2020-10..2020-01", path, false), 2);
    assert_int_equal(report(s, LEADER, "2020-03", "/nowhere/月报.pdf", false), 1);
    assert_says(xf_stage_said(s), "文件写不进去");
    assert_null(read_file(path, &n));
    free(path);
}

XF_STORY(a_machine_without_chinese_fonts_says_so)
{
    xf_story *s = *state;
    char *path = xf_stage_file(s, "月报.pdf");
    char *conf = xf_stage_file(s, "fonts.conf");
    size_t n = 0;
    FILE *file = fopen(conf, "we");

    (void)remove(path);
    assert_non_null(file);
    (void)fputs("<fontconfig></fontconfig>\n", file);
    (void)fclose(file);
    assert_int_equal(xf_stage_cli_login(s, LEADER), 0);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
    assert_int_equal(setenv("FONTCONFIG_FILE", conf, 1), 0);
    assert_int_equal(report(s, LEADER, "2020-03", path, false), 1);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
    assert_int_equal(unsetenv("FONTCONFIG_FILE"), 0);
    assert_says(xf_stage_said(s), "fonts-noto-cjk");
    assert_null(read_file(path, &n));
    free(conf);
    free(path);
}

XF_STORIES(XF_PLAY(the_bulletin_says_what_the_figures_are),
           XF_PLAY(the_same_data_makes_the_same_file_and_none_is_lost),
           XF_PLAY(who_may_not_read_the_figures_gets_no_file),
           XF_PLAY(a_machine_without_chinese_fonts_says_so))
