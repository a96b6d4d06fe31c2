/* client/cli/help: what --help prints; everything comes from the verb table. */
#include "client/cli/help.h"

#include <string.h>

#include "client/cli/cli.h"
#include "client/cli/width.h"

enum { INDENT = 2, COLUMN = 30 };

const xf_option xf_help_globals[] = {
    {"json", NULL, "整个回答按 JSON 输出，给脚本用", 0},
    {"profile", "目录", "这个席位的目录（默认 $XINFANG_HOME，再默认 ~/.config/xinfang）", 0},
    {"trace", NULL, "把每一帧打在标准错误上：方向、类型、方法、请求号", 0},
    {"timeout", "秒", "最多等多久（默认 30）", 0},
    {"help", NULL, "例子、写法、选项", 0},
    {NULL, NULL, NULL, 0},
};

const xf_help_exit xf_help_exits[] = {
    {XF_EXIT_OK, "办成"},
    {XF_EXIT_FAILED, "没办成"},
    {XF_EXIT_USAGE, "命令写错"},
    {XF_EXIT_LOGIN, "没有登录"},
    {XF_EXIT_DENIED, "无权或找不到"},
    {XF_EXIT_CONFLICT, "已被他人更新"},
    {XF_EXIT_UNAVAILABLE, "连不上，或存在出件箱"},
    {XF_EXIT_INTERRUPTED, "按 Ctrl-C 停下"},
    {0, NULL},
};

static void
pair(FILE *out, const char *left, const char *right)
{
    (void)fprintf(out, "%*s%s", INDENT, "", left);
    size_t width = INDENT + xf_width_text(left);
    if (width >= COLUMN) {
        (void)fputc('\n', out);
        width = 0;
    }
    (void)fprintf(out, "%*s%s\n", (int)(COLUMN - width), "", right);
}

static void
examples(FILE *out, const xf_verb *verb, size_t most)
{
    for (size_t i = 0; verb->examples[i] != NULL && i < most; i++)
        (void)fprintf(out, "%*s%s\n", INDENT, "", verb->examples[i]);
}

static void
options(FILE *out, const xf_option *list)
{
    for (const xf_option *o = list; o->name != NULL; o++) {
        char left[96];
        (void)snprintf(left, sizeof(left), "--%s%s%s", o->name, o->value == NULL ? "" : " ",
                       o->value == NULL ? "" : o->value);
        char right[512];
        (void)snprintf(right, sizeof(right), "%s%s%s", o->says,
                       (o->flags & XF_OPTION_NEEDED) != 0 ? XF_TR("（必填）") : "",
                       (o->flags & XF_OPTION_MANY) != 0 ? XF_TR("（可以多次）") : "");
        pair(out, left, right);
    }
}

static void
verbs_of(FILE *out, const char *noun)
{
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_verb *verb = xf_verbs_at(i);
        if (strcmp(verb->noun, noun) == 0)
            pair(out, verb->verb, verb->says);
    }
}

void
xf_help_program(FILE *out)
{
    (void)fputs(XF_TR("xinfang：县公安局信访办理系统的命令行\n\n例子\n"), out);
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        if ((xf_verbs_at(i)->flags & XF_VERB_MAIN) != 0 || i % 5 == 0)
            examples(out, xf_verbs_at(i), 1);
    }
    (void)fputs(XF_TR("\n写法：xinfang 名词 动词 [选项]\n\n"), out);
    for (size_t i = 0; i < xf_nouns_count(); i++)
        pair(out, xf_nouns_at(i)->noun, xf_nouns_at(i)->says);
    (void)fputs(XF_TR("\n到处都能用的选项\n"), out);
    options(out, xf_help_globals);
    (void)fputs(XF_TR("\n退出码："), out);
    for (const xf_help_exit *e = xf_help_exits; e->says != NULL; e++)
        (void)fprintf(out, "%s%d %s", e == xf_help_exits ? "" : "；", e->status, e->says);
    (void)fputs(XF_TR("\n每一个名词、动词都有 --help，例如 xinfang petition register --help；"
                      "整本手册：xinfang help man\n"),
                out);
}

void
xf_help_noun(FILE *out, const xf_noun *noun)
{
    (void)fprintf(out, XF_TR("xinfang %s：%s\n\n例子\n"), noun->noun, noun->says);
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        if (strcmp(xf_verbs_at(i)->noun, noun->noun) == 0)
            examples(out, xf_verbs_at(i), 1);
    }
    (void)fputs(XF_TR("\n动词\n"), out);
    verbs_of(out, noun->noun);
}

void
xf_help_verb(FILE *out, const xf_verb *verb)
{
    bool own_options = verb->options[0].name != NULL;
    char name[64];
    (void)snprintf(name, sizeof(name), "xinfang %s%s%s", verb->noun, *verb->verb == '\0' ? "" : " ",
                   verb->verb);
    (void)fprintf(out, XF_TR("%s：%s\n\n例子\n"), name, verb->says);
    examples(out, verb, SIZE_MAX);
    (void)fprintf(out, XF_TR("\n写法：%s%s%s%s\n"), name, *verb->words == '\0' ? "" : " ",
                  verb->words, own_options ? XF_TR(" [选项]") : "");
    if (own_options) {
        (void)fputs(XF_TR("\n选项\n"), out);
        options(out, verb->options);
    }
    (void)fputs(XF_TR("\n到处都能用的选项\n"), out);
    options(out, xf_help_globals);
}

int
xf_help_run(xf_cli *cli, const xf_args *args)
{
    if (args->word_count == 0) {
        xf_help_program(stdout);
        return XF_EXIT_OK;
    }
    const xf_noun *noun = xf_nouns_find(args->words[0]);
    if (noun == NULL)
        return (int)xf_tell_usage(cli, XF_TR("没有这个名词。"), args->words[0]);
    const xf_verb *verb = xf_verbs_find(noun->noun, args->word_count > 1 ? args->words[1] : "");
    if (verb != NULL) {
        xf_help_verb(stdout, verb);
    } else if (args->word_count > 1) {
        return (int)xf_tell_usage(cli, XF_TR("这个名词没有这个动词。"), args->words[1]);
    } else {
        xf_help_noun(stdout, noun);
    }
    return XF_EXIT_OK;
}
