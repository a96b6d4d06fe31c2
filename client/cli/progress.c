/* client/cli/progress: redrawn ten times a second at most. */
#include "client/cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libintl.h>

#include "base/now.h"
#include "client/cli/cli.h"

enum { BAR_WIDTH = 24, DRAW_EVERY_MS = 100 };

void
xf_progress_start(xf_progress *progress, const char *name, size_t total, bool lines)
{
    const char *term = secure_getenv("TERM");
    bool dumb = term == NULL || strcmp(term, "dumb") == 0;
    *progress = (xf_progress){.name = name, .total = total, .began_ms = xf_now_steady_ms()};
    progress->bar = !dumb && isatty(STDERR_FILENO) == 1;
    progress->lines = lines && !progress->bar;
}

static void
print_pace(const xf_progress *p, size_t done)
{
    int64_t took_ms = xf_now_steady_ms() - p->began_ms;
    int64_t rate = took_ms <= 0 ? 0 : (int64_t)done * 1000 / took_ms;
    (void)fprintf(stderr, XF_TR(" %zu/%zu 行，每秒 %" PRId64 " 行"), done, p->total, rate);
    if (done < p->total && rate > 0) {
        (void)fprintf(stderr, XF_TR("，还要 %" PRId64 " 秒"),
                      ((int64_t)(p->total - done) + rate - 1) / rate);
    }
}

static void
draw(xf_progress *p, size_t done)
{
    size_t full = p->total == 0 ? BAR_WIDTH : done * BAR_WIDTH / p->total;
    (void)fprintf(stderr, "\r\033[K%s ", p->name);
    for (size_t i = 0; i < BAR_WIDTH; i++)
        (void)fputs(i < full ? "█" : "░", stderr);
    print_pace(p, done);
    (void)fflush(stderr);
    p->drawn_ms = xf_now_steady_ms();
}

static void
print_lines(xf_progress *p, size_t done)
{
    size_t tenths = p->total == 0 ? 10 : done * 10 / p->total;
    if (tenths == p->tenths)
        return;
    p->tenths = tenths;
    (void)fprintf(stderr, "%s %zu%%", p->name, tenths * 10);
    print_pace(p, done);
    (void)fputc('\n', stderr);
}

void
xf_progress_step(xf_progress *progress, size_t done)
{
    if (progress->lines)
        print_lines(progress, done);
    if (progress->bar && xf_now_steady_ms() - progress->drawn_ms >= DRAW_EVERY_MS)
        draw(progress, done);
}

void
xf_progress_end(xf_progress *progress, size_t done)
{
    if (progress->lines)
        print_lines(progress, done);
    if (!progress->bar)
        return;
    draw(progress, done);
    (void)fputc('\n', stderr);
}
