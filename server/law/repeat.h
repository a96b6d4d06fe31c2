/* law/repeat — when two demands are the same on paper.
 *
 * A repeat is the same person and the same facts and demand. Whether the facts are the same
 * only a person can tell: the system proposes, an officer decides. Two demands have one key
 * when they are equal but for white space and punctuation, ASCII and full-width alike.
 */
#ifndef XF_LAW_REPEAT_H
#define XF_LAW_REPEAT_H

#include <stdint.h>

/* `demand` is valid UTF-8. Never fails. */
int64_t xf_repeat_key(const char *demand);

#endif
