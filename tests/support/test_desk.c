/* The desk of a program; header has the manual. */
#include "test_desk.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "login.pb-c.h"

static void
read_password(xf_test_desk *desk, const char *path)
{
    FILE *file = fopen(path, "re");

    if (file == NULL || fgets(desk->password, sizeof desk->password, file) == NULL) {
        (void)fprintf(stderr, "%s: %s: not readable\n", desk->program, path);
        _exit(2);
    }
    desk->password[strcspn(desk->password, "\n")] = '\0';
    (void)fclose(file);
}

void
xf_test_desk_take(xf_test_desk *desk, const char *program, char *const *words)
{
    *desk = (xf_test_desk){.program = program,
                           .conf = {.host = words[0],
                                    .port = words[1],
                                    .server_name = words[2],
                                    .ca = words[3],
                                    .certificate = words[4],
                                    .key = words[5]},
                           .badge = words[6],
                           .random = 1};
    read_password(desk, words[7]);
}

xf_code
xf_test_desk_log_in(const xf_test_desk *desk, xf_client *client, xf_client_done *done, void *data,
                    xf_error *reterr)
{
    Xf__LoginBeginRequest request = XF__LOGIN_BEGIN_REQUEST__INIT;

    request.badge = (char *)(uintptr_t)desk->badge;
    request.password = (char *)(uintptr_t)desk->password;
    return xf_client_send(client, XF_RPC_LOGIN_BEGIN, &request.base, done, data, reterr);
}

/* xorshift. */
uint64_t
xf_test_desk_random(xf_test_desk *desk)
{
    desk->random ^= desk->random << 13;
    desk->random ^= desk->random >> 7;
    desk->random ^= desk->random << 17;
    return desk->random;
}

void
xf_test_desk_stop(const xf_test_desk *desk, const char *what, xf_code code)
{
    (void)fprintf(stderr, "%s: %s: %s\n", desk->program, what, xf_code_name(code));
    _exit(1);
}
