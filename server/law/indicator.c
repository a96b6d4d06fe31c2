/* law/indicator — the table of figures, and how they are reckoned. */
#include "law/indicator.h"

/* clang-format off */
static const xf_indicator indicators[] = {
    {XF_FIGURE_PETITIONS, XF_INDICATOR_REGISTER, "petitions", "信访总量",
     XF_FIGURE_PETITIONS, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "登记的信访件数", "登记日期", "本期登记的全部信访件，含检举控告"},
    {XF_FIGURE_REPEATS, XF_INDICATOR_REGISTER, "repeats", "重复件",
     XF_FIGURE_REPEATS, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, false,
     "认定或台账注明为重复的信访件数", "登记日期", "本期登记的全部信访件"},
    {XF_FIGURE_REPEAT_RATE, XF_INDICATOR_REGISTER, "repeat_rate", "重复信访率",
     XF_FIGURE_REPEATS, XF_FIGURE_PETITIONS, XF_INDICATOR_PERIOD, false,
     "重复件 ÷ 信访总量", "登记日期", "本期登记的全部信访件"},
    {XF_FIGURE_LEADER_RECEPTIONS, XF_INDICATOR_RECEPTIONS, "leader_receptions", "领导接访次数",
     XF_FIGURE_LEADER_RECEPTIONS, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "领导接访的场次", "接访日期", "接访台账的全部场次，没有人来的也算"},
    {XF_FIGURE_LEADER_RECEPTION_CASES, XF_INDICATOR_RECEPTIONS, "leader_reception_cases", "领导接访接案",
     XF_FIGURE_LEADER_RECEPTION_CASES, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "接案数之和", "接访日期", "接访台账的全部场次"},
    {XF_FIGURE_LEADER_RECEPTION_PEOPLE, XF_INDICATOR_RECEPTIONS, "leader_reception_people", "领导接访人次",
     XF_FIGURE_LEADER_RECEPTION_PEOPLE, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "接访人次之和", "接访日期", "接访台账的全部场次"},
    {XF_FIGURE_HOME_VISIT_OFFICERS, XF_INDICATOR_VISITS, "home_visit_officers", "走访出动警力",
     XF_FIGURE_HOME_VISIT_OFFICERS, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "出动警力之和", "走访日期", "走访台账的全部走访"},
    {XF_FIGURE_HOME_VISIT_DISPUTES_RESOLVED, XF_INDICATOR_VISITS, "home_visit_disputes_resolved", "走访化解矛盾",
     XF_FIGURE_HOME_VISIT_DISPUTES_RESOLVED, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "化解矛盾数之和", "走访日期", "走访台账的全部走访；是走访上的一个数，不是一件纠纷"},
    {XF_FIGURE_FED_BACK, XF_INDICATOR_REGISTER, "fed_back", "已反馈",
     XF_FIGURE_FED_BACK, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, false,
     "有反馈日期的信访件数", "登记日期", "本期登记的全部信访件"},
    {XF_FIGURE_FEEDBACK_RATE, XF_INDICATOR_REGISTER, "feedback_rate", "反馈率",
     XF_FIGURE_FED_BACK, XF_FIGURE_PETITIONS, XF_INDICATOR_PERIOD, true,
     "已反馈 ÷ 信访总量", "登记日期", "本期登记的全部信访件，没有办完的也在内"},
    {XF_FIGURE_NOTICES_SENT, XF_INDICATOR_NOTICES, "notices_sent", "寄出告知书",
     XF_FIGURE_NOTICES_SENT, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "寄出的文书件数", "寄出日期", "文书台账的全部文书"},
    {XF_FIGURE_NOTICES_SIGNED, XF_INDICATOR_NOTICES, "notices_signed", "已签收文书",
     XF_FIGURE_NOTICES_SIGNED, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, false,
     "物流状态为已签收的文书件数；没有状态的看签收日期", "寄出日期", "文书台账的全部文书"},
    {XF_FIGURE_NOTICES_DELIVERED, XF_INDICATOR_NOTICES, "notices_delivered", "送达率",
     XF_FIGURE_NOTICES_SIGNED, XF_FIGURE_NOTICES_SENT, XF_INDICATOR_PERIOD, true,
     "已签收文书 ÷ 寄出告知书", "寄出日期", "文书台账的全部文书，退回、拒收的也在内"},
    {XF_FIGURE_DISPUTES_MEDIATED, XF_INDICATOR_DISPUTES, "disputes_mediated", "调处矛盾纠纷",
     XF_FIGURE_DISPUTES_MEDIATED, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "排查登记的矛盾纠纷件数", "排查日期", "纠纷台账的全部纠纷"},
    {XF_FIGURE_DISPUTES_RESOLVED, XF_INDICATOR_DISPUTES, "disputes_resolved", "化解矛盾纠纷",
     XF_FIGURE_DISPUTES_RESOLVED, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "已化解的矛盾纠纷件数", "排查日期", "纠纷台账的全部纠纷"},
    {XF_FIGURE_DISPUTES_RESOLVED_RATE, XF_INDICATOR_DISPUTES, "disputes_resolved_rate", "化解率",
     XF_FIGURE_DISPUTES_RESOLVED, XF_FIGURE_DISPUTES_MEDIATED, XF_INDICATOR_PERIOD, true,
     "化解矛盾纠纷 ÷ 调处矛盾纠纷", "排查日期", "纠纷台账的全部纠纷"},
    {XF_FIGURE_THEFTS_SOLVED, XF_INDICATOR_THEFTS, "thefts_solved", "侵财盗窃破案",
     XF_FIGURE_THEFTS_SOLVED, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "破案数之和", "年、月", "破案台账的全部月份"},
    {XF_FIGURE_COMMITTEE_MEETINGS, XF_INDICATOR_PANELS, "committee_meetings", "局党委专题会",
     XF_FIGURE_COMMITTEE_MEETINGS, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_PERIOD, true,
     "局党委专题会次数", "会议日期", "个案研究台账的局党委专题会"},
    {XF_FIGURE_KEY_MATTERS, XF_INDICATOR_REGISTER, "key_matters", "重点信访事项（上年以来）",
     XF_FIGURE_KEY_MATTERS, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_SINCE_YEAR_BEFORE, true,
     "标为重点的信访事项数", "登记日期，从上年 1 月 1 日起", "两年登记簿里的重点信访事项"},
    {XF_FIGURE_KEY_MATTERS_RESOLVED, XF_INDICATOR_REGISTER, "key_matters_resolved", "其中已化解",
     XF_FIGURE_KEY_MATTERS_RESOLVED, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_SINCE_YEAR_BEFORE, true,
     "办理结果为已化解的重点信访事项数", "登记日期，从上年 1 月 1 日起", "两年登记簿里的重点信访事项"},
    {XF_FIGURE_KEY_MATTERS_PLAN_ADOPTED, XF_INDICATOR_REGISTER, "key_matters_plan_adopted", "其中已通过解决方案",
     XF_FIGURE_KEY_MATTERS_PLAN_ADOPTED, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_SINCE_YEAR_BEFORE, true,
     "办理结果为已通过解决方案的重点信访事项数", "登记日期，从上年 1 月 1 日起", "两年登记簿里的重点信访事项"},
    {XF_FIGURE_KEY_MATTERS_GUIDED_TO_LAW, XF_INDICATOR_REGISTER, "key_matters_guided_to_law", "其中引导依法处理",
     XF_FIGURE_KEY_MATTERS_GUIDED_TO_LAW, XF_FIGURE_UNSPECIFIED, XF_INDICATOR_SINCE_YEAR_BEFORE, true,
     "办理结果为引导依法处理的重点信访事项数", "登记日期，从上年 1 月 1 日起", "两年登记簿里的重点信访事项"},
};

/* clang-format on */

enum { INDICATORS = sizeof indicators / sizeof indicators[0] };

size_t
xf_indicator_count(void)
{
    return INDICATORS;
}

const xf_indicator *
xf_indicator_at(size_t i)
{
    return &indicators[i];
}

const xf_indicator *
xf_indicator_find(xf_figure figure)
{
    for (size_t i = 0; i < INDICATORS; i++) {
        if (indicators[i].figure == figure)
            return &indicators[i];
    }
    return NULL;
}

xf_day
xf_indicator_from(const xf_indicator *indicator, xf_day from_on)
{
    int year = 0;
    int month = 0;
    int dom = 0;

    if (indicator->span == XF_INDICATOR_PERIOD)
        return from_on;
    xf_day_civil(from_on, &year, &month, &dom);
    return xf_day_from_civil(year - 1, 1, 1);
}

/* Half away from zero: C's division goes towards zero. `by` is positive. */
static int32_t
tenths(int64_t part, int64_t by)
{
    int64_t scaled = part * 1000;

    return (int32_t)((scaled >= 0 ? scaled * 2 + by : scaled * 2 - by) / (by * 2));
}

bool
xf_indicator_rate(int64_t part, int64_t whole, int32_t *ret_tenths)
{
    if (whole <= 0)
        return false;
    *ret_tenths = tenths(part, whole);
    return true;
}

bool
xf_indicator_change(int64_t value, int64_t previous, int32_t *ret_tenths)
{
    if (previous <= 0)
        return false;
    *ret_tenths = tenths(value - previous, previous);
    return true;
}

xf_day
xf_indicator_year_before(xf_day day)
{
    int year = 0;
    int month = 0;
    int dom = 0;

    xf_day_civil(day, &year, &month, &dom);
    if (month == 2 && dom == 29)
        dom = 28;
    return xf_day_from_civil(year - 1, month, dom);
}
