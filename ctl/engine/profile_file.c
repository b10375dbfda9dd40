// SPDX-License-Identifier: GPL-2.0-or-later
/* One profile file. See profile_file.h. */
#include "profile_file.h"

#include <errno.h>

#include "core/profile.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"
#include "trusted_file.h"

#define SECTION_KEYS_MAX 64U

static int key_error(const struct nt_setting *s, struct nt_diag *diag)
{
	const char *keys[SECTION_KEYS_MAX];
	const char *nearest;
	unsigned int n = 0;

	while (n < SECTION_KEYS_MAX && nt_tunable_section_key(s->section, n)) {
		keys[n] = nt_tunable_section_key(s->section, n);
		n++;
	}
	if (!n)
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: section %s has no domain to serve it",
				   s->file, s->line, s->column, s->section);
	nearest = nt_suggest(s->key, keys, n);
	return nt_diag_err(diag, EINVAL, "%s:%u:%u: unknown key %s%s%s", s->file, s->line,
			   s->column, s->key, nearest ? ", did you mean " : "",
			   nearest ? nearest : "");
}

static int check_setting(const struct nt_setting *s, struct nt_diag *diag)
{
	const struct nt_tunable *domain = nt_tunable_for(s->section, s->key);

	return domain ? domain->check(s, diag) : key_error(s, diag);
}

int nt_profile_check(const struct nt_profile *profile, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < profile->n_settings; i++)
		r = check_setting(&profile->settings[i], diag);
	return r;
}

int nt_profile_file_read(struct nt_io *io, const char *path, struct nt_profile *ret,
			 struct nt_diag *diag)
{
	nt_autofree char *text = NULL;
	struct nt_profile profile;
	size_t len = 0;
	int r;

	r = nt_trusted_file_read(io, path, NT_PROFILE_BYTES_MAX, &text, &len, diag);
	if (r < 0)
		return r;

	r = nt_profile_parse(text, len, path, &profile, diag);
	if (r < 0)
		return r;
	r = nt_profile_check(&profile, diag);
	if (r < 0)
		nt_profile_free(&profile);
	else
		*ret = profile;
	return r;
}
