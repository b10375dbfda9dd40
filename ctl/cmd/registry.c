// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of commands, built from cmds.def, and what their errors exit with. */
#include "cmd.h"

#include <errno.h>

#include "lib/diag.h"

#define NT_CMD(command) &nt_cmd_##command,
const struct nt_cmd *const nt_cmds[] = {
#include "cmds.def"
	NULL,
};
#undef NT_CMD

enum nt_exit nt_exit_for(int err, const struct nt_diag *diag)
{
	if (diag && diag->refused)
		return NT_EXIT_REFUSED;
	switch (-err) {
	case EPERM:
	case EACCES:
		return NT_EXIT_PRIVILEGE;
	case EBUSY:
		return NT_EXIT_BUSY;
	case EOPNOTSUPP:
		return NT_EXIT_UNSUPPORTED;
	case EINVAL:
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case ENAMETOOLONG:
	case ELOOP:
	case E2BIG:
	case ERANGE:
	case EOVERFLOW:
	case ENODATA:
		return NT_EXIT_USAGE;
	default:
		return NT_EXIT_FAILED;
	}
}
