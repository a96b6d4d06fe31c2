/* call/epoch — PostgreSQL counts from 2000-01-01, we from 1970-01-01; and how far it goes. */
#ifndef XF_CALL_EPOCH_H
#define XF_CALL_EPOCH_H

#include <stdint.h>

/* Days from 1970-01-01 to 2000-01-01, and the first and one past the last day since 2000
 * that a date can hold. */
#define XF_EPOCH_DAYS       INT64_C(10957)
#define XF_EPOCH_DAYS_LEAST INT64_C(-2451545)
#define XF_EPOCH_DAYS_PAST  INT64_C(2145031949)

/* The same for a timestamptz, in milliseconds (it counts microseconds). */
#define XF_EPOCH_MS       INT64_C(946684800000)
#define XF_EPOCH_MS_LEAST INT64_C(-211813488000000)
#define XF_EPOCH_MS_PAST  INT64_C(9223371331200000)

#endif
