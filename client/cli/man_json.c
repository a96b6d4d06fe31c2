/* client/cli/man_json: the section of the manual about --json, and what each verb prints. A verb
 * with a method prints its whole reply, unless it says otherwise here. */
#include <string.h>

#include "client/cli/cli.h"
#include "client/cli/man.h"

#define IMPORTED                                                                                 \
    "{\"file\", \"book\", \"dry_run\", \"strict\", \"rows\", \"taken\", \"refused\", \"open\", " \
    "\"remarked\", \"refusals\": [{\"line\", \"column\", \"reason\"}], \"remarks\": […]}"

static const struct {
    const char *noun;
    const char *verb; /* NULL: every other one */
    const char *prints;
} own[] = {
    {"figures", "published",
     "{\"period\": [起, 止], \"compared_with\": [起, 止], \"figures\": {指标: 数}, \"frozen\"}"},
    {"figures", "list", "{\"rows\": [FigureRow], \"closed\"}"},
    {"figures", "report", "{\"output\", \"pages\", \"frozen\"}"},
    {"calendar", "import",
     "{\"files\": [{\"file\", \"year\", \"version\", \"changed\", \"refusals\"}]}"},
    {"clock", "count", "{\"raw\", \"due\", \"missing_year\"}"},
    {"feed", "follow", "FeedEvent"},
    {"watch", NULL, "FeedEvent"},
    {"import", "read", "{\"book\", \"rows\": […]}"},
    {"import", NULL, IMPORTED},
    {"outbox", "list",
     "{\"entries\": [{\"id\", \"op_id\", \"rpc\", \"made_at\", \"state\", \"officer_id\", "
     "\"text\"}]}"},
    {"outbox", NULL, ""},
    {"help", NULL, ""},
    {"completion", NULL, ""},
};

const char *
xf_man_json(const xf_verb *verb)
{
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strcmp(own[i].noun, verb->noun) == 0 &&
            (own[i].verb == NULL || strcmp(own[i].verb, verb->verb) == 0))
            return own[i].prints;
    }
    const xf_rpc_row *row = xf_rpc_find(verb->rpc);
    return row == NULL ? "" : row->reply->short_name;
}

static const char *const shapes[][2] = {
    {"日", "\"2026-11-24\"，名字以 _on 结尾"},
    {"时刻", "\"2026-11-24T09:01:02.123+08:00\"，名字是 at 或以 _at 结尾"},
    {"枚举",
     "协议里的名字，小写，去掉枚举名：\"registered\"、\"unit_head\"；方法是 \"matter.assign\"；"
     "这里还不认识的值是写成文字的数 \"17\""},
    {"编号", "数，一位不少：1202600000101（可以超过 2 的 53 次方，不要读成浮点数）"},
    {"比率", "tenths 结尾的是千分之几的整数：-489 是 −48.9 %"},
    {"字节", "十六进制的小写文字"},
    {"列表", "总在，可以是空的；别的没有值就没有这一项"},
};

static void
print_verb(FILE *out, const xf_verb *verb, const char *prints)
{
    (void)fputs(".TP\n\\fB", out);
    xf_man_verbatim(out, verb->noun);
    (void)fputs(*verb->verb == '\0' ? "" : " ", out);
    xf_man_verbatim(out, verb->verb);
    (void)fputs("\\fR\n", out);
    xf_man_text(out, prints);
    (void)fputc('\n', out);
}

void
xf_man_json_print(FILE *out)
{
    xf_man_text(out,
                XF_TR("加 --json，标准输出是一个 JSON 文档：协议（proto/）里的那一条消息，字段名"
                      "照旧。watch 和 feed follow 一条消息一行，import 一个文件一个文档。"
                      "后来的版本会添字段，不会改已有的意思。"));
    (void)fputc('\n', out);
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        (void)fputs(".TP\n", out);
        xf_man_text(out, shapes[i][0]);
        (void)fputc('\n', out);
        xf_man_text(out, shapes[i][1]);
        (void)fputc('\n', out);
    }
    (void)fputs(".PP\n", out);
    xf_man_text(
        out,
        XF_TR("没办成的，标准错误上是 {\"error\": {\"code\", \"text\", \"field\", "
              "\"request_id\", \"retry_after_ms\", \"kept\", \"interrupted\"}}；code 是 Code 的"
              "名字，kept 是存在出件箱了。命令写错（退出码 2）只有文字。各动词打印的："));
    (void)fputc('\n', out);
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const char *prints = xf_man_json(xf_verbs_at(i));
        if (*prints != '\0')
            print_verb(out, xf_verbs_at(i), prints);
    }
}
