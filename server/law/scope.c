/* law/scope — reception, leader and inspector see every unit's matters. */
#include "law/scope.h"

#include "gen/enums.h"

bool
xf_scope_all_units(uint32_t roles)
{
    const uint32_t all = (UINT32_C(1) << XF_ROLE_RECEPTION) |
                         (UINT32_C(1) << XF_ROLE_RECEPTION_HEAD) | (UINT32_C(1) << XF_ROLE_LEADER) |
                         (UINT32_C(1) << XF_ROLE_INSPECTOR);

    return (roles & all) != 0;
}
