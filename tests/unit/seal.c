/* crypto/seal: sealed and opened, indexed, masked. */
#include "crypto/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "test_seal.h"

static char folder[] = "/tmp/xf-seal-XXXXXX";
static char key_path[64];
static xf_seal *seal;

static void
write_key(size_t n, mode_t mode)
{
    uint8_t bytes[100];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    FILE *file = fopen(key_path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(key_path, mode), 0);
}

static int
set_up(void **state)
{
    (void)state;
    xf_error error;
    if (!mkdtemp(folder))
        return 1;
    (void)snprintf(key_path, sizeof key_path, "%s/key", folder);
    write_key(64, 0600);
    return xf_seal_new(key_path, &seal, &error) != XF_CODE_OK;
}

static int
take_down(void **state)
{
    (void)state;
    xf_seal_free(&seal);
    assert_null(seal);
    (void)unlink(key_path);
    return rmdir(folder);
}

enum { PHONE = 11, SEALED_PHONE = PHONE + XF_SEAL_OVERHEAD };

/* Seals "13900000001" as a phone. */
static void
seal_phone(xf_seal_key *key, uint8_t ret_sealed[SEALED_PHONE])
{
    xf_error error;
    assert_int_equal(xf_seal_close(key, "phone", "13900000001", PHONE, ret_sealed, &error),
                     XF_CODE_OK);
}

static void
make_key(xf_seal_key *ret_key)
{
    xf_error error;
    assert_int_equal(xf_seal_key_make(seal, ret_key, &error), XF_CODE_OK);
}

static xf_code
open_phone(xf_seal_key *key, const char *field, const uint8_t *sealed, size_t n)
{
    xf_error error = {0};
    char plain[64] = "";
    xf_code code = xf_seal_open(key, field, sealed, n, plain, &error);
    if (code == XF_CODE_OK) {
        assert_string_equal(plain, "13900000001");
    } else {
        assert_string_equal(plain, "");
        assert_string_equal(error.field, field);
    }
    return code;
}

static void
is_wiped(const xf_seal_key *key)
{
    static const xf_seal_key none;
    assert_memory_equal(key, &none, sizeof none);
}

/* As a registration seals and an opened matter unseals, calls apart. */
static void
what_one_call_sealed_another_opens_all_fields_with_the_key_of_the_row(void **state)
{
    (void)state;
    xf_error error;
    xf_seal_key made;
    make_key(&made);
    static const char plain[] = "广西陆川县𠮷镇";
    uint8_t address[sizeof plain + XF_SEAL_OVERHEAD];
    uint8_t phone[SEALED_PHONE];
    uint8_t row[XF_SEAL_WRAPPED];
    char opened[sizeof plain] = "";
    assert_int_equal(xf_seal_close(&made, "address", plain, sizeof plain - 1, address, &error),
                     XF_CODE_OK);
    seal_phone(&made, phone);
    memcpy(row, made.wrapped, sizeof row);
    xf_seal_key_clear(&made);

    xf_seal_key key;
    assert_int_equal(xf_seal_key_unwrap(seal, row, &key, &error), XF_CODE_OK);
    assert_memory_equal(key.wrapped, row, sizeof row);
    assert_int_equal(
        xf_seal_open(&key, "address", address, sizeof plain - 1 + XF_SEAL_OVERHEAD, opened, &error),
        XF_CODE_OK);
    assert_string_equal(opened, plain);
    assert_int_equal(open_phone(&key, "phone", phone, sizeof phone), XF_CODE_OK);
    xf_seal_key_clear(&key);
}

static void
another_field_another_petitions_key_or_a_changed_byte_is_refused(void **state)
{
    (void)state;
    xf_seal_key other;
    make_key(&other);
    xf_seal_key key;
    make_key(&key);
    uint8_t sealed[SEALED_PHONE];
    seal_phone(&key, sealed);
    assert_int_equal(open_phone(&key, "phone", sealed, sizeof sealed), XF_CODE_OK);
    assert_int_equal(open_phone(&key, "address", sealed, sizeof sealed), XF_CODE_INTERNAL);
    assert_int_equal(open_phone(&other, "phone", sealed, sizeof sealed), XF_CODE_INTERNAL);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        assert_int_equal(open_phone(&key, "phone", sealed, sizeof sealed), XF_CODE_INTERNAL);
        sealed[i] ^= 1;
    }
    assert_int_equal(open_phone(&key, "phone", sealed, sizeof sealed), XF_CODE_OK);
    xf_seal_key_clear(&other);
    xf_seal_key_clear(&key);
}

static void
what_is_cut_short_anywhere_is_refused(void **state)
{
    (void)state;
    xf_seal_key key;
    make_key(&key);
    uint8_t sealed[SEALED_PHONE];
    seal_phone(&key, sealed);
    for (size_t n = 0; n < sizeof sealed; n++)
        assert_int_equal(open_phone(&key, "phone", sealed, n), XF_CODE_INTERNAL);
    xf_seal_key_clear(&key);
}

/* false: it was refused, and nothing of a key is left. */
static bool
unwraps(const xf_seal *server, const uint8_t row[XF_SEAL_WRAPPED])
{
    xf_error error = {0};
    xf_seal_key key = {.has_nonce = true};
    bool good = xf_seal_key_unwrap(server, row, &key, &error) == XF_CODE_OK;
    if (!good) {
        assert_int_equal(error.code, XF_CODE_INTERNAL);
        assert_string_equal(error.field, "seal_key");
        is_wiped(&key);
    }
    xf_seal_key_clear(&key);
    return good;
}

static void
a_key_that_another_server_wrapped_or_of_a_changed_byte_does_not_unwrap(void **state)
{
    (void)state;
    xf_seal *elsewhere = xf_test_seal_new();
    xf_seal_key key;
    make_key(&key);
    assert_true(unwraps(seal, key.wrapped));
    assert_false(unwraps(elsewhere, key.wrapped));
    for (size_t i = 0; i < XF_SEAL_WRAPPED; i++) {
        key.wrapped[i] ^= 1;
        assert_false(unwraps(seal, key.wrapped));
        key.wrapped[i] ^= 1;
    }
    xf_seal_key_clear(&key);
    xf_seal_free(&elsewhere);
}

static void
a_cleared_key_is_wiped_and_neither_seals_nor_opens(void **state)
{
    (void)state;
    xf_error error = {0};
    xf_seal_key key;
    make_key(&key);
    uint8_t sealed[SEALED_PHONE];
    seal_phone(&key, sealed);
    xf_seal_key_clear(&key);
    is_wiped(&key);
    xf_seal_key_clear(&key);
    assert_int_equal(open_phone(&key, "phone", sealed, sizeof sealed), XF_CODE_INTERNAL);
    assert_int_equal(xf_seal_close(&key, "phone", "1", 1, sealed, &error), XF_CODE_INTERNAL);
    assert_string_equal(error.field, "phone");
}

/* As workers have it. */
static void
a_copy_opens_what_the_first_sealed_and_finds_what_it_indexed(void **state)
{
    (void)state;
    xf_error error = {0};
    xf_seal *copy = xf_seal_copy(seal);
    xf_seal_key made;
    make_key(&made);
    uint8_t sealed[SEALED_PHONE];
    seal_phone(&made, sealed);
    xf_seal_key key;
    assert_int_equal(xf_seal_key_unwrap(copy, made.wrapped, &key, &error), XF_CODE_OK);
    assert_int_equal(open_phone(&key, "phone", sealed, sizeof sealed), XF_CODE_OK);
    uint8_t index[2][XF_SEAL_INDEX];
    for (size_t i = 0; i < 3; i++) { /* one after the other, of the same seal too */
        xf_seal_index(seal, "phone", "13900000001", PHONE, index[0]);
        xf_seal_index(copy, "phone", "139 0000 0001", PHONE + 2, index[1]);
        assert_memory_equal(index[0], index[1], XF_SEAL_INDEX);
    }
    xf_seal_key_clear(&made);
    xf_seal_key_clear(&key);
    xf_seal_free(&copy);
}

static void
two_petitions_have_two_keys(void **state)
{
    (void)state;
    xf_seal_key one;
    make_key(&one);
    xf_seal_key two;
    make_key(&two);
    assert_memory_not_equal(one.plain, two.plain, XF_SEAL_KEY);
    assert_memory_not_equal(one.wrapped, two.wrapped, XF_SEAL_WRAPPED);
    xf_seal_key_clear(&one);
    xf_seal_key_clear(&two);
}

/* Within a call the nonces are counted, from one call to the next they are drawn. */
static void
no_nonce_comes_twice_in_a_call_or_in_the_next_with_the_same_key(void **state)
{
    (void)state;

    enum { N = 600 }; /* more than a byte counts */

    xf_error error;
    static uint8_t sealed[N][SEALED_PHONE];
    xf_seal_key key;
    make_key(&key);
    uint8_t row[XF_SEAL_WRAPPED];
    memcpy(row, key.wrapped, sizeof row);
    for (size_t i = 0; i < N; i++) {
        if (i == N / 3 || i == 2 * N / 3) {
            xf_seal_key_clear(&key);
            assert_int_equal(xf_seal_key_unwrap(seal, row, &key, &error), XF_CODE_OK);
        }
        seal_phone(&key, sealed[i]);
        assert_int_equal(open_phone(&key, "phone", sealed[i], SEALED_PHONE), XF_CODE_OK);
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(sealed[i], sealed[k], XF_SEAL_NONCE);
    }
    memset(key.nonce, 0xff, sizeof key.nonce); /* the count goes round */
    seal_phone(&key, sealed[0]);
    seal_phone(&key, sealed[1]);
    assert_memory_equal(sealed[0], "\377\377\377\377\377\377\377\377\377\377\377\377", 12);
    assert_memory_equal(sealed[1], "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
    xf_seal_key_clear(&key);
}

static void
index_of(const char *field, const char *plain, uint8_t ret_index[XF_SEAL_INDEX])
{
    xf_seal_index(seal, field, plain, strlen(plain), ret_index);
}

static void
equal_numbers_have_equal_indexes_however_written(void **state)
{
    (void)state;
    uint8_t one[XF_SEAL_INDEX];
    uint8_t two[XF_SEAL_INDEX];
    index_of("phone", "13900000001", one);
    index_of("phone", "139 0000-0001", two);
    assert_memory_equal(one, two, sizeof one);
    index_of("phone", " -13900000001-", two);
    assert_memory_equal(one, two, sizeof one);
    index_of("phone", "13900000002", two);
    assert_memory_not_equal(one, two, sizeof one);
    index_of("id_number", "13900000001", two);
    assert_memory_not_equal(one, two, sizeof one);
}

static void
a_keyed_sum_depends_on_every_byte(void **state)
{
    (void)state;
    uint8_t one[32];
    uint8_t two[32];
    xf_seal_keyed_sha(seal, (const uint8_t *)"ab", 2, one);
    xf_seal_keyed_sha(seal, (const uint8_t *)"ab", 2, two);
    assert_memory_equal(one, two, 32);
    xf_seal_keyed_sha(seal, (const uint8_t *)"ac", 2, two);
    assert_memory_not_equal(one, two, 32);
    xf_seal_keyed_sha(seal, NULL, 0, two);
    assert_memory_not_equal(one, two, 32);
}

static void
masks_to(const char *field, const char *plain, const char *masked)
{
    char out[200];
    xf_seal_mask(field, plain, strlen(plain), out, strlen(plain) + 9);
    assert_string_equal(out, masked);
}

static void
a_mask_keeps_what_the_desk_needs_and_no_more(void **state)
{
    (void)state;
    masks_to("phone", "19900000001", "199****0001");
    masks_to("phone", "7221234", "****");
    masks_to("phone", "", "****");
    masks_to("id_number", "450922199001010018", "45****18");
    masks_to("id_number", "4509", "****");
    masks_to("address", "米场镇旺坡村3号", "米场镇***");
    masks_to("address", "广西玉林市陆川县乌石镇街道1号", "广西玉林市陆川县乌石镇***");
    masks_to("address", "城中街道5号", "城中街道***");
    masks_to("address", "温泉路5号镇政府宿舍", "温泉路***");
    masks_to("address", "𠮷林北路", "𠮷林北***");
    masks_to("address", "旺坡村", "***");
    masks_to("address", "", "***");
    masks_to("nickname", "阿三", "****");
}

static void
a_key_file_that_others_may_read_or_of_another_size_is_refused(void **state)
{
    (void)state;

    static const struct {
        size_t n;
        mode_t mode;
    } bad[] = {{64, 0640}, {64, 0604}, {64, 0610}, {63, 0600}, {65, 0600}, {0, 0600}};

    xf_seal *none = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        xf_error error = {0};
        write_key(bad[i].n, bad[i].mode);
        assert_int_equal(xf_seal_new(key_path, &none, &error), XF_CODE_INVALID);
        assert_int_equal(error.text, XF_TEXT_FILE_UNREADABLE);
        assert_null(none);
    }
    assert_int_equal(xf_seal_new("/nowhere/key", &none, NULL), XF_CODE_INVALID);
    assert_int_equal(xf_seal_new(folder, &none, NULL), XF_CODE_INVALID);
    write_key(64, 0400);
    assert_int_equal(xf_seal_new(key_path, &none, NULL), XF_CODE_OK);
    xf_seal_free(&none);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_call_sealed_another_opens_all_fields_with_the_key_of_the_row),
        cmocka_unit_test(another_field_another_petitions_key_or_a_changed_byte_is_refused),
        cmocka_unit_test(what_is_cut_short_anywhere_is_refused),
        cmocka_unit_test(a_key_that_another_server_wrapped_or_of_a_changed_byte_does_not_unwrap),
        cmocka_unit_test(a_cleared_key_is_wiped_and_neither_seals_nor_opens),
        cmocka_unit_test(a_copy_opens_what_the_first_sealed_and_finds_what_it_indexed),
        cmocka_unit_test(two_petitions_have_two_keys),
        cmocka_unit_test(no_nonce_comes_twice_in_a_call_or_in_the_next_with_the_same_key),
        cmocka_unit_test(equal_numbers_have_equal_indexes_however_written),
        cmocka_unit_test(a_keyed_sum_depends_on_every_byte),
        cmocka_unit_test(a_mask_keeps_what_the_desk_needs_and_no_more),
        cmocka_unit_test(a_key_file_that_others_may_read_or_of_another_size_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, take_down);
}
