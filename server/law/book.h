/* law/book — what does not fit in a book's row.
 *
 * The old books know less than the rules do. A row comes in as the book has it, no rule is
 * applied to it and no clock started; what contradicts itself is said in remarks, for somebody to
 * look up on paper. Pure: reads the row only. What needs the register (a petition that is not
 * held) is the statement's to say.
 */
#ifndef XF_LAW_BOOK_H
#define XF_LAW_BOOK_H

#include <stddef.h>
#include <stdint.h>

#include "dispute.pb-c.h"
#include "notice.pb-c.h"
#include "petition.pb-c.h"
#include "reception.pb-c.h"
#include "theft.pb-c.h"
#include "visit.pb-c.h"

enum { XF_BOOK_REMARKS = 8 };

/* Values of xf_remark; returns how many. */
size_t xf_book_petition(const Xf__PetitionImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS]);
size_t xf_book_reception(const Xf__ReceptionImportRequest *row,
                         int64_t ret_remarks[XF_BOOK_REMARKS]);
size_t xf_book_visit(const Xf__VisitImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS]);
size_t xf_book_notice(const Xf__NoticeImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS]);
size_t xf_book_dispute(const Xf__DisputeImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS]);
size_t xf_book_theft(const Xf__TheftImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS]);

#endif
