/* client/cli/device_enrol — a machine becomes a seat (a profile with a certificate of its own), and
 * stays one: enrolment and renewal, which are verbs (verbs.h), and the hint that it is time. */
#ifndef XF_CLI_DEVICE_ENROL_H
#define XF_CLI_DEVICE_ENROL_H

#include "client/cli/cli.h"

/* When two thirds of the certificate's life are over, says so on standard error. */
void xf_device_hint(const xf_cli *cli);

#endif
