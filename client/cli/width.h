/* client/cli/width — how wide text is on a terminal, and how it is shown safely.
 *
 * East Asian wide and fullwidth characters take two columns, combining and invisible ones
 * none, all others one. From a table of ranges, not from the locale: tables line up
 * whatever LANG is. Unicode 15, "East Asian Width"; ambiguous ones count one.
 */
#ifndef XF_CLI_WIDTH_H
#define XF_CLI_WIDTH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The next character, and *at moves behind it. A broken byte is U+FFFD. 0 at the end. */
uint32_t xf_width_next(const char **at);
int xf_width_of(uint32_t character);
size_t xf_width_text(const char *text);

/* Prints at most `most` columns (0: all; what is cut ends in …) and gives back the columns
 * printed. Control and bidirectional characters are made visible: text came from outside. */
size_t xf_width_print(FILE *out, const char *text, size_t most);

#endif
