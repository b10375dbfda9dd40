// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading a reviewed plan. See plan_in.h. */
#include "plan_in.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan_json.h"
#include "engine/trusted_file.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

#define STANDARD_INPUT "standard input"

/* One byte more than is allowed tells that there is too much. */
static int read_stream(FILE *stream, char **ret, size_t *ret_len, struct nt_diag *diag)
{
	nt_autofree char *text = malloc(NT_PLAN_JSON_BYTES_MAX + 1);
	size_t len;

	if (!text)
		return nt_diag_err(diag, ENOMEM, STANDARD_INPUT ": out of memory");
	errno = 0;
	len = fread(text, 1, NT_PLAN_JSON_BYTES_MAX + 1, stream);
	if (ferror(stream))
		return nt_diag_err(diag, errno ? errno : EIO, STANDARD_INPUT ": %s",
				   strerror(errno ? errno : EIO));
	*ret = text;
	*ret_len = len;
	text = NULL;
	return 0;
}

const char *nt_plan_in_name(const char *file)
{
	return strcmp(file, "-") ? file : STANDARD_INPUT;
}

int nt_plan_in(struct nt_io *io, const char *file, struct nt_plan_file *ret, struct nt_diag *diag)
{
	bool from_stdin = !strcmp(file, "-");
	nt_autofree char *text = NULL;
	size_t len = 0;
	int r = from_stdin ? read_stream(stdin, &text, &len, diag)
			   : nt_trusted_file_read(io, file, NT_PLAN_JSON_BYTES_MAX, &text, &len,
						  diag);

	return r < 0 ? r : nt_plan_json_parse(text, len, nt_plan_in_name(file), ret, diag);
}
