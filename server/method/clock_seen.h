/* method/clock_seen — a day that law/clock looked at, as the protocol tells it. */
#ifndef XF_METHOD_CLOCK_SEEN_H
#define XF_METHOD_CLOCK_SEEN_H

#include "clock.pb-c.h"

#include "law/clock.h"

/* The name is borrowed from the calendar. */
void xf_clock_seen_tell(const xf_clock_seen *seen, Xf__ClockDay *day);

#endif
