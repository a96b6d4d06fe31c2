/* client/cli/interrupt — Ctrl-C, while a verb talks to the server.
 *
 * The first one is noted and wakes the loop: who waits stops waiting (xf_cli_turn), and the
 * verb says what stands and how to go on. The second one ends the program on the spot, as does
 * the first one outside begin and end. A blocking read comes back with EINTR. One loop at a
 * time has it.
 */
#ifndef XF_CLI_INTERRUPT_H
#define XF_CLI_INTERRUPT_H

#include <stdbool.h>

#include <uv.h>

void xf_interrupt_begin(uv_loop_t *loop);
/* Its handle closes in the loop's next turn. */
void xf_interrupt_end(void);
bool xf_interrupt_came(void);

#endif
