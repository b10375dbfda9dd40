// SPDX-License-Identifier: GPL-2.0-or-later
/* The backend without the module: every change is written by its domain, from this process. */
#include "backend.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/interrupt.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/* The error classes of research on kernels' and drivers' refusals; all else is a failure. */
static const struct {
	int err;
	enum nt_outcome outcome;
} classes[] = {
	{ EOPNOTSUPP, NT_OUTCOME_UNSUPPORTED }, { ENOENT, NT_OUTCOME_ABSENT },
	{ EROFS, NT_OUTCOME_IMMUTABLE },        { EACCES, NT_OUTCOME_IMMUTABLE },
	{ EPERM, NT_OUTCOME_BLOCKED },          { EBUSY, NT_OUTCOME_BLOCKED },
	{ ENETDOWN, NT_OUTCOME_DEFERRED },
};

void nt_change_refused(struct nt_change *change, int err, const char *message)
{
	change->outcome = NT_OUTCOME_FAILED;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (classes[i].err == err)
			change->outcome = classes[i].outcome;
	change->err = err;
	free(change->extack);
	change->extack = message && *message ? strdup(message) : NULL;
}

static int user_apply(struct nt_backend *backend, struct nt_io *io, struct nt_change **changes,
		      size_t n, struct nt_diag *diag)
{
	(void)backend;
	(void)diag;
	for (size_t i = 0; i < n; i++) {
		struct nt_diag why = { 0 };
		int r;

		if (nt_interrupted())
			return -EINTR;
		r = changes[i]->domain->apply(io, changes[i], &why);
		if (r == 0) {
			changes[i]->outcome = NT_OUTCOME_APPLIED;
			continue;
		}
		nt_change_refused(changes[i], -r, why.message);
		if (changes[i]->policy == NT_POLICY_REQUIRE)
			return -ECANCELED;
	}
	return 0;
}

static void user_close(struct nt_backend *backend)
{
	(void)backend;
}

static const struct nt_backend_ops user_ops = {
	.name = "user",
	.apply = user_apply,
	.close = user_close,
};

struct nt_backend *nt_backend_user(void)
{
	static struct nt_backend user = { .ops = &user_ops };

	return &user;
}

int nt_backend_open(const char *name, struct nt_backend **ret, struct nt_diag *diag)
{
	struct nt_diag ignored = { 0 };

	if (!strcmp(name, "user")) {
		*ret = nt_backend_user();
		return 0;
	}
	if (!strcmp(name, "kernel"))
		return nt_backend_kernel_open(ret, diag);
	if (strcmp(name, "auto") != 0)
		return nt_diag_err(diag, EINVAL, "--backend %s: must be auto, kernel or user",
				   name);
	if (nt_backend_kernel_open(ret, &ignored) < 0)
		*ret = nt_backend_user();
	return 0;
}

void nt_backend_close(struct nt_backend *backend)
{
	if (backend)
		backend->ops->close(backend);
}
