/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations of the test client, in words.
 */
#ifndef NT_TEST_CLIENT_OP_H
#define NT_TEST_CLIENT_OP_H

#include "../../ctl/engine/nettune_genl.h"

int client_op_parse(char *text, struct nt_genl_op *ret_op);
void client_op_free(struct nt_genl_op *op);

#endif
