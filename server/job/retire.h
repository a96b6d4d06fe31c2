/* job/retire — certificates that were renewed and are no longer needed, ended.
 */
#ifndef XF_JOB_RETIRE_H
#define XF_JOB_RETIRE_H

#include "job/round.h"

extern const xf_job xf_job_retire;

#endif
