/* proto/PROTOCOL.md says for whom each method is: it must say what `.may` says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "call/method.h"
#include "gen/enums.h"

enum { LINE = 512, NAME = 64 };

static const char heading[] = "| method | roles |";

/* The page, opened behind the heading of its table. */
static FILE *
open_table(void)
{
    const char *source = getenv("XF_SOURCE_DIR"); /* NOLINT(concurrency-mt-unsafe): one thread */
    char path[1024];
    char line[LINE];
    FILE *page = NULL;

    assert_non_null(source);
    (void)snprintf(path, sizeof path, "%s/proto/PROTOCOL.md", source);
    page = fopen(path, "r");
    assert_non_null(page);
    while (fgets(line, sizeof line, page) != NULL) {
        if (strncmp(line, heading, strlen(heading)) == 0 && fgets(line, sizeof line, page) != NULL)
            return page;
    }
    fail_msg("no table `%s` in %s", heading, path);
    return NULL;
}

/* "matter.assign" as the rpc line spells it, in the quotes of the page: `MatterAssign`. */
static void
spell(const char *dotted, char ret_name[NAME])
{
    size_t n = 0;
    bool up = true;

    ret_name[n++] = '`';
    for (; *dotted != '\0' && n < NAME - 2; dotted++) {
        if (*dotted == '.' || *dotted == '_') {
            up = true;
            continue;
        }
        ret_name[n++] = (char)(up ? *dotted - 'a' + 'A' : *dotted);
        up = false;
    }
    ret_name[n++] = '`';
    ret_name[n] = '\0';
}

static uint32_t
role_of(const char *name)
{
    for (int role = XF_ROLE_UNSPECIFIED + 1; xf_role_known(role); role++) {
        if (strcmp(xf_role_name((xf_role)role), name) == 0)
            return XF_MAY((unsigned)role);
    }
    fail_msg("no role is called %s", name);
    return 0;
}

/* The cell behind the methods: "a device …", "any officer", or roles in capitals. */
static uint32_t
roles_of(const char *cell)
{
    uint32_t roles = 0;

    if (strncmp(cell, "a device", strlen("a device")) == 0)
        return XF_MAY_DEVICE;
    if (strncmp(cell, "any officer", strlen("any officer")) == 0)
        return XF_MAY_ANY_OFFICER;
    if (strncmp(cell, "nobody", strlen("nobody")) == 0)
        return XF_MAY_STRANGER;
    while (*cell >= 'A' && *cell <= 'Z') {
        char name[NAME];
        size_t n = strspn(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

        (void)snprintf(name, sizeof name, "%.*s", (int)n, cell);
        roles |= role_of(name);
        cell += n;
        cell += strspn(cell, ", ");
    }
    return roles;
}

/* How many rows name the method, and the roles of the last. */
static unsigned
look_up(const char *name, uint32_t *ret_roles)
{
    char line[LINE];
    unsigned found = 0;
    FILE *page = open_table();

    while (fgets(line, sizeof line, page) != NULL && line[0] == '|') {
        const char *cell = strstr(line + 1, " | ");

        assert_non_null(cell);
        if (strstr(line, name) == NULL)
            continue;
        found++;
        *ret_roles = roles_of(cell + strlen(" | "));
    }
    (void)fclose(page);
    return found;
}

static void
the_page_says_for_whom_each_method_is(void **state)
{
    unsigned wrong = 0;

    (void)state;
    assert_true(xf_method_count() > 0);
    for (size_t i = 0; i < xf_method_count(); i++) {
        const xf_method *method = xf_method_at(i)->method;
        char name[NAME];
        uint32_t roles = 0;
        unsigned rows = 0;

        spell(xf_rpc_name(method->rpc), name);
        rows = look_up(name, &roles);
        if (rows == 1 && roles == method->may)
            continue;
        wrong++;
        print_error("%s has %u rows in section 5 of proto/PROTOCOL.md, roles 0x%x; .may is 0x%x\n",
                    name, rows, roles, method->may);
    }
    assert_int_equal(wrong, 0);
}

/* What the page names beyond them was taken away, or is misspelt. */
static void
the_page_names_no_method_that_there_is_not(void **state)
{
    char line[LINE];
    size_t named = 0;
    FILE *page = open_table();

    (void)state;
    while (fgets(line, sizeof line, page) != NULL && line[0] == '|') {
        for (const char *at = line; (at = strchr(at, '`')) != NULL; at++)
            named++;
    }
    (void)fclose(page);
    assert_int_equal(named, 2 * xf_method_count());
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_says_for_whom_each_method_is),
        cmocka_unit_test(the_page_names_no_method_that_there_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
