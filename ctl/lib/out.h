/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Printing: JSON, colours where a terminal shows them, and columns that line up.
 */
#ifndef NT_LIB_OUT_H
#define NT_LIB_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum nt_color {
	NT_COLOR_PLAIN,
	NT_COLOR_GOOD,
	NT_COLOR_CHANGE,
	NT_COLOR_BAD,
	NT_COLOR_DIM,
	NT_COLOR_BOLD,
};

/* Prints @root indented with a newline and drops it. Returns 0, or -ENOMEM when it is NULL. */
int nt_out_json(json_t *root);

/*
 * Has everything that was printed arrived? Returns 0, also when nobody wanted the rest ("| head"),
 * or what stdout failed with.
 */
int nt_out_end(void);

/* Escape sequences for stdout, "" where it is no terminal or NO_COLOR is set. */
const char *nt_out_color(enum nt_color color);

/* Prints @text after @indent spaces, wrapped at COLUMNS, the terminal's width, or 100. */
void nt_out_wrapped(const char *text, unsigned int indent);

/* "1 write", "2 writes": what to put behind the noun. */
static inline const char *nt_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

#define NT_TABLE_COLUMNS_MAX 8U

/**
 * struct nt_table - rows gathered before the widths are known
 *
 * Zero it, add rows, print it, which frees it.
 */
struct nt_table {
	char **cells;
	enum nt_color *colors; /* one for each row */
	size_t n_rows;
	size_t n_columns;
};

/**
 * nt_table_row() - add a row
 * @cells: @n of them, copied; NULL prints as "-"
 *
 * The first row decides how many columns there are. Out of memory drops the row: tables are for
 * people.
 */
void nt_table_row(struct nt_table *table, enum nt_color color, const char *const *cells, size_t n);

void nt_table_print(struct nt_table *table);

#endif
