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

static void
what_was_sealed_opens_again(void **state)
{
    (void)state;
    xf_error error;
    uint8_t key[XF_SEAL_WRAPPED];
    static const char plain[] = "广西陆川县𠮷镇";
    uint8_t sealed[sizeof plain + XF_SEAL_OVERHEAD];
    char opened[sizeof plain] = "";
    assert_int_equal(xf_seal_make_key(seal, key, &error), XF_CODE_OK);
    assert_int_equal(xf_seal_close(seal, key, "address", plain, sizeof plain - 1, sealed, &error),
                     XF_CODE_OK);
    assert_int_equal(xf_seal_open(seal, key, "address", sealed, sizeof plain - 1 + XF_SEAL_OVERHEAD,
                                  opened, &error),
                     XF_CODE_OK);
    assert_string_equal(opened, plain);
}

/* Seals "13900000001" as a phone under a fresh key. */
static void
seal_phone(uint8_t key[XF_SEAL_WRAPPED], uint8_t sealed[11 + XF_SEAL_OVERHEAD])
{
    xf_error error;
    assert_int_equal(xf_seal_make_key(seal, key, &error), XF_CODE_OK);
    assert_int_equal(xf_seal_close(seal, key, "phone", "13900000001", 11, sealed, &error),
                     XF_CODE_OK);
}

static xf_code
open_phone(const uint8_t *key, const char *field, const uint8_t *sealed, size_t n)
{
    xf_error error = {0};
    char plain[64];
    return xf_seal_open(seal, key, field, sealed, n, plain, &error);
}

static void
another_field_another_key_or_a_changed_byte_is_refused(void **state)
{
    (void)state;

    enum { N = 11 + XF_SEAL_OVERHEAD };

    uint8_t key[XF_SEAL_WRAPPED];
    uint8_t other[XF_SEAL_WRAPPED];
    uint8_t sealed[N];
    seal_phone(other, sealed);
    seal_phone(key, sealed);
    assert_int_equal(open_phone(key, "phone", sealed, N), XF_CODE_OK);
    assert_int_equal(open_phone(key, "address", sealed, N), XF_CODE_INTERNAL);
    assert_int_equal(open_phone(other, "phone", sealed, N), XF_CODE_INTERNAL);
    assert_int_equal(open_phone(key, "phone", sealed, N - 1), XF_CODE_INTERNAL);
    assert_int_equal(open_phone(key, "phone", sealed, XF_SEAL_OVERHEAD - 1), XF_CODE_INTERNAL);
    for (size_t i = 0; i < N; i++) {
        sealed[i] ^= 1;
        assert_int_equal(open_phone(key, "phone", sealed, N), XF_CODE_INTERNAL);
        sealed[i] ^= 1;
    }
    key[20] ^= 1;
    assert_int_equal(open_phone(key, "phone", sealed, N), XF_CODE_INTERNAL);
}

static void
the_same_text_is_sealed_differently_each_time(void **state)
{
    (void)state;
    xf_error error;
    uint8_t key[XF_SEAL_WRAPPED];
    uint8_t one[11 + XF_SEAL_OVERHEAD];
    uint8_t two[11 + XF_SEAL_OVERHEAD];
    seal_phone(key, one);
    assert_int_equal(xf_seal_close(seal, key, "phone", "13900000001", 11, two, &error), XF_CODE_OK);
    assert_memory_not_equal(one, two, sizeof one);
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
        cmocka_unit_test(what_was_sealed_opens_again),
        cmocka_unit_test(another_field_another_key_or_a_changed_byte_is_refused),
        cmocka_unit_test(the_same_text_is_sealed_differently_each_time),
        cmocka_unit_test(equal_numbers_have_equal_indexes_however_written),
        cmocka_unit_test(a_keyed_sum_depends_on_every_byte),
        cmocka_unit_test(a_mask_keeps_what_the_desk_needs_and_no_more),
        cmocka_unit_test(a_key_file_that_others_may_read_or_of_another_size_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, take_down);
}
