/* law/scope — whose matters a role sees. Reception, leaders and the inspector answer for the
 * whole bureau; everybody else sees what the own unit has to do.
 *
 * The first line; the compartment of an accusation is the database's policy.
 */
#ifndef XF_LAW_SCOPE_H
#define XF_LAW_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

/* Every unit's (reception, leader, inspector), or only the own unit's? `roles`: bit a role. */
bool xf_scope_all_units(uint32_t roles);

#endif
