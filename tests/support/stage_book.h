/* tests/support/stage_book — registers as files and as rows, for the stories about books. */
#ifndef XF_TEST_STAGE_BOOK_H
#define XF_TEST_STAGE_BOOK_H

#include "stage.h"

/* Writes a book of these lines, NULL behind the last; gives its path. Freed by the caller. */
char *xf_stage_book(xf_story *s, const char *name, const char *const *lines);
/* The import's report has this line of the file, and names this column in it. */
void xf_stage_assert_row(xf_story *s, const char *line, const char *column);

/* Calls `each` with every row of a register of the tree, in its order. */
void xf_stage_each_row(xf_story *s, const char *book,
                       void (*each)(xf_story *s, const Xf__PetitionImportRequest *row, void *data),
                       void *data);

/* Until the timer has frozen every month that ended, and every one that a book has touched since. */
void xf_stage_wait_frozen(xf_story *s);

#endif
