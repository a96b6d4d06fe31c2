/* tests/bench/idle — very many desks that do nothing.
 *
 *     bench_idle PORT CERTIFICATE KEY xinfang|mqtt DESKS
 *
 * When all are up (logged in, and following what is new) it prints one line and then stays, until it
 * is killed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/now.h"
#include "hall_desks.h"

enum { WAIT_MS = 100, MS_OF_S = 1000 };

int
main(int argc, char **argv)
{
    const int64_t begun_ms = xf_now_steady_ms();
    xf_desks *desks = NULL;
    size_t count = 0;

    if (argc != XF_DESKS_WORDS) {
        (void)fprintf(stderr, "bench_idle: see the head of tests/bench/idle.c\n");
        return 2;
    }
    count = strtoull(argv[XF_DESKS_COUNT], NULL, 10);
    desks = xf_desks_up("bench_idle", argv, count, NULL, NULL);
    (void)printf("desks=%zu seconds=%.1f\n", count,
                 (double)(xf_now_steady_ms() - begun_ms) / MS_OF_S);
    (void)fflush(stdout);
    for (;;)
        xf_desks_turn(desks, WAIT_MS);
}
