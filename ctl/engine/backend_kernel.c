// SPDX-License-Identifier: GPL-2.0-or-later
/* The backend that hands batches to nettune.ko. */
#include "backend.h"

#include <errno.h>

#include "lib/diag.h"

int nt_backend_kernel_open(struct nt_backend **ret, struct nt_diag *diag)
{
	(void)ret;
	return nt_diag_err(diag, ENOENT, "--backend kernel: nettune.ko is not loaded");
}
