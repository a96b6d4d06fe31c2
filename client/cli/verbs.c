/* client/cli/verbs: the table. A row reads whole: what it is called, what it says, what it
 * takes, which method it calls. Long because it is a list, not because it is complicated. */
#include "client/cli/verbs.h"

#include <string.h>

/* clang-format off */
static const xf_noun nouns[] = {
    {"login",    "登录、退出、看自己是谁、设口令"},
    {"bureau",   "本局的单位和民警"},
    {"petition", "登记信访件，认定重复"},
    {"matter",   "信访事项：列表、打开、交办、签收、经过"},
    {"feed",     "新消息：取来、看过、跟着看"},
    {"figures",  "统计数"},
    {"watch",    "守着：新消息一来就打一行"},
    {"import",   "导入台账：单位、民警、信访登记簿"},
    {"outbox",   "出件箱：等着发的和县局没接受的"},
};

#define END {NULL, NULL, NULL, 0}

static const xf_option no_options[] = {END};

static const xf_option password_options[] = {
    {"password-file", "文件", "从文件第一行读口令", 0},
    {"password-fd",   "号",   "从已打开的描述符读口令", 0},
    END};

static const xf_option officer_options[] = {
    {"unit", "单位", "只看这个单位：编号、编码、名称或简称", 0},
    END};

static const xf_option register_options[] = {
    {"channel",         "形式",       "收件形式：visit 来访、letter 来信、phone 来电、online 网上、fax 传真；再写一次就是又一条收件记录", XF_OPTION_NEEDED | XF_OPTION_MANY},
    {"source",          "来源",       "direct 直接（默认）、above 上级转办、hotline 12345、leader_reception 领导接访", XF_OPTION_MANY},
    {"received-on",     "日期",       "收到的日期，如 2026-11-24（默认今天）", XF_OPTION_MANY},
    {"reference",       "来文号",     "来件上原有的编号", XF_OPTION_MANY},
    {"people",          "人数",       "来了几个人（默认与所写的信访人一样多）", 0},
    {"petitioner",      "姓名",       "信访人；再写一次就是又一位", XF_OPTION_MANY},
    {"phone",           "电话",       "前面那位信访人的电话", XF_OPTION_MANY},
    {"id-number",       "身份证号",   "前面那位信访人的身份证号，没有可以不填", XF_OPTION_MANY},
    {"address",         "住址",       "前面那位信访人的住址", XF_OPTION_MANY},
    {"purpose",         "目的",       "appeal 申诉求决、accusation 检举控告、suggestion 意见建议；再写一次就是又一个事项", XF_OPTION_NEEDED | XF_OPTION_MANY},
    {"category",        "分类编码",   "前面那个事项的内容分类", XF_OPTION_MANY},
    {"demand",          "诉求",       "前面那个事项的主要诉求", XF_OPTION_MANY},
    {"complained-unit", "单位",       "被反映单位（申诉求决）：编号、编码、名称或简称", XF_OPTION_MANY},
    {"accused",         "警号",       "被控告人（检举控告）", XF_OPTION_MANY},
    {"accused-unit",    "单位",       "被控告单位（检举控告）", XF_OPTION_MANY},
    {"envelope",        "封套编号",   "原件封存时只登记封套编号，不写内容", XF_OPTION_MANY},
    END};

static const xf_option decide_options[] = {
    {"earlier",   "信访件号", "以前的那一件", XF_OPTION_NEEDED},
    {"same",      NULL,       "认定是同一人、同一件事", 0},
    {"different", NULL,       "认定不是", 0},
    END};

static const xf_option list_options[] = {
    {"state", "状态",   "registered 已登记、assigned 已交办、taken 已签收、closed 已办结、followed_up 已回访", 0},
    {"unit",  "单位",   "承办单位：编号、编码、名称或简称", 0},
    {"after", "记号",   "接着上一页：上一页末尾给的记号", 0},
    {"limit", "行数",   "一页几行，1 到 200（默认 50）", 0},
    END};

static const xf_option assign_options[] = {
    {"to-unit", "单位", "承办单位：编号、编码、名称或简称", XF_OPTION_NEEDED},
    {"handler", "警号", "承办人（检举控告必填）", 0},
    {"version", "版本", "您看过的版本（不写就先打开看一次）", 0},
    END};

static const xf_option take_options[] = {
    {"version", "版本", "您看过的版本（不写就先打开看一次）", 0},
    END};

static const xf_option history_options[] = {
    {"after-version", "版本", "从这个版本以后（默认从头）", 0},
    END};

static const xf_option watch_options[] = {
    {"count", "件数", "收到这么多条就结束", 0},
    END};

static const xf_option figures_options[] = {
    {"period",       "起..止", "如 2020-01..2020-10、2020、2020-01-01..2020-03-15", XF_OPTION_NEEDED},
    {"compare-with", "什么",   "previous-year：与上年同期比", 0},
    END};

static const xf_option import_options[] = {
    {"dry-run",  NULL,   "只试一遍，不存", 0},
    {"report",   "文件", "退回的行写进这个文件（CSV）", 0},
    {"progress", NULL,   "不在终端上也报进度：每一成一行", 0},
    END};

#define EXAMPLES(...) (const char *const[]){__VA_ARGS__, NULL}

static const xf_verb verbs[] = {
    {"login", "begin", "登录这个席位", "警号", 1, 1,
     XF_VERB_MAIN | XF_VERB_NO_LOGIN | XF_VERB_NO_OUTBOX, XF_RPC_LOGIN_BEGIN, password_options,
     EXAMPLES("xinfang login T00018", "xinfang login T00018 --password-file ~/.xinfang-password",
              "xinfang login T00018 --password-fd 3 3<口令文件"),
     xf_login_begin},
    {"login", "show", "看现在是谁在用这个席位", "", 0, 0, XF_VERB_NO_OUTBOX, XF_RPC_LOGIN_RESUME,
     no_options, EXAMPLES("xinfang login show", "xinfang login show --json"), xf_login_show},
    {"login", "end", "退出登录", "", 0, 0, XF_VERB_NO_OUTBOX, XF_RPC_LOGIN_END, no_options,
     EXAMPLES("xinfang login end"), xf_login_end},
    {"login", "set-password", "给一位民警设口令（安全管理员）", "警号", 1, 1, XF_VERB_NO_OUTBOX,
     XF_RPC_LOGIN_SET_PASSWORD, password_options,
     EXAMPLES("xinfang login set-password T00018",
              "xinfang login set-password T00018 --password-file 新口令"),
     xf_login_set_password},

    {"bureau", "units", "本局的单位", "", 0, 0, 0, XF_RPC_BUREAU_UNITS, no_options,
     EXAMPLES("xinfang bureau units", "xinfang bureau units --json"), xf_bureau_units},
    {"bureau", "officers", "本局的民警", "", 0, 0, 0, XF_RPC_BUREAU_OFFICERS, officer_options,
     EXAMPLES("xinfang bureau officers --unit 陆城所", "xinfang bureau officers"),
     xf_bureau_officers},

    {"petition", "register", "登记一件信访", "", 0, 0, 0, XF_RPC_PETITION_REGISTER,
     register_options,
     EXAMPLES("xinfang petition register --channel visit --petitioner 某某 --phone 19900010001 "
              "--purpose appeal --category 04 --demand 反映事故处理久拖不决",
              "xinfang petition register --channel letter --source above --received-on 2026-11-24 "
              "--reference 市信〔2026〕8号 --petitioner 某某 --address 米场镇 --purpose suggestion "
              "--category 11 --demand 建议在学校路口增设交通岗",
              "xinfang petition register --channel visit --petitioner 某某 --petitioner 某某某 "
              "--people 6 --purpose appeal --category 05 --demand 要求更正户口登记出生日期 "
              "--complained-unit 陆城所"),
     xf_petition_register},
    {"petition", "decide-repeat", "认定是不是重复信访", "信访件号", 1, 1, 0,
     XF_RPC_PETITION_DECIDE_REPEAT, decide_options,
     EXAMPLES("xinfang petition decide-repeat 12026000001 --earlier 12020000110 --same",
              "xinfang petition decide-repeat 12026000001 --earlier 12020000110 --different"),
     xf_petition_decide_repeat},

    {"matter", "list", "信访事项的列表，新的在前", "", 0, 0, XF_VERB_MAIN, XF_RPC_MATTER_LIST,
     list_options,
     EXAMPLES("xinfang matter list --state registered", "xinfang matter list --unit 温泉所 --limit 20",
              "xinfang matter list --json"),
     xf_matter_list},
    {"matter", "open", "打开一个信访事项", "事项号", 1, 1, 0, XF_RPC_MATTER_OPEN, no_options,
     EXAMPLES("xinfang matter open 1202600000101"), xf_matter_open},
    {"matter", "assign", "交办：送到承办单位", "事项号", 1, 1, 0, XF_RPC_MATTER_ASSIGN,
     assign_options,
     EXAMPLES("xinfang matter assign 1202600000101 --to-unit 温泉所",
              "xinfang matter assign 1202600000101 --to-unit 法制 --handler T00112 --version 1"),
     xf_matter_assign},
    {"matter", "take", "签收：本单位收下办理", "事项号", 1, 1, 0, XF_RPC_MATTER_TAKE, take_options,
     EXAMPLES("xinfang matter take 1202600000101"), xf_matter_take},
    {"matter", "history", "一个信访事项的全部经过", "事项号", 1, 1, 0, XF_RPC_MATTER_HISTORY,
     history_options, EXAMPLES("xinfang matter history 1202600000101"), xf_matter_history},

    {"feed", "since", "取来看过以后的新消息", "[哪里:号=到几]", 0, 64, 0, XF_RPC_FEED_SINCE,
     no_options, EXAMPLES("xinfang feed since", "xinfang feed since unit:12=3 role:reception=0"),
     xf_feed_since},
    {"feed", "ack", "记下已看到哪里", "哪里:号=到几", 1, 64, 0, XF_RPC_FEED_ACK, no_options,
     EXAMPLES("xinfang feed ack unit:12=3"), xf_feed_ack},
    {"feed", "follow", "跟着看（就是 xinfang watch）", "[哪里:号=从几]", 0, 64, XF_VERB_OWN_LINK,
     XF_RPC_FEED_FOLLOW, watch_options, EXAMPLES("xinfang feed follow --count 1"), xf_watch_run},

    {"figures", "show", "一段时间的统计数", "", 0, 0, XF_VERB_MAIN, XF_RPC_FIGURES_SHOW,
     figures_options,
     EXAMPLES("xinfang figures --period 2020-01..2020-10 --compare-with previous-year",
              "xinfang figures --period 2020 --json"),
     xf_figures_show},

    {"watch", "", "守着：新消息一来就打一行", "[哪里:号=从几]", 0, 64,
     XF_VERB_MAIN | XF_VERB_OWN_LINK, XF_RPC_FEED_FOLLOW, watch_options,
     EXAMPLES("xinfang watch", "xinfang watch --count 1", "xinfang watch unit:12=3 --json"),
     xf_watch_run},

    {"import", "units", "导入单位表", "文件", 1, 1, XF_VERB_NO_OUTBOX, XF_RPC_BUREAU_IMPORT_UNIT,
     import_options,
     EXAMPLES("xinfang import units units.csv --dry-run", "xinfang import units units.csv"),
     xf_import_run},
    {"import", "officers", "导入民警表（先导入单位表）", "文件", 1, 1, XF_VERB_NO_OUTBOX,
     XF_RPC_BUREAU_IMPORT_OFFICER, import_options, EXAMPLES("xinfang import officers officers.csv"),
     xf_import_run},
    {"import", "petitions", "导入信访登记簿", "文件", 1, 1, XF_VERB_NO_OUTBOX,
     XF_RPC_PETITION_IMPORT, import_options,
     EXAMPLES("xinfang import petitions petitions-2020.csv --report 退回.csv",
              "xinfang import petitions petitions-2020.csv --dry-run"),
     xf_import_run},

    {"outbox", "list", "看出件箱", "", 0, 0, XF_VERB_MAIN | XF_VERB_LOCAL, XF_RPC_UNSPECIFIED,
     no_options, EXAMPLES("xinfang outbox"), xf_box_list},
    {"outbox", "send", "现在就发，按先后", "", 0, 0, XF_VERB_RESENDS, XF_RPC_UNSPECIFIED, no_options,
     EXAMPLES("xinfang outbox send"), xf_box_send},
    {"outbox", "drop", "删掉一件不再发的", "序号", 1, 1, XF_VERB_LOCAL, XF_RPC_UNSPECIFIED,
     no_options, EXAMPLES("xinfang outbox drop 3"), xf_box_drop},
};

/* Methods that are not for people. */
static const struct { xf_rpc rpc; const char *why; } without_verb[] = {
    {XF_RPC_FIGURES_FREEZE, "the timer's own: no person freezes a month"},
};

/* clang-format on */

enum {
    NOUN_COUNT = sizeof(nouns) / sizeof(nouns[0]),
    VERB_COUNT = sizeof(verbs) / sizeof(verbs[0]),
};

size_t
xf_verbs_count(void)
{
    return VERB_COUNT;
}

const xf_verb *
xf_verbs_at(size_t i)
{
    return &verbs[i];
}

size_t
xf_nouns_count(void)
{
    return NOUN_COUNT;
}

const xf_noun *
xf_nouns_at(size_t i)
{
    return &nouns[i];
}

const xf_noun *
xf_nouns_find(const char *noun)
{
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        if (strcmp(nouns[i].noun, noun) == 0)
            return &nouns[i];
    }
    return NULL;
}

const xf_verb *
xf_verbs_find(const char *noun, const char *verb)
{
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(verbs[i].noun, noun) != 0)
            continue;
        if (verb == NULL ? (verbs[i].flags & XF_VERB_MAIN) != 0 : strcmp(verbs[i].verb, verb) == 0)
            return &verbs[i];
    }
    return NULL;
}

const char *
xf_verbs_why_none(xf_rpc rpc)
{
    for (size_t i = 0; i < sizeof(without_verb) / sizeof(without_verb[0]); i++) {
        if (without_verb[i].rpc == rpc)
            return without_verb[i].why;
    }
    return NULL;
}
