/* job/freeze — the figures of past months, frozen.
 */
#ifndef XF_JOB_FREEZE_H
#define XF_JOB_FREEZE_H

#include "job/round.h"

extern const xf_job xf_job_freeze;

#endif
