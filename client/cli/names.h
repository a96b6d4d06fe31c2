/* client/cli/names — units and officers as people call them, to the ids of the protocol.
 *
 * A unit is given by id, code, name or short name; an officer by id, badge or full name.
 * The bureau's lists are read once a run, and only when a word is not an id.
 */
#ifndef XF_CLI_NAMES_H
#define XF_CLI_NAMES_H

#include "client/cli/cli.h"

/* False: the person was told, cli->exit is set. */
bool xf_names_unit(xf_cli *cli, const char *text, int32_t *ret_id);
bool xf_names_officer(xf_cli *cli, const char *text, int32_t *ret_id);

#endif
