/* crypto/sha — the algorithm, looked up once. */
#include "crypto/sha.h"

#include <pthread.h>
#include <stdlib.h>

#include <openssl/evp.h>

static EVP_MD *algorithm; /* for as long as the program runs */

static void
look_up(void)
{
    algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
}

void
xf_sha(const void *data, size_t n, uint8_t ret_sha[XF_SHA])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, look_up);
    if (algorithm == NULL || EVP_Digest(data, n, ret_sha, NULL, algorithm, NULL) != 1)
        abort(); /* for want of memory only */
}
