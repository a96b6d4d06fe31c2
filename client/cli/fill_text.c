/* client/cli/fill_text: what people type into cells, made plain. Spreadsheets add white space
 * and midnights, input methods add full-width characters. */
#include <stdio.h>
#include <string.h>

#include "client/cli/fill.h"
#include "client/cli/width.h"

enum { EXCEL_EPOCH = 25569, EXCEL_LEAST = 20000, EXCEL_MOST = 80000, PLAIN = 64 };

static bool
blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0x3000 || c == 0xa0 ||
           c == 0xfeff || c == 0x200b;
}

static bool
latin(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A full-width digit or letter as the half-width one; others as they are. */
static uint32_t
narrow(uint32_t c)
{
    bool digit = c >= 0xff10 && c <= 0xff19;
    bool letter = (c >= 0xff21 && c <= 0xff3a) || (c >= 0xff41 && c <= 0xff5a);
    return digit || letter ? c - 0xff00 + ' ' : c;
}

char *
xf_fill_tidy(const char *text, xf_arena *arena)
{
    const char *begin = text;
    const char *at = text;
    for (uint32_t c = 0; (c = xf_width_next(&at)) != 0 && blank(c);)
        begin = at;
    const char *end = begin;
    at = begin;
    for (uint32_t c = 0; (c = xf_width_next(&at)) != 0;)
        end = blank(c) ? end : at;
    char *tidy = xf_arena_text(arena, begin, (size_t)(end - begin));
    if (tidy == NULL)
        return NULL;
    char *out = tidy;
    for (const char *in = tidy; *in != '\0';) {
        const char *next = in;
        uint32_t wide = xf_width_next(&next);
        uint32_t c = narrow(wide);
        if (c != wide) {
            *out++ = (char)c;
        } else {
            for (; in < next; in++)
                *out++ = *in;
        }
        in = next;
    }
    *out = '\0';
    return tidy;
}

char *
xf_fill_compact(const char *text, xf_arena *arena)
{
    char *made = xf_arena_text(arena, text, strlen(text));
    if (made == NULL)
        return NULL;
    char *out = made;
    uint32_t before = 0;
    bool dropped = false;
    for (const char *in = text; *in != '\0';) {
        const char *next = in;
        uint32_t c = xf_width_next(&next);
        if (!blank(c)) {
            if (dropped && latin(before) && latin(c))
                *out++ = ' ';
            memmove(out, in, (size_t)(next - in));
            out += next - in;
            before = c;
        }
        dropped = blank(c);
        in = next;
    }
    *out = '\0';
    return made;
}

/* The length of a bracket of this side at `at`, or 0. */
static size_t
bracket(const char *at, const char *const brackets[])
{
    for (int i = 0; brackets[i] != NULL; i++) {
        size_t n = strlen(brackets[i]);
        if (strncmp(at, brackets[i], n) == 0)
            return n;
    }
    return 0;
}

char *
xf_fill_docnumber(const char *text, xf_arena *arena)
{
    static const char *const left[] = {"[", "(", "（", "［", "【", "〔", "﹝", NULL};
    static const char *const right[] = {"]", ")", "）", "］", "】", "〕", "﹞", NULL};

    enum { YEAR = 4, BRACKET = 3 };

    const char *in = xf_fill_compact(text, arena);
    char *made = in == NULL ? NULL : xf_arena_take(arena, strlen(in) * BRACKET + 1);
    if (made == NULL)
        return NULL;
    char *out = made;
    while (*in != '\0') {
        size_t opens = bracket(in, left);
        bool year = opens > 0 && strspn(in + opens, "0123456789") == YEAR;
        size_t closes = year ? bracket(in + opens + YEAR, right) : 0;
        if (closes == 0) {
            *out++ = *in++;
            continue;
        }
        memcpy(out, "〔", BRACKET);
        memcpy(out + BRACKET, in + opens, YEAR);
        memcpy(out + BRACKET + YEAR, "〕", BRACKET);
        out += BRACKET + YEAR + BRACKET;
        in += opens + YEAR + closes;
    }
    *out = '\0';
    return made;
}

bool
xf_fill_nothing(const char *text)
{
    static const char *const words[] = {"", "-", "－", "—", "——", "/", "无", NULL};
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0)
            return true;
    }
    return false;
}

/* Half-width throughout, and one kind of blank. False: too long to be a day or a number. */
static bool
make_plain(const char *text, char plain[PLAIN])
{
    size_t n = 0;
    for (const char *in = text; *in != '\0';) {
        const char *next = in;
        uint32_t c = xf_width_next(&next);
        size_t size = (size_t)(next - in);
        if (n + size >= PLAIN)
            return false;
        if (blank(c) || (c > 0xff00 && c < 0xff5f)) {
            plain[n++] = (char)(blank(c) ? ' ' : c - 0xff00 + ' ');
        } else {
            memcpy(plain + n, in, size);
            n += size;
        }
        in = next;
    }
    plain[n] = '\0';
    return true;
}

/* Up to `most` digits behind any blanks; *at moves behind them. -1: none. */
static int
digits(const char **at, int most)
{
    int number = -1;
    *at += strspn(*at, " ");
    for (int n = 0; n < most && **at >= '0' && **at <= '9'; n++, *at += 1)
        number = (number < 0 ? 0 : number) * 10 + (**at - '0');
    return number;
}

static bool
skip(const char **at, const char *const words[])
{
    *at += strspn(*at, " ");
    for (int i = 0; words[i] != NULL; i++) {
        size_t n = strlen(words[i]);
        if (strncmp(*at, words[i], n) == 0) {
            *at += n;
            return true;
        }
    }
    return false;
}

/* What may stand behind a day: nothing, or a time of day. */
static bool
only_time(const char *at, bool apart)
{
    static const char *const colon[] = {":", NULL};
    apart = apart || *at == ' ' || *at == 'T';
    at += strspn(at, " T");
    if (*at == '\0')
        return true;
    int hour = digits(&at, 2);
    if (!apart || hour < 0 || hour > 24 || !skip(&at, colon))
        return false;
    int minute = digits(&at, 2);
    int second = skip(&at, colon) ? digits(&at, 2) : 0;
    at += *at == '.' ? 1 + strspn(at + 1, "0123456789") : 0;
    return minute >= 0 && minute < 60 && second >= 0 && second < 60 && *at == '\0';
}

/* Excel's number of the day; a fraction is a time of day. */
static bool
read_serial(const char *at, xf_day *ret_day)
{
    int serial = digits(&at, 5);
    at += *at == '.' ? 1 + strspn(at + 1, "0123456789") : 0;
    if (*at != '\0' || serial < EXCEL_LEAST || serial > EXCEL_MOST)
        return false;
    *ret_day = (xf_day)(serial - EXCEL_EPOCH);
    return true;
}

static bool
read_civil(const char *at, int *ret_year, int *ret_month, int *ret_dom)
{
    static const char *const year_ends[] = {"-", "/", ".", "年", NULL};
    static const char *const month_ends[] = {"-", "/", ".", "月", NULL};
    static const char *const day_ends[] = {"日", "号", NULL};
    bool solid = strspn(at, "0123456789") == 8;
    *ret_year = digits(&at, 4);
    if (*ret_year < 1900 || (!solid && !skip(&at, year_ends)))
        return false;
    *ret_month = digits(&at, 2);
    if (*ret_month <= 0 || (!solid && !skip(&at, month_ends)))
        return false;
    *ret_dom = digits(&at, 2);
    const char *end = at;
    bool ended = skip(&end, day_ends);
    return *ret_dom > 0 && only_time(ended ? end : at, ended);
}

xf_code
xf_fill_day(const char *text, xf_day *ret_day, xf_error *reterr)
{
    char plain[PLAIN];
    char civil[16];
    int year = 0;
    int month = 0;
    int dom = 0;
    if (!make_plain(text, plain))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_DAY_MALFORMED, "");
    if (read_serial(plain, ret_day))
        return XF_CODE_OK;
    if (!read_civil(plain, &year, &month, &dom))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_DAY_MALFORMED, "");
    (void)snprintf(civil, sizeof(civil), "%04d-%02d-%02d", year % 10000, month % 100, dom % 100);
    return xf_day_parse(civil, ret_day, reterr);
}

bool
xf_fill_count(const char *text, int32_t *ret_number)
{
    static const char *const measures[] = {"人次", "人", "名", "件", "起", "个",
                                           "次",   "批", "年", "月", NULL};
    char plain[PLAIN];
    const char *at = plain;
    if (!make_plain(text, plain))
        return false;
    int number = digits(&at, 9);
    if (at[0] == '.' && at[1] == '0')
        at += 1 + strspn(at + 1, "0");
    (void)skip(&at, measures);
    if (number < 0 || *at != '\0')
        return false;
    *ret_number = number;
    return true;
}
