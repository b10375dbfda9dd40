// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules of nftables, through libnftables. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bond_live.h"
#include "core/slb_nft.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "lib/dl.h"
#include "nft_json.h"

struct nft_ctx;

#define OUTPUT_JSON (1U << 4) /* NFT_CTX_OUTPUT_JSON */

/* The few functions that we need; the interface is stable, its headers are not needed. */
static struct {
	struct nft_ctx *(*ctx_new)(uint32_t flags);
	void (*ctx_free)(struct nft_ctx *ctx);
	int (*buffer_output)(struct nft_ctx *ctx);
	const char *(*output)(struct nft_ctx *ctx);
	int (*buffer_error)(struct nft_ctx *ctx);
	const char *(*error)(struct nft_ctx *ctx);
	void (*output_set_flags)(struct nft_ctx *ctx, unsigned int flags);
	int (*run)(struct nft_ctx *ctx, const char *buf);
} lib;

static const struct nt_dl_symbol symbols[] = {
	{ "nft_ctx_new", &lib.ctx_new },
	{ "nft_ctx_free", &lib.ctx_free },
	{ "nft_ctx_buffer_output", &lib.buffer_output },
	{ "nft_ctx_get_output_buffer", &lib.output },
	{ "nft_ctx_buffer_error", &lib.buffer_error },
	{ "nft_ctx_get_error_buffer", &lib.error },
	{ "nft_ctx_output_set_flags", &lib.output_set_flags },
	{ "nft_run_cmd_from_buffer", &lib.run },
};

static void ctx_free_p(struct nft_ctx **ctx)
{
	if (*ctx)
		lib.ctx_free(*ctx);
}

static int open_ctx(struct nft_ctx **ret, struct nt_diag *diag)
{
	int r = nt_dl_load(NT_DL_NFTABLES, symbols, sizeof(symbols) / sizeof(*symbols));

	if (r < 0)
		return nt_diag_err(diag, EOPNOTSUPP, "nftables: libnftables.so.1 is not installed");
	*ret = lib.ctx_new(0);
	if (!*ret || lib.buffer_output(*ret) || lib.buffer_error(*ret))
		return nt_diag_err(diag, ENOMEM, "nftables: out of memory");
	return 0;
}

/* The first line; libnftables draws arrows below. */
static int report(struct nft_ctx *ctx, struct nt_diag *diag)
{
	const char *error = lib.error(ctx);
	int err = errno == EPERM ? EPERM : EOPNOTSUPP;

	return nt_diag_err(diag, err, "nftables: %.*s", (int)strcspn(error, "\n"),
			   *error ? error : strerror(err));
}

/* See struct nt_bond_ops. */
int nt_nft_has(struct nt_io *io, const char *table, const char *chain, bool *ret,
	       struct nt_diag *diag)
{
	const char *command = chain ? "list chains netdev" : "list tables netdev";
	nt_auto(ctx_free_p) struct nft_ctx *ctx = NULL;
	const char *text;
	int r = open_ctx(&ctx, diag);

	(void)io;
	if (r < 0)
		return r;
	lib.output_set_flags(ctx, OUTPUT_JSON);
	errno = 0;
	if (lib.run(ctx, command))
		return report(ctx, diag);
	text = lib.output(ctx);
	r = nt_nft_json_has(text, strlen(text), table, chain, ret);
	return r < 0 ? nt_diag_err(diag, -r, "nftables: %s: its answer makes no sense", command)
		     : 0;
}

static int run(const char *commands, struct nt_diag *diag)
{
	nt_auto(ctx_free_p) struct nft_ctx *ctx = NULL;
	int r = open_ctx(&ctx, diag);

	if (r < 0)
		return r;
	errno = 0;
	return lib.run(ctx, commands) ? report(ctx, diag) : 0;
}

/* What was learnt is kept when only the active port is another. */
static int write_rules(const struct nt_bond *bond, int active, bool run_made, char *buf,
		       struct nt_diag *diag)
{
	char mark[NT_SLB_NFT_MARK_MAX], table[NT_NFT_TABLE_MAX];
	bool same_ports = false, was_run_made = false;
	int r;

	nt_slb_nft_mark(bond, mark);
	nt_nft_table_name(bond->name, table);
	r = nt_nft_has(NULL, table, mark, &same_ports, diag);
	if (r == 0)
		r = nt_nft_has(NULL, table, NT_SLB_NFT_RUN, &was_run_made, diag);
	if (r < 0)
		return r;
	r = same_ports && was_run_made == run_made
	    ? nt_slb_nft_switch(bond, table, active, buf, NT_SLB_NFT_MAX)
	    : nt_slb_nft_rules(bond, table, active, run_made, buf, NT_SLB_NFT_MAX);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: no rules of nft can be made with these names",
				   bond->name);
	return run(buf, diag);
}

/* See struct nt_bond_ops. */
int nt_nft_set(struct nt_io *io, const struct nt_bond *bond, int active, bool run_made,
	       struct nt_diag *diag)
{
	nt_autofree char *buf = malloc(NT_SLB_NFT_MAX);
	char table[NT_NFT_TABLE_MAX];
	int r;

	(void)io;
	if (!buf)
		return nt_diag_err(diag, ENOMEM, "nftables: out of memory");
	if (active != NT_NFT_NO_TABLE)
		return write_rules(bond, active, run_made, buf, diag);
	nt_nft_table_name(bond->name, table);
	r = nt_slb_nft_remove(table, buf, NT_SLB_NFT_MAX);
	return r < 0 ? nt_diag_err(diag, -r, "%s: cannot name a table of nft", bond->name)
		     : run(buf, diag);
}
