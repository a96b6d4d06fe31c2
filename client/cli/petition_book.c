/* client/cli/petition_book: the register of petitions (信访登记簿) as a bureau keeps it. */
#include "petition.pb-c.h"

#include "client/cli/fill.h"
#include "client/cli/form.h"
#include "client/cli/words.h"

/* clang-format off */
static const xf_form_column columns[] = {
    {"信访编号",   "number",               XF_FORM_NEEDED | XF_FORM_NUMBER},
    {"登记日期",   "registered_on",        XF_FORM_NEEDED},
    {"信访形式",   "channel",              XF_FORM_NEEDED | XF_FORM_COMPACT}, /* and source: read_channel */
    {"信访人",     "petitioner",           XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"人数",       "people",               0},
    {"联系电话",   "phone",                XF_FORM_COMPACT},
    {"住址",       "address",              0},
    {"信访目的",   "purpose",              XF_FORM_NEEDED},
    {"内容分类",   "category_name",        XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"主要诉求",   "demand",               XF_FORM_NEEDED},
    {"被反映单位", "complained_unit_name", XF_FORM_COMPACT},
    {"是否重复",   "repeat",               0},
    {"是否重点",   "key_matter",           0},
    {"承办单位",   "unit_name",            XF_FORM_COMPACT},
    {"承办人警号", "handler_badge",        XF_FORM_COMPACT},
    {"转办日期",   "assigned_on",          0},
    {"办理期限",   "due_on",               0},
    {"受理日期",   "accepted_on",          0},
    {"办结日期",   "closed_on",            0},
    {"办理结果",   "outcome",              0},
    {"反馈日期",   "fed_back_on",          0},
    {"反馈方式",   "feedback_way",         0},
    {"回访日期",   "followed_up_on",       0},
    {"回访方式",   "follow_up_way",        0},
    {"满意度",     "satisfaction",         0},
    {"序号",       NULL,                   0},
    {NULL,         NULL,                   0},
};

/* clang-format on */

/* 信访形式 mixes two things: a channel came directly; a source without one does not say by
 * which channel. */
static bool
read_channel(ProtobufCMessage *row, const char *text)
{
    int32_t channel = (int32_t)XF_CHANNEL_NOT_STATED;
    int32_t source = (int32_t)XF_SOURCE_DIRECT;
    if (!xf_words_read(&xf__channel__descriptor, text, &channel) &&
        !xf_words_read(&xf__source__descriptor, text, &source))
        return false;
    xf_fill_number(row, "channel", channel);
    xf_fill_number(row, "source", source);
    return true;
}

const xf_form xf_petition_form = {
    .name = "petitions",
    .title = "信访登记簿",
    .rpc = XF_RPC_PETITION_IMPORT,
    .key = "number",
    .key_heading = "信访编号",
    .read_mixed = read_channel,
    .mixed = "channel",
    .columns = columns,
};
