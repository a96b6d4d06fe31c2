/* client/lib/resend — sending what is kept (xf_client_resend), an entry a turn of the loop.
 *
 * In order means one in flight: the next entry may stand on what the one before it did.
 */
#ifndef XF_CLIENT_RESEND_H
#define XF_CLIENT_RESEND_H

#include "client/lib/client.h"

/* Asks the next entry again if its turn has come; called once a turn of the loop. */
void xf_client_resend_turn(xf_client *client);

#endif
