/* law/repeat — when two demands are the same on paper, or nearly.
 *
 * A repeat is the same person and the same facts and demand. Whether the facts are the same
 * only a person can tell: the system proposes, an officer decides. Two demands have one key
 * when they are equal but for white space and punctuation, ASCII and full-width alike. They are
 * alike when enough of the shorter one's grams (law/gram) stand in the other; that is looked at
 * among the petitions of one person only, while one more of his is registered.
 */
#ifndef XF_LAW_REPEAT_H
#define XF_LAW_REPEAT_H

#include <stdint.h>

/* How much of the shorter demand makes two alike, in percent of its grams. Tried: of the 45 demands of
 * a county's two years no two about different facts shared more than 33, of 24 told anew in other
 * words 22 shared 40 or more. What is proposed wrongly costs a look, and the demand stands beside
 * it; what is not proposed is counted as a first petition. */
enum { XF_REPEAT_ALIKE = 40 };

/* `demand` is valid UTF-8. Never fails. */
int64_t xf_repeat_key(const char *demand);

#endif
