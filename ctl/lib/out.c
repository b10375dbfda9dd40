// SPDX-License-Identifier: GPL-2.0-or-later
/* Printing. See out.h. */
#include "out.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_DEFAULT 100U
#define WIDTH_MIN     40U
#define WIDTH_MAX     1000U

int nt_out_json(json_t *root)
{
	if (!root)
		return -ENOMEM;
	/* What cannot be written is told once, at the end: nt_out_end(). */
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
	return 0;
}

/* "| head" closes its end when it has seen enough. */
static bool reader_left(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP));
}

int nt_out_end(void)
{
	errno = EIO; /* for a write that failed earlier */
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return errno == EPIPE || reader_left() ? 0 : -errno;
}

static bool color_wanted(void)
{
	static int wanted = -1;

	if (wanted < 0) {
		const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

		wanted = isatty(STDOUT_FILENO) && !(no_color && *no_color) && term &&
			 strcmp(term, "dumb") != 0;
	}
	return wanted;
}

const char *nt_out_color(enum nt_color color)
{
	static const char *const sequences[] = {
		[NT_COLOR_PLAIN] = "\033[0m",   [NT_COLOR_GOOD] = "\033[32m",
		[NT_COLOR_CHANGE] = "\033[33m", [NT_COLOR_BAD] = "\033[31m",
		[NT_COLOR_DIM] = "\033[2m",     [NT_COLOR_BOLD] = "\033[1m",
	};

	return color_wanted() ? sequences[color] : "";
}

static unsigned int width(void)
{
	const char *text = getenv("COLUMNS");
	unsigned long columns = text ? strtoul(text, NULL, 10) : 0;
	struct winsize size;

	if (!columns && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (!columns)
		return WIDTH_DEFAULT;
	return columns < WIDTH_MIN ? WIDTH_MIN
				   : columns > WIDTH_MAX ? WIDTH_MAX : (unsigned int)columns;
}

void nt_out_wrapped(const char *text, unsigned int indent)
{
	unsigned int limit = width(), column = 0;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (column && column + 1 + word > limit) {
			putchar('\n');
			column = 0;
		}
		column += (unsigned int)printf("%*s%.*s", column ? 1 : (int)indent, "", (int)word,
					       text);
		text += word;
		text += strspn(text, " ");
	}
	putchar('\n');
}

void nt_table_row(struct nt_table *table, enum nt_color color, const char *const *cells, size_t n)
{
	size_t columns = table->n_rows ? table->n_columns : n;
	char **grown = realloc(table->cells, (table->n_rows + 1) * columns * sizeof(*grown));
	enum nt_color *colors;

	if (grown)
		table->cells = grown;
	colors = realloc(table->colors, (table->n_rows + 1) * sizeof(*colors));
	if (colors)
		table->colors = colors;
	if (!grown || !colors)
		return;

	table->n_columns = columns;
	for (size_t i = 0; i < columns; i++)
		grown[table->n_rows * columns + i] = strdup(i < n && cells[i] ? cells[i] : "-");
	colors[table->n_rows++] = color;
}

static size_t column_width(const struct nt_table *table, size_t column)
{
	size_t widest = 0;

	for (size_t row = 0; row < table->n_rows; row++) {
		const char *cell = table->cells[row * table->n_columns + column];
		size_t len = cell ? strlen(cell) : 0;

		widest = len > widest ? len : widest;
	}
	return widest;
}

void nt_table_print(struct nt_table *table)
{
	size_t widths[NT_TABLE_COLUMNS_MAX] = { 0 };

	for (size_t i = 0; i < table->n_columns && i < NT_TABLE_COLUMNS_MAX; i++)
		widths[i] = column_width(table, i);
	for (size_t row = 0; row < table->n_rows; row++) {
		char **cells = &table->cells[row * table->n_columns];

		fputs(nt_out_color(table->colors[row]), stdout);
		for (size_t i = 0; i < table->n_columns && i < NT_TABLE_COLUMNS_MAX; i++)
			printf("%s%-*s", i ? "  " : "",
			       i + 1 < table->n_columns ? (int)widths[i] : 0,
			       cells[i] ? cells[i] : "");
		printf("%s\n", nt_out_color(NT_COLOR_PLAIN));
	}
	for (size_t i = 0; i < table->n_rows * table->n_columns; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table->colors);
	memset(table, 0, sizeof(*table));
}
