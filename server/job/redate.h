/* job/redate — running clocks, counted again when the calendar has become another one.
 */
#ifndef XF_JOB_REDATE_H
#define XF_JOB_REDATE_H

#include "job/round.h"

extern const xf_job xf_job_redate;

#endif
