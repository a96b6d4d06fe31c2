/* job/remind — the reminder ladder, climbed.
 */
#ifndef XF_JOB_REMIND_H
#define XF_JOB_REMIND_H

#include "job/round.h"

extern const xf_job xf_job_remind;

#endif
