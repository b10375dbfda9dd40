// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading recorded facts. See facts_in.h. */
#include "facts_in.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "facts/facts_read.h"
#include "lib/diag.h"

/*
 * Part of a host is none: what was left out would look as if the host did not have it. What devices
 * can be told is another matter: those who plan it say that it is missing.
 */
static int check_complete(const struct nt_facts *facts, struct nt_diag *diag)
{
	const char *name;

	for (unsigned int i = 0; (name = nt_facts_group_name(i)); i++)
		if (NT_FACTS_ALL & ~(facts->have | NT_FACTS_DEVICES) & nt_facts_group(name))
			return nt_diag_err(diag, EINVAL, "facts: %s: missing; record them with "
					   "nettunectl --json facts", name);
	return 0;
}

static int parse_facts(FILE *stream, const char *file, struct nt_facts *ret, struct nt_diag *diag)
{
	json_error_t error;
	json_t *root = json_loadf(stream, JSON_REJECT_DUPLICATES, &error);
	struct nt_diag why = { 0 };
	int r;

	if (!root && ferror(stream))
		return nt_diag_err(diag, EINVAL, "%s: cannot be read", file);
	if (!root)
		return nt_diag_err(diag, EINVAL, "%s:%d:%d: %s", file, error.line, error.column,
				   error.text);
	r = nt_facts_from_json(root, ret, &why);
	json_decref(root);
	if (r == 0)
		r = check_complete(ret, &why);
	return r < 0 ? nt_diag_err(diag, -r, "%s: %s", file, why.message) : 0;
}

/* See facts_in.h. */
int nt_facts_in(const char *file, struct nt_facts *ret, struct nt_diag *diag)
{
	FILE *stream = fopen(file, "re");
	int r;

	if (!stream)
		return nt_diag_err(diag, errno, "%s: %s", file, strerror(errno));
	r = parse_facts(stream, file, ret, diag);
	fclose(stream);
	if (r < 0)
		nt_facts_free(ret);
	return r;
}
