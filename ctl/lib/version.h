/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The version, which the Makefile reads from here too. */
#ifndef NT_LIB_VERSION_H
#define NT_LIB_VERSION_H

#define NT_VERSION "0.1.0"

#endif
