/* client/cli/bulletin_pages — what is on the pages of the bulletin, in their order: head,
 * every figure beside last year's, by month, by unit, and what each figure means.
 */
#ifndef XF_CLI_BULLETIN_PAGES_H
#define XF_CLI_BULLETIN_PAGES_H

#include "client/cli/bulletin.h"
#include "client/cli/bulletin_page.h"

#define XF_BULLETIN_TITLE "信访工作月报"

void xf_bulletin_pages_set(xf_bulletin_page *page, const xf_bulletin *bulletin);

#endif
