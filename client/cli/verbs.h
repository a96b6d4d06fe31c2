/* client/cli/verbs — everything `xinfang` can do, in one table.
 *
 * Help, parsing and the test that no method is without a verb all read it. A row is a
 * noun and a verb (petition register) or a program (watch). XF_VERB_MAIN marks the verb
 * that runs when none is given: `xinfang login A00001`, `xinfang figures --period …`.
 */
#ifndef XF_CLI_VERBS_H
#define XF_CLI_VERBS_H

#include <stddef.h>

#include "client/cli/args.h"
#include "gen/enums.h"
#include "gen/rpc.h"

typedef struct xf_cli xf_cli;

enum {
    XF_VERB_MAIN = 1 << 0,     /* runs when the noun stands alone */
    XF_VERB_LOCAL = 1 << 1,    /* needs no server */
    XF_VERB_NO_LOGIN = 1 << 2, /* connects, but does not log in by the stored token */
    XF_VERB_NO_OUTBOX =
        1 << 3, /* never kept on disk: it carries a secret, or a file is its own store */
    XF_VERB_OWN_LINK = 1 << 4, /* makes and loses its connections itself */
    XF_VERB_RESENDS = 1 << 5,  /* sends what is kept itself */
    XF_VERB_ALONE = 1 << 6,    /* needs not even a profile */
};

typedef struct xf_verb {
    const char *noun;
    const char *verb;
    const char *says;  /* one line */
    const char *words; /* positional words as help shows them, "" for none */
    int least, most;   /* how many of them */
    unsigned flags;
    xf_rpc rpc; /* the method behind it; UNSPECIFIED: none */
    const xf_option *options;
    const char *const *examples;
    int (*run)(xf_cli *cli, const xf_args *args);
} xf_verb;

typedef struct xf_noun {
    const char *noun;
    const char *says;
} xf_noun;

size_t xf_verbs_count(void);
const xf_verb *xf_verbs_at(size_t i);
size_t xf_nouns_count(void);
const xf_noun *xf_nouns_at(size_t i);
const xf_noun *xf_nouns_find(const char *noun);
/* verb NULL: the noun's main verb. NULL: there is none. */
const xf_verb *xf_verbs_find(const char *noun, const char *verb);
/* A method without a verb has a reason: it is not for people. NULL: it needs a verb. */
const char *xf_verbs_why_none(xf_rpc rpc);

/* login.c */
int xf_login_begin(xf_cli *cli, const xf_args *args);
int xf_login_show(xf_cli *cli, const xf_args *args);
int xf_login_end(xf_cli *cli, const xf_args *args);
int xf_login_set_password(xf_cli *cli, const xf_args *args);
int xf_login_unlock(xf_cli *cli, const xf_args *args);
int xf_login_failures(xf_cli *cli, const xf_args *args);
/* bureau.c */
int xf_bureau_units(xf_cli *cli, const xf_args *args);
int xf_bureau_officers(xf_cli *cli, const xf_args *args);
int xf_bureau_disable_officer(xf_cli *cli, const xf_args *args);
int xf_bureau_enable_officer(xf_cli *cli, const xf_args *args);
/* device.c, device_enrol.c */
int xf_device_invite(xf_cli *cli, const xf_args *args);
int xf_device_enrol(xf_cli *cli, const xf_args *args);
int xf_device_renew(xf_cli *cli, const xf_args *args);
int xf_device_list(xf_cli *cli, const xf_args *args);
int xf_device_revoke(xf_cli *cli, const xf_args *args);
/* petition.c */
int xf_petition_register(xf_cli *cli, const xf_args *args);
int xf_petition_decide_repeat(xf_cli *cli, const xf_args *args);
/* matter.c */
int xf_matter_list(xf_cli *cli, const xf_args *args);
int xf_matter_open(xf_cli *cli, const xf_args *args);
int xf_matter_assign(xf_cli *cli, const xf_args *args);
/* Any act that is told the matter and the version that was seen, and tells version and state. */
int xf_matter_act(xf_cli *cli, const xf_args *args);
int xf_matter_history(xf_cli *cli, const xf_args *args);
int xf_matter_search(xf_cli *cli, const xf_args *args);
/* matter_due.c */
int xf_matter_due(xf_cli *cli, const xf_args *args);
/* reminder.c */
int xf_reminder_list(xf_cli *cli, const xf_args *args);
int xf_reminder_acknowledge(xf_cli *cli, const xf_args *args);
/* feed.c, watch.c */
int xf_feed_since(xf_cli *cli, const xf_args *args);
int xf_feed_ack(xf_cli *cli, const xf_args *args);
int xf_watch_run(xf_cli *cli, const xf_args *args);
/* figures.c, published.c */
int xf_figures_show(xf_cli *cli, const xf_args *args);
int xf_figures_published(xf_cli *cli, const xf_args *args);
int xf_figures_list(xf_cli *cli, const xf_args *args);
int xf_figures_definitions(xf_cli *cli, const xf_args *args);
/* bulletin.c */
int xf_bulletin_run(xf_cli *cli, const xf_args *args);
/* calendar.c */
int xf_calendar_import(xf_cli *cli, const xf_args *args);
int xf_calendar_show(xf_cli *cli, const xf_args *args);
/* clock.c */
int xf_clock_list(xf_cli *cli, const xf_args *args);
int xf_clock_count(xf_cli *cli, const xf_args *args);
/* import.c, import_read.c */
int xf_import_run(xf_cli *cli, const xf_args *args);
int xf_import_read(xf_cli *cli, const xf_args *args);
/* box.c */
int xf_box_list(xf_cli *cli, const xf_args *args);
int xf_box_send(xf_cli *cli, const xf_args *args);
int xf_box_drop(xf_cli *cli, const xf_args *args);
/* help.c, man.c, completion.c */
int xf_help_run(xf_cli *cli, const xf_args *args);
int xf_man_run(xf_cli *cli, const xf_args *args);
int xf_completion_run(xf_cli *cli, const xf_args *args);

#endif
