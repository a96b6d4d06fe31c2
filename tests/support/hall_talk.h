/* tests/support/hall_talk — what a seat of a hall says: xinfang/1, or MQTT 3.1.1 to compare with.
 *
 * Both ways a seat first comes up, and then is told what happens. Of xinfang/1 that is HELLO,
 * login.resume and feed.follow; what happens is a petition that the seat of the clerk registers,
 * and that all officers of his unit are told. Of MQTT it is CONNECT and SUBSCRIBE; what happens is a
 * message of as many bytes with QoS 1, which each seat acknowledges.
 *
 * The token of a seat's login is the SHA-256 of its number in digits (tests/bench/hall.sql knows it).
 * An answer that must not be ends the program.
 */
#ifndef XF_TEST_HALL_TALK_H
#define XF_TEST_HALL_TALK_H

#include "hall.h"

typedef enum xf_heard {
    XF_HEARD_NOTHING, /* that would be whole: wait for more */
    XF_HEARD_OTHER,
    XF_HEARD_UP,    /* from now on it is told */
    XF_HEARD_EVENT, /* it is told */
    XF_HEARD_DONE,  /* what it made happen stands */
} xf_heard;

typedef struct xf_talk {
    const char *alpn;
    void (*begin)(xf_hall *hall, size_t seat);    /* after XF_HALL_READY */
    xf_heard (*take)(xf_hall *hall, size_t seat); /* one message, until NOTHING */
    void (*act)(xf_hall *hall, size_t seat, uint64_t number);
} xf_talk;

extern const xf_talk xf_talk_xinfang;
extern const xf_talk xf_talk_mqtt;

#endif
