/* law/gram, law/search, law/letter: what a demand is found by, and what somebody types. */
#include "law/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "law/gram.h"

enum { MOST = 128, THIS_YEAR = 2026 };

/* The same set of grams? */
static bool
same(const char *a, const char *b)
{
    int64_t left[MOST];
    int64_t right[MOST];
    const size_t n = xf_gram_make(a, left);

    assert_true(xf_gram_most(a) >= n);
    return n == xf_gram_make(b, right) && memcmp(left, right, n * sizeof left[0]) == 0;
}

static size_t
count(const char *text)
{
    int64_t grams[MOST];

    return xf_gram_make(text, grams);
}

static void
two_letters_side_by_side_are_a_gram(void **state)
{
    int64_t grams[MOST];

    (void)state;
    assert_int_equal(xf_gram_make("被盗", grams), 1);
    assert_int_equal(grams[0], (int32_t)(UINT32_C(0x88ab) << 16 | 0x76d7)); /* as int4 */
    assert_int_equal(count("电动车被盗"), 4);
    assert_int_equal(count("拖拖拖拖"), 1); /* each once */
    assert_int_equal(count("被"), 0);
    assert_int_equal(count(""), 0);
    assert_int_equal(xf_gram_make("乙甲乙", grams), 2);
    assert_true(grams[0] < grams[1]);
}

static void
what_means_nothing_parts_two_letters(void **state)
{
    (void)state;
    assert_true(same("被盗，报警", "报警 被盗"));
    assert_false(same("被盗，报警", "被盗报警"));
    assert_true(same("（被盗）", "被盗"));
    assert_int_equal(count("被 盗"), 0);
    assert_int_equal(count("被　盗〔〕！？；：、。“”《》·…—"), 0);
    assert_int_equal(count("二〇二〇"), 2); /* 〇 is a letter */
}

static void
width_and_case_are_one(void **state)
{
    (void)state;
    assert_true(same("ＱＱ群１１０", "qq群110"));
    assert_true(same("WiFi", "ｗｉｆｉ"));
    assert_false(same("110", "119"));
}

static void
a_rare_letter_is_found_too(void **state)
{
    (void)state;
    assert_int_equal(count("𠮷𠮷村"), 2);
    assert_true(same("𠮷村", "𠮷村"));
}

/* ---- What somebody types ------------------------------------------------------------------- */

static void
assert_number(const char *text, int32_t year, int64_t number, const char *tail)
{
    xf_search search;

    if (xf_search_read(text, THIS_YEAR, &search, NULL) != XF_CODE_OK || !search.by_number)
        fail_msg("%s is no number", text);
    assert_int_equal(search.year, year);
    assert_int_equal(search.number, number);
    assert_string_equal(search.tail, tail);
}

static void
a_number_is_read_as_people_write_it(void **state)
{
    (void)state;
    assert_number("陆公信字〔2020〕1号", 2020, 1, "陆公信字〔2020〕1号");
    assert_number("公信字[2020]1号", 2020, 1, "公信字〔2020〕1号");
    assert_number("陆公信控字（2026）12", 2026, 12, "陆公信控字〔2026〕12号");
    assert_number("【２０２０】 第 ７ 号", 2020, 7, "〔2020〕7号");
    assert_number("2020-1", 2020, 1, "〔2020〕1号");
    assert_number("2020年121号", 2020, 121, "〔2020〕121号");
    assert_number("1号", 2026, 1, "〔2026〕1号");
    assert_number(" 第35号 ", 2026, 35, "〔2026〕35号");
}

static void
assert_words(const char *text, const char *words, size_t grams)
{
    xf_search search;

    if (xf_search_read(text, THIS_YEAR, &search, NULL) != XF_CODE_OK || search.by_number)
        fail_msg("%s is no words", text);
    assert_string_equal(search.words, words);
    assert_int_equal(search.n_grams, grams);
}

static void
anything_else_is_words(void **state)
{
    (void)state;
    assert_words("被盗", "被盗", 1);
    assert_words("  电动车　被盗，", "电动车 被盗", 3);
    assert_words("qQ1", "[qQｑＱ][qQｑＱ][1１]", 2);
    assert_words("ｚZ", "[zZｚＺ][zZｚＺ]", 1);
    assert_words("2019-11-30", "[2２][0０][1１][9９] [1１][1１] [3３][0０]", 5);
    assert_words("12号楼", "[1１][2２]号楼", 3);
    assert_words("1998", "[1１][9９][9９][8８]", 3);
    assert_words("反映2020-1号", "反映[2２][0０][2２][0０] [1１]号", 5);
}

static void
a_word_of_one_letter_is_refused_with_a_hint(void **state)
{
    static const char *const short_ones[] = {"盗", "1", "电动车 盗", "盗 电动车", "，。", "a b"};
    xf_search search;

    (void)state;
    for (size_t i = 0; i < sizeof short_ones / sizeof short_ones[0]; i++) {
        xf_error error = {0};

        assert_int_equal(xf_search_read(short_ones[i], THIS_YEAR, &search, &error),
                         XF_CODE_INVALID);
        assert_int_equal(error.text, XF_TEXT_SEARCH_SHORT);
    }
}

/* The longest that may be typed, in its longest form. */
static void
the_longest_text_fits(void **state)
{
    char text[XF_SEARCH_MOST + 1];
    xf_search search;

    (void)state;
    memset(text, 'a', XF_SEARCH_MOST);
    text[XF_SEARCH_MOST] = '\0';
    assert_int_equal(xf_search_read(text, THIS_YEAR, &search, NULL), XF_CODE_OK);
    assert_true(strlen(search.words) < sizeof search.words);
    for (size_t i = 2; i < XF_SEARCH_MOST; i += 3)
        text[i] = ' ';
    assert_int_equal(xf_search_read(text, THIS_YEAR, &search, NULL), XF_CODE_OK);
    assert_int_equal(search.n_grams, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_letters_side_by_side_are_a_gram),
        cmocka_unit_test(what_means_nothing_parts_two_letters),
        cmocka_unit_test(width_and_case_are_one),
        cmocka_unit_test(a_rare_letter_is_found_too),
        cmocka_unit_test(a_number_is_read_as_people_write_it),
        cmocka_unit_test(anything_else_is_words),
        cmocka_unit_test(a_word_of_one_letter_is_refused_with_a_hint),
        cmocka_unit_test(the_longest_text_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
