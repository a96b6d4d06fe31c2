/* client/cli/man_text: a character at a time, as roff wants it. */
#include <stdbool.h>
#include <string.h>

#include "client/cli/man.h"
#include "client/cli/width.h"

/* What may not begin a line, and what may not end one. */
static const char closing[] = "，。；：、！？）》〕】」』…";
static const char opening[] = "（《〔【「『";

static bool
stands_in(const char *set, const char *c, size_t n)
{
    char one[8] = "";
    memcpy(one, c, n);
    return strstr(set, one) != NULL;
}

static void
put(FILE *out, const char *c, size_t n)
{
    static const struct {
        char c;
        const char *roff;
    } escapes[] = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"},
                   {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"}};

    for (size_t i = 0; n == 1 && i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        if (escapes[i].c == *c) {
            (void)fputs(escapes[i].roff, out);
            return;
        }
    }
    (void)fwrite(c, 1, n, out);
}

static void
print(FILE *out, const char *text, bool breaks)
{
    bool wide_before = false;
    bool may_end = false; /* the character before may end a line */
    if (*text == '.' || *text == '\'')
        (void)fputs("\\&", out);
    for (const char *at = text; *at != '\0';) {
        const char *from = at;
        bool wide = xf_width_of(xf_width_next(&at)) == 2;
        size_t n = (size_t)(at - from);
        bool blank = *from == ' ';
        if (breaks && may_end && (wide || wide_before) && !blank && !stands_in(closing, from, n))
            (void)fputs("\\:", out);
        put(out, from, n);
        wide_before = wide;
        may_end = !blank && !stands_in(opening, from, n);
    }
}

void
xf_man_text(FILE *out, const char *text)
{
    print(out, text, true);
}

void
xf_man_verbatim(FILE *out, const char *text)
{
    print(out, text, false);
}
