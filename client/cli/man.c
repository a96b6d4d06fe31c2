/* client/cli/man: the page from top to bottom. What the verb table says stands there; what is
 * said here is what no single verb says. */
#include "client/cli/man.h"

#include <string.h>

#include "client/cli/cli.h"
#include "client/cli/help.h"
#include "client/cli/run.h"

#define WRITTEN "2026-11-27" /* this text, not the build: the same source gives the same page */

static void
line(FILE *out, const char *text)
{
    xf_man_text(out, text);
    (void)fputc('\n', out);
}

static void
section(FILE *out, const char *title)
{
    (void)fputs(".SH ", out);
    line(out, title);
}

static void
paragraph(FILE *out, const char *text)
{
    (void)fputs(".PP\n", out);
    line(out, text);
}

static void
tagged(FILE *out, const char *tag, const char *text)
{
    (void)fputs(".TP\n\\fB", out);
    xf_man_text(out, tag);
    (void)fputs("\\fR\n", out);
    line(out, text);
}

static void
option(FILE *out, const xf_option *o)
{
    (void)fputs(".TP\n\\fB", out);
    xf_man_verbatim(out, "--");
    xf_man_verbatim(out, o->name);
    (void)fputs("\\fR", out);
    if (o->value != NULL) {
        (void)fputs(" \\fI", out);
        xf_man_text(out, o->value);
        (void)fputs("\\fR", out);
    }
    (void)fputc('\n', out);
    xf_man_text(out, o->says);
    xf_man_text(out, (o->flags & XF_OPTION_NEEDED) != 0 ? XF_TR("（必填）") : "");
    line(out, (o->flags & XF_OPTION_MANY) != 0 ? XF_TR("（可以多次）") : "");
}

static void
examples(FILE *out, const xf_verb *verb)
{
    (void)fputs(".PP\n.EX\n", out);
    for (size_t i = 0; verb->examples[i] != NULL; i++) {
        xf_man_verbatim(out, verb->examples[i]);
        (void)fputc('\n', out);
    }
    (void)fputs(".EE\n", out);
}

static void
print_verb(FILE *out, const xf_verb *verb)
{
    (void)fputs(".TP\n\\fBxinfang ", out);
    xf_man_verbatim(out, verb->noun);
    (void)fputs(*verb->verb == '\0' ? "" : " ", out);
    xf_man_verbatim(out, verb->verb);
    (void)fputs("\\fR", out);
    if (*verb->words != '\0') {
        (void)fputs(" \\fI", out);
        xf_man_text(out, verb->words);
        (void)fputs("\\fR", out);
    }
    line(out, verb->options[0].name != NULL ? XF_TR(" [选项]") : "");
    xf_man_text(out, verb->says);
    line(out, (verb->flags & XF_VERB_MAIN) != 0 && *verb->verb != '\0' ? XF_TR("（不写动词就是它）")
                                                                       : "");
    (void)fputs(".RS\n", out);
    for (const xf_option *o = verb->options; o->name != NULL; o++)
        option(out, o);
    examples(out, verb);
    (void)fputs(".RE\n", out);
}

static void
print_nouns(FILE *out)
{
    section(out, XF_TR("名词和动词"));
    for (size_t n = 0; n < xf_nouns_count(); n++) {
        const xf_noun *noun = xf_nouns_at(n);
        (void)fputs(".SS ", out);
        xf_man_text(out, noun->noun);
        xf_man_text(out, "：");
        line(out, noun->says);
        for (size_t i = 0; i < xf_verbs_count(); i++) {
            if (strcmp(xf_verbs_at(i)->noun, noun->noun) == 0)
                print_verb(out, xf_verbs_at(i));
        }
    }
}

static void
print_exits(FILE *out)
{
    section(out, XF_TR("退出状态"));
    for (const xf_help_exit *e = xf_help_exits; e->says != NULL; e++) {
        char status[16];
        (void)snprintf(status, sizeof(status), "%d", e->status);
        tagged(out, status, e->says);
    }
}

static void
print_files(FILE *out)
{
    section(out, XF_TR("文件"));
    line(out, XF_TR("都在这个席位的目录里：--profile 说的，或 $XINFANG_HOME，再就是 "
                    "~/.config/xinfang。"));
    tagged(out, "conf", XF_TR("县局的地址和证书在哪里，由系统管理员发给您"));
    tagged(out, "token", XF_TR("登录的凭据，退出登录就没有了；只有您能读"));
    tagged(out, "outbox.sqlite", XF_TR("出件箱：还没有听到回音的"));
    section(out, XF_TR("环境"));
    tagged(out, "XINFANG_HOME", XF_TR("这个席位的目录，没有 --profile 时用"));
    tagged(out, "TERM", XF_TR("是 dumb 就不画进度条"));
}

static void
print_outbox(FILE *out)
{
    section(out, XF_TR("断线和 Ctrl-C"));
    line(out, XF_TR("改动事项的命令先存进出件箱，再发。没有听到回音的留在那里，办下一件事时先发它，"
                    "或运行 xinfang outbox send；发几次都只办一次。"));
    paragraph(out, XF_TR("按 Ctrl-C 就停下，退出状态是 130，并且说明怎么接着来："));
    tagged(out, "import",
           XF_TR("说停在哪个文件。存好的都算数，再运行同一条命令就接着来，不会重复"));
    tagged(out, "watch", XF_TR("看到哪里都记着，再运行 xinfang watch 就接着来"));
    tagged(out, XF_TR("改动事项的"),
           XF_TR("发出了没听到回音的在出件箱里；没来得及发的会说明，再运行一次"));
    tagged(out, XF_TR("只是看的"), XF_TR("没有改动什么，再运行一次"));
    paragraph(out, XF_TR("再按一次 Ctrl-C 当场结束。"));
}

void
xf_man_print(FILE *out)
{
    (void)fputs(".\\\" xinfang help man\n.TH XINFANG 1 " WRITTEN " \"xinfang " XF_VERSION "\"\n"
                ".nh\n.ad l\n",
                out);
    /* Unbroken: whatis and apropos read these two lines, and know no roff. */
    (void)fprintf(out, ".SH %s\nxinfang \\- %s\n", XF_TR("名称"),
                  XF_TR("县公安局信访办理系统的命令行"));
    section(out, XF_TR("概要"));
    (void)fputs("\\fBxinfang\\fR ", out);
    line(out, XF_TR("名词 [动词] [词…] [选项]"));
    section(out, XF_TR("说明"));
    line(out,
         XF_TR("要的结果在标准输出，别的话（进度、提示、为什么没办成）在标准错误。选项名不能缩写，"
               "写在哪里都行；-- 后面的都不是选项。枚举的值写英文名或中文都可以。"));
    print_nouns(out);
    section(out, XF_TR("到处都能用的选项"));
    for (const xf_option *o = xf_help_globals; o->name != NULL; o++)
        option(out, o);
    print_exits(out);
    print_files(out);
    print_outbox(out);
    section(out, XF_TR("JSON 输出"));
    xf_man_json_print(out);
}

int
xf_man_run(xf_cli *cli, const xf_args *args)
{
    (void)cli;
    (void)args;
    xf_man_print(stdout);
    return XF_EXIT_OK;
}
