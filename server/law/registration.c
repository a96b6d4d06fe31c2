/* law/registration — series, people, hint, clock. */
#include "law/registration.h"

xf_series
xf_registration_series(xf_purpose purpose)
{
    return purpose == XF_PURPOSE_ACCUSATION ? XF_SERIES_ACCUSATION : XF_SERIES_ORDINARY;
}

int32_t
xf_registration_people(int32_t said, size_t named)
{
    return said > (int32_t)named ? said : (int32_t)named;
}

/* More people are told so, and registered all the same [信访工作条例 20]. */
xf_hint
xf_registration_hint(int32_t people)
{
    return people > XF_REGISTRATION_REPRESENTATIVES ? XF_HINT_CHOOSE_REPRESENTATIVES
                                                    : XF_HINT_UNSPECIFIED;
}

const char *
xf_registration_clock(xf_purpose purpose)
{
    return purpose == XF_PURPOSE_ACCUSATION ? "accusation_receipt" : "notice";
}

bool
xf_registration_notice_owed(bool named, bool reachable)
{
    return named && reachable;
}
