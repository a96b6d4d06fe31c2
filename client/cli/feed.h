/* client/cli/feed — how one piece of news is printed.
 */
#ifndef XF_CLI_FEED_H
#define XF_CLI_FEED_H

#include "client/cli/audience.h"
#include "client/cli/cli.h"

/* `EVENT unit:12 cursor=3 matter=… version=2 交办 2026-11-24 09:01:02`, or one line of JSON. */
void xf_feed_print(const Xf__FeedEvent *event, bool json);
/* The words of a command line. False: the person was told. */
bool xf_feed_audiences(xf_cli *cli, const xf_args *args, xf_audiences *ret_audiences);

#endif
