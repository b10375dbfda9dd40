/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Release of owned things at the end of a scope, so that error paths cannot forget one.
 */
#ifndef NT_LIB_CLEANUP_H
#define NT_LIB_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void nt_free_p(void *p)
{
	free(*(void **)p);
}

static inline void nt_close_p(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void nt_fclose_p(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void nt_closedir_p(DIR **d)
{
	if (*d)
		closedir(*d);
}

#define nt_auto(fn)    __attribute__((cleanup(fn)))
#define nt_autofree    nt_auto(nt_free_p)
#define nt_autoclose   nt_auto(nt_close_p)
#define nt_autofclose  nt_auto(nt_fclose_p)
#define nt_autoclosedir nt_auto(nt_closedir_p)

#endif
