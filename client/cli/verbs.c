/* client/cli/verbs: the table. A row reads whole: what it is called, what it says, what it
 * takes, which method it calls. Long because it is a list, not because it is complicated. */
#include "client/cli/verbs.h"

#include <string.h>

/* clang-format off */
static const xf_noun nouns[] = {
    {"login",    "登录、退出、看自己是谁、设口令"},
    {"bureau",   "本局的单位和民警；停用、恢复账号"},
    {"device",   "设备：登记、换证书、列表、吊销"},
    {"petition", "登记信访件，认定重复"},
    {"matter",   "信访事项：列表、查找、打开、交办、签收、经过、期限"},
    {"reminder", "到期提醒：看自己的，确认知道了"},
    {"feed",     "新消息：取来、看过、跟着看"},
    {"figures",  "统计数"},
    {"calendar", "工作日历：一年的放假和调休"},
    {"clock",    "法定期限：有哪些规则，算到哪一天"},
    {"watch",    "守着：新消息一来就打一行"},
    {"import",   "导入台账：单位、民警、信访登记簿、接访、走访、文书、纠纷、破案、会审"},
    {"outbox",   "出件箱：等着发的和县局没接受的"},
    {"help",     "帮助，和整本手册"},
    {"completion", "按 Tab 补全：给 bash 或 zsh"},
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

static const xf_option reason_options[] = {
    {"reason", "理由", "为什么，记录在案", XF_OPTION_NEEDED},
    END};

static const xf_option invite_options[] = {
    {"unit", "单位", "这台设备放在哪个单位：编号、编码、名称或简称", 0},
    END};

static const xf_option enrol_options[] = {
    {"server", "地址:端口", "县局的服务器，如 10.1.1.5:7450", XF_OPTION_NEEDED},
    {"peer",   "名称",      "服务器证书上的名称", XF_OPTION_NEEDED},
    END};

static const xf_option devices_options[] = {
    {"all", NULL, "过期的、吊销的也看", 0},
    END};

static const xf_option register_options[] = {
    {"form",            "文件",       "从文件读下面这些项，一行一项，写成 petitioner = 某某；- 是标准输入。姓名和电话就不必写在命令行上", 0},
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

static const xf_option act_options[] = {
    {"version", "版本", "您看过的版本（不写就先打开看一次）", 0},
    END};

static const xf_option history_options[] = {
    {"after-version", "版本", "从这个版本以后（默认从头）", 0},
    END};

static const xf_option due_options[] = {
    {"explain", NULL, "一天一天地说：计不计、为什么", 0},
    END};

static const xf_option search_options[] = {
    {"after", "记号",   "接着上一页：上一页末尾给的记号", 0},
    {"limit", "行数",   "一页几行，1 到 50（默认 50）", 0},
    END};

static const xf_option reminder_options[] = {
    {"matter", "事项号", "看这个事项提醒过谁（不写就看自己的）", 0},
    {"all",    NULL,     "自己的，确认过的也看", 0},
    {"after",  "记号",   "接着上一页：上一页末尾给的记号", 0},
    {"limit",  "行数",   "一页几行，1 到 200（默认 50）", 0},
    END};

static const xf_option watch_options[] = {
    {"count", "件数", "收到这么多条就结束", 0},
    END};

#define PERIOD {"period", "起..止", "如 2020-01..2020-10、2020、2020-01-01..2020-03-15", XF_OPTION_NEEDED}

static const xf_option figures_options[] = {
    PERIOD,
    {"compare-with", "什么", "previous-year：与上年同期比", 0},
    {"by",           "怎么分", "unit 分单位、month 分月、unit,month 都分", 0},
    {"figure",       "指标", "只看这一个", 0},
    END};

static const xf_option published_options[] = {
    PERIOD,
    {"beside", "文件", "与这个文件里的数对照（JSON，里面有 \"figures\"），有不一致的就以 1 结束", 0},
    END};

static const xf_option figures_list_options[] = {
    PERIOD,
    {"unit", "单位", "只看这个单位：编号、编码、名称或简称", 0},
    END};

static const xf_option report_options[] = {
    PERIOD,
    {"output", "文件", "写进这个 PDF 文件", XF_OPTION_NEEDED},
    {"force",  NULL,   "已经有这个文件就换掉", 0},
    END};

static const xf_option clock_options[] = {
    {"from",     "日期", "从哪一天算（这一天不算在内），如 2026-03-02", 0},
    {"extended", NULL,   "按规则允许的最长延长期算", 0},
    {"days",     NULL,   "一天一行，说明每一天怎么算", 0},
    {"batch",    "文件", "读 CSV（rule,from,extended），写 CSV（rule,from,raw,due）", 0},
    END};

static const xf_option import_options[] = {
    {"dry-run",  NULL,   "只试一遍，不存", 0},
    {"strict",   NULL,   "先整个试一遍，有一行退回就整个文件都不存", 0},
    {"update",   NULL,   "台账更正过：内容变了的行也收，原来的留作旧版", 0},
    {"book",     "名称", "另一本序号也从 1 排起的台账，如按月分册的 二月：给它一个名称", 0},
    {"report",   "文件", "退回的行和不相符之处写进这个文件（CSV）", 0},
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
    {"login", "unlock", "解开输错口令造成的锁定（安全管理员）", "警号", 1, 1, XF_VERB_NO_OUTBOX,
     XF_RPC_LOGIN_UNLOCK, no_options, EXAMPLES("xinfang login unlock T00018"), xf_login_unlock},
    {"login", "failures", "谁在哪里输错口令、被锁定过（安全管理员、审计员）", "", 0, 0, 0,
     XF_RPC_LOGIN_FAILURES, no_options,
     EXAMPLES("xinfang login failures", "xinfang login failures --json"), xf_login_failures},

    {"bureau", "units", "本局的单位", "", 0, 0, 0, XF_RPC_BUREAU_UNITS, no_options,
     EXAMPLES("xinfang bureau units", "xinfang bureau units --json"), xf_bureau_units},
    {"bureau", "officers", "本局的民警", "", 0, 0, 0, XF_RPC_BUREAU_OFFICERS, officer_options,
     EXAMPLES("xinfang bureau officers --unit 陆城所", "xinfang bureau officers"),
     xf_bureau_officers},
    {"bureau", "disable-officer", "停用一位民警的账号：登录和连接几秒内结束（安全管理员）", "警号", 1, 1,
     0, XF_RPC_BUREAU_DISABLE_OFFICER, reason_options,
     EXAMPLES("xinfang bureau disable-officer T00018 --reason 调离"), xf_bureau_disable_officer},
    {"bureau", "enable-officer", "恢复停用的账号（安全管理员）", "警号", 1, 1, 0,
     XF_RPC_BUREAU_ENABLE_OFFICER, reason_options,
     EXAMPLES("xinfang bureau enable-officer T00018 --reason 调回"), xf_bureau_enable_officer},

    {"device", "invite", "给一台新设备要一个登记码，十五分钟内用一次（系统管理员）", "设备名", 1, 1,
     XF_VERB_NO_OUTBOX, XF_RPC_DEVICE_INVITE, invite_options,
     EXAMPLES("xinfang device invite lucheng-2 --unit 陆城所", "xinfang device invite desk-7 > 登记码"),
     xf_device_invite},
    {"device", "enrol", "用登记码登记这台设备，建好席位", "登记码", 1, 1, XF_VERB_ALONE | XF_VERB_LOCAL,
     XF_RPC_DEVICE_ENROL, enrol_options,
     EXAMPLES("xinfang device enrol 登记码 --server 10.1.1.5:7450 --peer xinfang.luchuan.example"),
     xf_device_enrol},
    {"device", "renew", "到时候就给这台设备换证书；没到时候不换", "", 0, 0,
     XF_VERB_NO_LOGIN | XF_VERB_NO_OUTBOX, XF_RPC_DEVICE_RENEW, no_options,
     EXAMPLES("xinfang device renew"), xf_device_renew},
    {"device", "list", "本局的设备（系统管理员、审计员）", "", 0, 0, XF_VERB_MAIN, XF_RPC_DEVICE_LIST,
     devices_options, EXAMPLES("xinfang device list", "xinfang device list --all --json"),
     xf_device_list},
    {"device", "revoke", "吊销一台设备或一张证书，那里的连接几秒内断开（系统管理员）", "设备名或指纹", 1,
     1, 0, XF_RPC_DEVICE_REVOKE, reason_options,
     EXAMPLES("xinfang device revoke lucheng-2 --reason 遗失"), xf_device_revoke},

    {"petition", "register", "登记一件信访", "", 0, 0, 0, XF_RPC_PETITION_REGISTER,
     register_options,
     EXAMPLES("xinfang petition register --channel visit --petitioner 某某 --phone 19900010001 "
              "--purpose appeal --category 04 --demand 反映事故处理久拖不决",
              "xinfang petition register --form 来访.txt",
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
    {"matter", "take", "签收：本单位收下办理", "事项号", 1, 1, 0, XF_RPC_MATTER_TAKE, act_options,
     EXAMPLES("xinfang matter take 1202600000101"), xf_matter_act},
    {"matter", "history", "一个信访事项的全部经过", "事项号", 1, 1, 0, XF_RPC_MATTER_HISTORY,
     history_options, EXAMPLES("xinfang matter history 1202600000101"), xf_matter_history},
    {"matter", "due", "一个信访事项的期限：到哪天，为什么", "事项号", 1, 1, 0, XF_RPC_MATTER_DUE,
     due_options,
     EXAMPLES("xinfang matter due 1202600000101", "xinfang matter due 1202600000101 --explain",
              "xinfang matter due 1202600000101 --json"),
     xf_matter_due},
    {"matter", "search", "按编号找，或按诉求里的词找（不能按姓名、电话找）", "编号或词…", 1, 8, 0,
     XF_RPC_MATTER_SEARCH, search_options,
     EXAMPLES("xinfang matter search 2026-1", "xinfang matter search 电动车 被盗",
              "xinfang matter search 陆公信字〔2026〕1号 --json"),
     xf_matter_search},

    {"reminder", "list", "提醒过自己的、还没有确认的", "", 0, 0, XF_VERB_MAIN, XF_RPC_REMINDER_LIST,
     reminder_options,
     EXAMPLES("xinfang reminder list", "xinfang reminder list --matter 1202600000101",
              "xinfang reminder list --all --json"),
     xf_reminder_list},
    {"reminder", "acknowledge", "确认知道了（期限不变）", "提醒号", 1, 1, 0,
     XF_RPC_REMINDER_ACKNOWLEDGE, no_options,
     EXAMPLES("xinfang reminder acknowledge 1202600000101012"), xf_reminder_acknowledge},

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
              "xinfang figures --period 2020-01..2020-10 --by unit,month",
              "xinfang figures --period 2020 --json"),
     xf_figures_show},
    {"figures", "published", "本局按期公布的 22 项数，与上年同期比", "", 0, 0, 0, XF_RPC_FIGURES_SHOW,
     published_options,
     EXAMPLES("xinfang figures published --period 2020-01..2020-10",
              "xinfang figures published --period 2020-01..2020-10 --beside 上报.json",
              "xinfang figures published --period 2020-01..2020-10 --json"),
     xf_figures_published},
    {"figures", "list", "一个数是由哪些行数出来的", "指标", 1, 1, 0, XF_RPC_FIGURES_LIST,
     figures_list_options,
     EXAMPLES("xinfang figures list disputes_resolved --period 2020-01..2020-10 --unit 温泉所",
              "xinfang figures list 信访总量 --period 2020 --json"),
     xf_figures_list},
    {"figures", "definitions", "每个指标是什么意思、怎么算", "", 0, 0, 0,
     XF_RPC_FIGURES_DEFINITIONS, no_options, EXAMPLES("xinfang figures definitions"),
     xf_figures_definitions},
    {"figures", "report", "做一份月报（PDF），与上年同期比", "", 0, 0, 0, XF_RPC_FIGURES_SHOW,
     report_options,
     EXAMPLES("xinfang figures report --period 2020-01..2020-10 --output 月报.pdf",
              "xinfang figures report --period 2020-10 --output 月报.pdf --force"),
     xf_bulletin_run},

    {"calendar", "import", "导入一年的放假和调休", "文件", 1, 64, XF_VERB_NO_OUTBOX,
     XF_RPC_CALENDAR_IMPORT, no_options,
     EXAMPLES("xinfang calendar import 2026.csv", "xinfang calendar import 2025.csv 2026.csv"),
     xf_calendar_import},
    {"calendar", "show", "看一年的放假和调休", "年份", 1, 1, 0, XF_RPC_CALENDAR_SHOW, no_options,
     EXAMPLES("xinfang calendar show 2026", "xinfang calendar show 2026 --json"),
     xf_calendar_show},

    {"clock", "list", "期限的规则", "", 0, 0, XF_VERB_MAIN, XF_RPC_CLOCK_LIST, no_options,
     EXAMPLES("xinfang clock list", "xinfang clock list --json"), xf_clock_list},
    {"clock", "count", "算一个期限到哪一天", "[规则]", 0, 1, 0, XF_RPC_CLOCK_COUNT, clock_options,
     EXAMPLES("xinfang clock count notice --from 2026-02-06",
              "xinfang clock count opinion --from 2026-03-02 --extended --days",
              "xinfang clock count --batch 期限.csv > 到期.csv"),
     xf_clock_count},

    {"watch", "", "守着：新消息一来就打一行", "[哪里:号=从几]", 0, 64,
     XF_VERB_MAIN | XF_VERB_OWN_LINK, XF_RPC_FEED_FOLLOW, watch_options,
     EXAMPLES("xinfang watch", "xinfang watch --count 1", "xinfang watch unit:12=3 --json"),
     xf_watch_run},

    {"import", "auto", "导入台账，按表头认出是哪一种", "文件…", 1, 64,
     XF_VERB_MAIN | XF_VERB_NO_OUTBOX, XF_RPC_UNSPECIFIED, import_options,
     EXAMPLES("xinfang import petitions-2020.csv notices-2020.csv --strict",
              "xinfang import auto 台账/*.csv --dry-run --report 退回.csv"),
     xf_import_run},
    {"import", "units", "导入单位表", "文件…", 1, 64, XF_VERB_NO_OUTBOX, XF_RPC_BUREAU_IMPORT_UNIT,
     import_options,
     EXAMPLES("xinfang import units units.csv --dry-run", "xinfang import units units.csv"),
     xf_import_run},
    {"import", "officers", "导入民警表（先导入单位表）", "文件…", 1, 64, XF_VERB_NO_OUTBOX,
     XF_RPC_BUREAU_IMPORT_OFFICER, import_options, EXAMPLES("xinfang import officers officers.csv"),
     xf_import_run},
    {"import", "petitions", "导入信访登记簿", "文件…", 1, 64, XF_VERB_NO_OUTBOX,
     XF_RPC_PETITION_IMPORT, import_options,
     EXAMPLES("xinfang import petitions petitions-2020.csv --report 退回.csv",
              "xinfang import petitions petitions-2019.csv petitions-2020.csv --strict",
              "xinfang import petitions petitions-2020.csv --update"),
     xf_import_run},
    {"import", "receptions", "导入领导接访台账", "文件…", 1, 64, XF_VERB_NO_OUTBOX,
     XF_RPC_RECEPTION_IMPORT, import_options,
     EXAMPLES("xinfang import receptions leader-receptions-2020.csv"), xf_import_run},
    {"import", "visits", "导入走访台账", "文件…", 1, 64, XF_VERB_NO_OUTBOX, XF_RPC_VISIT_IMPORT,
     import_options, EXAMPLES("xinfang import visits home-visits-2020.csv"), xf_import_run},
    {"import", "notices", "导入文书送达台账", "文件…", 1, 64, XF_VERB_NO_OUTBOX,
     XF_RPC_NOTICE_IMPORT, import_options,
     EXAMPLES("xinfang import notices notices-2020.csv --report 退回.csv"), xf_import_run},
    {"import", "disputes", "导入矛盾纠纷台账", "文件…", 1, 64, XF_VERB_NO_OUTBOX,
     XF_RPC_DISPUTE_IMPORT, import_options, EXAMPLES("xinfang import disputes disputes-2020.csv"),
     xf_import_run},
    {"import", "thefts", "导入破案统计表", "文件…", 1, 64, XF_VERB_NO_OUTBOX, XF_RPC_THEFT_IMPORT,
     import_options, EXAMPLES("xinfang import thefts crime-solved.csv"), xf_import_run},
    {"import", "panels", "导入疑难案件会审台账", "文件…", 1, 64, XF_VERB_NO_OUTBOX,
     XF_RPC_PANEL_IMPORT, import_options, EXAMPLES("xinfang import panels case-reviews.csv"),
     xf_import_run},
    {"import", "read", "看台账读成了什么样（JSON）：不连服务器，不存", "文件…", 1, 64,
     XF_VERB_ALONE | XF_VERB_LOCAL, XF_RPC_UNSPECIFIED, no_options,
     EXAMPLES("xinfang import read petitions-2020.csv"), xf_import_read},

    {"outbox", "list", "看出件箱", "", 0, 0, XF_VERB_MAIN | XF_VERB_LOCAL, XF_RPC_UNSPECIFIED,
     no_options, EXAMPLES("xinfang outbox"), xf_box_list},
    {"outbox", "send", "现在就发，按先后", "", 0, 0, XF_VERB_RESENDS, XF_RPC_UNSPECIFIED, no_options,
     EXAMPLES("xinfang outbox send"), xf_box_send},
    {"outbox", "drop", "删掉一件不再发的", "序号", 1, 1, XF_VERB_LOCAL, XF_RPC_UNSPECIFIED,
     no_options, EXAMPLES("xinfang outbox drop 3"), xf_box_drop},

    {"help", "show", "例子、写法、选项，同 --help", "[名词 [动词]]", 0, 2,
     XF_VERB_MAIN | XF_VERB_ALONE | XF_VERB_LOCAL, XF_RPC_UNSPECIFIED, no_options,
     EXAMPLES("xinfang help", "xinfang help petition register"), xf_help_run},
    {"help", "man", "整本手册（man 的格式）", "", 0, 0, XF_VERB_ALONE | XF_VERB_LOCAL,
     XF_RPC_UNSPECIFIED, no_options,
     EXAMPLES("xinfang help man > xinfang.1", "xinfang help man | man -l -"), xf_man_run},

    {"completion", "bash", "bash 的补全脚本", "", 0, 0, XF_VERB_ALONE | XF_VERB_LOCAL,
     XF_RPC_UNSPECIFIED, no_options,
     EXAMPLES("xinfang completion bash > ~/.local/share/bash-completion/completions/xinfang"),
     xf_completion_run},
    {"completion", "zsh", "zsh 的补全脚本", "", 0, 0, XF_VERB_ALONE | XF_VERB_LOCAL,
     XF_RPC_UNSPECIFIED, no_options,
     EXAMPLES("xinfang completion zsh > ~/.zfunc/_xinfang"), xf_completion_run},
};

/* Methods that are not for people. */
static const struct { xf_rpc rpc; const char *why; } without_verb[] = {
    {XF_RPC_MATTER_INDEX, "the timer's own: what a search finds by is made once for old matters"},
    {XF_RPC_FEED_MOVED, "the server's own: which desks to tell"},
    {XF_RPC_DEVICE_RETIRE, "the timer's own: a certificate that was renewed ends by itself"},
    {XF_RPC_FIGURES_FREEZE, "the timer's own: no person freezes a month"},
    {XF_RPC_CLOCK_REDATE, "the timer's own: a calendar that came in dates the clocks anew"},
    {XF_RPC_REMINDER_SEND, "the timer's own: no person climbs the ladder"},
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
