/* law/registration — what a registration is held to. Registering is never refused for what
 * somebody lacks: no telephone, no identity number, too many people [信访工作条例 21].
 */
#ifndef XF_LAW_REGISTRATION_H
#define XF_LAW_REGISTRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gen/enums.h"

/* A joint visit is represented by five at most [信访工作条例 20]. */
enum { XF_REGISTRATION_REPRESENTATIVES = 5 };

/* Number series: accusations count in one of their own, for a gap in the ordinary one would
 * betray them to the accused. The numbers are those of the table series_pattern. */
typedef enum xf_series { XF_SERIES_ORDINARY = 1, XF_SERIES_ACCUSATION = 2 } xf_series;

xf_series xf_registration_series(xf_purpose purpose);
/* How many came: what was said, but not fewer than are named. */
int32_t xf_registration_people(int32_t said, size_t named);
/* XF_HINT_CHOOSE_REPRESENTATIVES or XF_HINT_UNSPECIFIED. */
xf_hint xf_registration_hint(int32_t people);

/* The clock that a receipt starts, by its name in server/data/clock.csv: accusations follow
 * rules of their own [信访工作条例 23]. */
const char *xf_registration_clock(xf_purpose purpose);
/* Is anybody owed an answer? Not where name or address is unclear [信访工作条例 23]: somebody has
 * to be named, and reachable by address or telephone. */
bool xf_registration_notice_owed(bool named, bool reachable);

#endif
