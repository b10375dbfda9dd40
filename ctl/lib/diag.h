/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong, in words, returned to the caller who decides whether to print it.
 *
 * Object first, then fact and limit; no capital, no full stop:
 * "profiles/server.conf:12:8: unknown key net.core.rmem_mx, did you mean net.core.rmem_max".
 */
#ifndef NT_LIB_DIAG_H
#define NT_LIB_DIAG_H

#include <stdbool.h>

#define NT_DIAG_MAX 768U

/**
 * struct nt_diag - the first error of an operation
 * @err: positive errno, 0 when nothing was reported
 * @refused: a safety rule refused, rather than the host or the input failing
 * @message: one line for the operator, without a newline
 *
 * Lives on the caller's stack, owns nothing. The first report wins: what an outer function adds
 * would only hide the cause.
 */
struct nt_diag {
	int err;
	bool refused;
	char message[NT_DIAG_MAX];
};

/**
 * nt_diag_err() - report an error
 * @diag: where to, or NULL
 * @err: positive errno
 * @format: printf format of the message
 *
 * Return: -@err, so that callers write "return nt_diag_err(...)".
 */
int nt_diag_err(struct nt_diag *diag, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * nt_diag_refuse() - report that a safety rule refused (exit code 3)
 * @diag: where to, or NULL
 * @format: printf format of the message
 *
 * Return: -EPERM
 */
int nt_diag_refuse(struct nt_diag *diag, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
