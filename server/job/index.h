/* job/index — matters from before there was a search, made to be found.
 */
#ifndef XF_JOB_INDEX_H
#define XF_JOB_INDEX_H

#include "job/round.h"

extern const xf_job xf_job_index;

#endif
