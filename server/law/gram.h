/* law/gram — a text as the set of its grams: two letters that stand side by side.
 *
 * By grams a text of two letters and more is found inside others (server/sql/search.sql), and two
 * demands are compared (law/repeat). Letters are folded by law/letter; what means nothing parts
 * them: 被盗，报警 has 被盗 and 报警, and no 盗报.
 *
 * A gram is a number of 32 bits, 16 a letter, so two grams of usual letters are never confused. Only
 * those of a letter beyond U+FFFF (rare names) may be: it is folded onto 16 bits. Who finds a text
 * by its grams looks at the text itself before he says so.
 *
 * People are not searched for: grams are made of demands only, never of names, telephones, numbers
 * or addresses.
 */
#ifndef XF_LAW_GRAM_H
#define XF_LAW_GRAM_H

#include <stddef.h>
#include <stdint.h>

/* As many as there are at most: how much room xf_gram_make wants. */
size_t xf_gram_most(const char *text);
/* Each gram once, in ascending order, as the int4 that it is in SQL. Gives how many; 0 for a text
 * without two letters side by side. */
size_t xf_gram_make(const char *text, int64_t *grams);

#endif
