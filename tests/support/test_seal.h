/* tests/support/test_seal — a seal of fixed keys, whose file is gone again. */
#ifndef XF_TEST_SEAL_H
#define XF_TEST_SEAL_H

#include "crypto/seal.h"

/* Whatever fails here ends the test. The caller frees. */
xf_seal *xf_test_seal_new(void);

/* For cmocka: the seal that a group's tests share. */
extern xf_seal *xf_test_seal;
int xf_test_seal_up(void **state);
int xf_test_seal_down(void **state);

#endif
