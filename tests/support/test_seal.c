/* A seal for tests; header has the manual. */
#include "test_seal.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

xf_seal *xf_test_seal;

xf_seal *
xf_test_seal_new(void)
{
    char path[] = "/tmp/xf-seal-XXXXXX"; /* mkstemp makes it 0600 */
    const uint8_t bytes[64] = {1, 2, 3};
    xf_seal *seal = NULL;
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes || close(fd) != 0)
        abort();
    xf_code code = xf_seal_new(path, &seal, NULL);
    (void)unlink(path);
    if (code != XF_CODE_OK)
        abort();
    return seal;
}

int
xf_test_seal_up(void **state)
{
    (void)state;
    xf_test_seal = xf_test_seal_new();
    return 0;
}

int
xf_test_seal_down(void **state)
{
    (void)state;
    xf_seal_free(&xf_test_seal);
    return 0;
}
