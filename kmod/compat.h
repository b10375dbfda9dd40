/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only file that knows differences between kernels. It is written by what
 * the headers offer, never by version numbers, since stable kernels take APIs
 * from newer ones.
 */
#ifndef NT_COMPAT_H
#define NT_COMPAT_H

#endif /* NT_COMPAT_H */
