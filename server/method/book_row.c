/* method/book_row — the checks that the books share. */
#include "method/book_row.h"

#include "method/field.h"

xf_code
xf_book_row_check(bool has_row_sha, size_t row_sha_len, const char *book_key, xf_error *reterr)
{
    if (!has_row_sha || row_sha_len != sizeof((xf_call *)0)->sha)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "row_sha");
    return xf_field_needed(book_key, XF_FIELD_NAME, "book_key", reterr);
}

xf_code
xf_book_row_day(const xf_call *call, bool has_day, xf_day day, const char *field, xf_error *reterr)
{
    if (!has_day)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "%s", field);
    if (day > call->today)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_DAY_IN_FUTURE, "%s", field);
    return XF_CODE_OK;
}

xf_code
xf_book_row_count(bool has_count, int32_t count, const char *field, xf_error *reterr)
{
    if (has_count && count < 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "%s", field);
    return XF_CODE_OK;
}
