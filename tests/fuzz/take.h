/* tests/fuzz — what is done with an input of each kind. fuzz.c says what it looks like.
 *
 * Each aborts when something does not hold that must, and leaves nothing behind.
 */
#ifndef XF_FUZZ_TAKE_H
#define XF_FUZZ_TAKE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* What was decoded encodes to the bytes that it came from. */
void xf_fuzz_frame(const uint8_t *bytes, size_t n);
/* However the bytes are cut, the same frames come out, and the same end. */
void xf_fuzz_sequence(const uint8_t *bytes, size_t n);
/* Strings are text, enums are declared, and what was read, written and read again is the
 * same. */
void xf_fuzz_message(const uint8_t *bytes, size_t n);
void xf_fuzz_bomb(const uint8_t *bytes, size_t n);
/* Lines are in order, cells are text, and the book written again as quoted UTF-8 says the
 * same. */
void xf_fuzz_book(const uint8_t *bytes, size_t n);
void xf_fuzz_long_book(const uint8_t *bytes, size_t n);
/* What is needed is there, a number is in its range, and a fault is in a line of the file, its
 * key and field text if the file is. */
void xf_fuzz_conf(const uint8_t *bytes, size_t n);
/* Of the request only the key gets into the certificate; what is refused leaves OpenSSL without a
 * complaint. */
void xf_fuzz_request(const uint8_t *bytes, size_t n);
void xf_fuzz_request_info(const uint8_t *info, size_t n);
/* Each word is found in the text that it came from, a number in what is printed of it. */
void xf_fuzz_search(const uint8_t *bytes, size_t n);

/* Success left the error alone, failure says why. `error` was zero before. */
void xf_fuzz_judged(xf_code code, const xf_error *error);
/* Fills `total` bytes with the unit, again and again; total is a multiple of n. */
void xf_fuzz_repeat(uint8_t *ret_bytes, size_t total, const uint8_t *unit, size_t n);
/* The same bytes are readable in both. */
void xf_fuzz_same(const xf_buf *a, const xf_buf *b);

/* libFuzzer calls it by this name, and so does replay.c. At the end of the process the runs
 * of each kind are told. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#endif
