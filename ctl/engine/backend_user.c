// SPDX-License-Identifier: GPL-2.0-or-later
/* The backend without the module: every change is written by its domain, from this process. */
#include "backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/interrupt.h"
#include "io/io.h"
#include "lib/cleanup.h"
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

/* Returns a value that is in between to what was seen, and makes sure of it. */
static int put_back(struct nt_io *io, struct nt_change *change, char *live, struct nt_diag *diag)
{
	struct nt_diag why = { 0 };
	int r = change->seen ? change->domain->undo(io, change, &why) : 0;

	if (r == 0 && change->seen)
		r = change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX);
	if (r == 0 && change->seen && !change->domain->same(live, change->seen))
		r = -EIO;
	return r == 0 ? 0 : nt_diag_err(diag, EIO, "%s: not as wanted, and cannot be returned: %s",
					change->tunable,
					*why.message ? why.message : strerror(-r));
}

/*
 * A refused write may still have taken the first field of a vector. Behind a structural change the
 * value may be the driver's own by now: when that cannot be returned either, it is a result, and
 * no reason to give up the rest.
 */
static int take_back(struct nt_io *io, struct nt_change *change, char *live, struct nt_diag *diag)
{
	struct nt_diag why = { 0 };

	if (!change->disturbed)
		return put_back(io, change, live, diag);
	if (put_back(io, change, live, &why) == 0)
		return 0;
	free(change->readback);
	change->readback = NULL;
	if (change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX) == 0)
		change->readback = strdup(live);
	return 0;
}

static int not_in_effect(struct nt_io *io, struct nt_change *change, int err, char *live,
			 struct nt_diag *diag)
{
	change->outcome = NT_OUTCOME_FAILED;
	change->err = err;
	free(change->extack);
	if (asprintf(&change->extack, "accepted, but reads back %s",
		     err ? strerror(err) : live) < 0)
		change->extack = NULL;
	if (put_back(io, change, live, diag) < 0)
		return -EIO;
	return change->policy == NT_POLICY_REQUIRE ? -ECANCELED : 0;
}

/* Takes over @live, which may be NULL. */
static void stands_by_itself(struct nt_change *change, char *live)
{
	change->outcome = NT_OUTCOME_APPLIED;
	change->err = 0;
	free(change->extack);
	change->extack = NULL;
	free(change->readback);
	change->readback = live;
}

/* What was refused is not in effect, but for what a reset of its device brought about. */
static int look_at_refused(struct nt_io *io, struct nt_change *change, char *live,
			   struct nt_diag *diag)
{
	if (!change->seen || change->domain->same(live, change->seen))
		return 0;
	if (!change->disturbed || change->err == ENOLINK ||
	    !change->domain->same(live, change->wanted))
		return take_back(io, change, live, diag);
	stands_by_itself(change, strdup(live));
	return change->readback ? 0 : nt_diag_err(diag, ENOMEM, "out of memory");
}

int nt_change_read_back(struct nt_io *io, struct nt_change *change, struct nt_diag *diag)
{
	nt_autofree char *live = malloc(NT_VALUE_MAX);
	int r = live ? change->domain->get(io, change->target, change->tunable, live,
					   NT_VALUE_MAX) : -ENOMEM;

	if (!live)
		return nt_diag_err(diag, ENOMEM, "out of memory");
	if (change->outcome != NT_OUTCOME_APPLIED)
		return r == 0 ? look_at_refused(io, change, live, diag) : 0;
	free(change->readback);
	change->readback = r == 0 ? strdup(live) : NULL;
	if (r == 0 && !change->readback)
		return nt_diag_err(diag, ENOMEM, "out of memory");
	return r == 0 && change->domain->same(live, change->wanted)
	       ? 0 : not_in_effect(io, change, r < 0 ? -r : 0, live, diag);
}

/* What is only kept is not written as long as it stands. */
static int stands(struct nt_io *io, const struct nt_change *change, bool *ret)
{
	nt_autofree char *live = change->kept ? malloc(NT_VALUE_MAX) : NULL;

	*ret = false;
	if (!change->kept)
		return 0;
	if (!live)
		return -ENOMEM;
	*ret = change->domain->get(io, change->target, change->tunable, live,
				   NT_VALUE_MAX) == 0 &&
	       change->domain->same(live, change->wanted);
	return 0;
}

/* Writes it, unless that is to no purpose; 0, or what ends the batch. */
static int apply_one(struct nt_io *io, struct nt_change *change, struct nt_diag *diag)
{
	struct nt_diag why = { 0 };
	bool stood;
	int r = stands(io, change, &stood), e;

	if (r < 0)
		return nt_diag_err(diag, ENOMEM, "out of memory");
	if (stood) {
		change->outcome = NT_OUTCOME_COMPLIANT;
		return 0;
	}
	r = change->domain->apply(io, change, &why);
	if (r == 0)
		change->outcome = NT_OUTCOME_APPLIED;
	else
		nt_change_refused(change, -r, why.message);
	e = nt_change_read_back(io, change, diag);
	if (e < 0)
		return e;
	/* The next change could take the last link that there is. */
	return r == -ENOLINK || (change->outcome != NT_OUTCOME_APPLIED &&
				 change->policy == NT_POLICY_REQUIRE) ? -ECANCELED : 0;
}

static int user_apply(struct nt_backend *backend, struct nt_io *io, struct nt_change **changes,
		      size_t n, struct nt_diag *diag)
{
	int r = 0;

	(void)backend;
	for (size_t i = 0; i < n && r == 0; i++)
		r = nt_interrupted() ? -EINTR : apply_one(io, changes[i], diag);
	return r;
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
