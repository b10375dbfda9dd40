/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module's version; dkms.conf repeats it, tests/lint/spec.py compares.
 */
#ifndef NT_VERSION_H
#define NT_VERSION_H

#define NT_VERSION "0.1.0"

#endif /* NT_VERSION_H */
