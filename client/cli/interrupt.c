/* client/cli/interrupt: uv_signal_t does not fit: it restarts a read at the password prompt, and
 * it never lets the second signal through. */
#include "client/cli/interrupt.h"

#include <signal.h>

static uv_async_t wake;
static volatile sig_atomic_t came;
static struct sigaction before;
static bool begun;

static void
on_signal(int number)
{
    (void)number;
    came = 1;
    (void)uv_async_send(&wake); /* may be called from a handler */
}

static void
on_wake(uv_async_t *async)
{
    (void)async; /* the loop has turned, and that is all */
}

void
xf_interrupt_begin(uv_loop_t *loop)
{
    struct sigaction now = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    came = 0;
    (void)sigemptyset(&now.sa_mask);
    if (sigaction(SIGINT, NULL, &before) != 0 || before.sa_handler == SIG_IGN)
        return; /* a shell's background job: Ctrl-C is not for us */
    if (uv_async_init(loop, &wake, on_wake) != 0)
        return;
    uv_unref((uv_handle_t *)&wake);
    begun = sigaction(SIGINT, &now, NULL) == 0;
    if (!begun)
        uv_close((uv_handle_t *)&wake, NULL);
}

void
xf_interrupt_end(void)
{
    if (!begun)
        return;
    begun = false;
    (void)sigaction(SIGINT, &before, NULL);
    uv_close((uv_handle_t *)&wake, NULL);
}

bool
xf_interrupt_came(void)
{
    return came != 0;
}
