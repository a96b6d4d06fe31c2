/* tests/cast — who plays in the stories: always the same people of tests/data/luchuan-2020.
 *
 * The security administrator is the one that bootstrap makes; everybody else stands in
 * officers.csv. All have the same password.
 */
#ifndef XF_TEST_CAST_H
#define XF_TEST_CAST_H

#include <stdint.h>

typedef enum xf_cast {
    NOBODY,
    CLERK,           /* 接待室 */
    OTHER_CLERK,     /* 接待室 */
    HEAD,            /* 接待室负责人 */
    LIAISON,         /* 陆城所 */
    HANDLER,         /* 陆城所 */
    COLLEAGUE,       /* 陆城所, the handler's */
    UNIT_HEAD,       /* 陆城所 */
    ACCUSED,         /* 温泉所: the officer complained of */
    ACCUSED_HEAD,    /* 温泉所, his unit head */
    OTHER_STATION,   /* 米场所, liaison */
    LEADER,          /* 局领导 */
    INSPECTOR,       /* 驻局纪检 */
    OTHER_INSPECTOR, /* 驻局纪检 */
    MEDIATOR,        /* 老兵调解室 */
    LEGAL_CHECKER,   /* 法制 */
    PANELIST,        /* 法院 */
    SYSTEM_ADMIN,    /* 县局 */
    AUDITOR,         /* 县局 */
    SECURITY_ADMIN,  /* no unit */
    XF_CAST_COUNT
} xf_cast;

enum { XF_CAST_BUREAU = 450922 };

#define XF_CAST_PASSWORD        "for-tests-only-1"
#define XF_CAST_NOW             "2026-11-24T09:00:00+08:00" /* a Tuesday */
#define XF_CAST_STATION         "陆城所"
#define XF_CAST_ACCUSED_STATION "温泉所"
#define XF_CAST_OTHER_STATION   "米场所"

static inline const char *
xf_cast_badge(xf_cast who)
{
    static const char *const badges[XF_CAST_COUNT] = {
        [NOBODY] = "",
        [CLERK] = "T00011",
        [OTHER_CLERK] = "T00012",
        [HEAD] = "T00010",
        [LIAISON] = "T00020",
        [HANDLER] = "T00021",
        [COLLEAGUE] = "T00022",
        [UNIT_HEAD] = "T00019",
        [ACCUSED] = "T00026",
        [ACCUSED_HEAD] = "T00024",
        [OTHER_STATION] = "T00030",
        [LEADER] = "T00001",
        [INSPECTOR] = "T00014",
        [OTHER_INSPECTOR] = "T00015",
        [MEDIATOR] = "T00016",
        [LEGAL_CHECKER] = "T00017",
        [PANELIST] = "T00114",
        [SYSTEM_ADMIN] = "T00007",
        [AUDITOR] = "T00009",
        [SECURITY_ADMIN] = "A00001",
    };

    return badges[who];
}

#endif
