/* notify — tells the service manager how it stands, by sd_notify(3)'s datagram.
 *
 * Without NOTIFY_SOCKET in the environment there is nobody to be told, and nothing happens.
 * A library would be one more to install for forty lines.
 */
#ifndef XF_SERVER_NOTIFY_H
#define XF_SERVER_NOTIFY_H

#include <stdint.h>

void xf_notify_ready(void);
void xf_notify_reloading(void); /* ready follows */
void xf_notify_stopping(void);
/* All loops turn. */
void xf_notify_alive(void);
/* How often that is to be said: half of what the manager waits for; 0: it does not wait. */
uint64_t xf_notify_watchdog_ms(void);

#endif
