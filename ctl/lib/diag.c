// SPDX-License-Identifier: GPL-2.0-or-later
/* Diags: errors in words. See diag.h. */
#include "diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static void report(struct nt_diag *diag, int err, bool refused, const char *format, va_list args)
{
	if (!diag || diag->err)
		return;

	diag->err = err;
	diag->refused = refused;
	vsnprintf(diag->message, sizeof(diag->message), format, args);
}

int nt_diag_err(struct nt_diag *diag, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(diag, err, false, format, args);
	va_end(args);
	return -err;
}

int nt_diag_refuse(struct nt_diag *diag, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(diag, EPERM, true, format, args);
	va_end(args);
	return -EPERM;
}
