// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nettunectl bond run: balance-slb by rules of nft, for as long as this runs. Rules that "enable
 * --nft" made stay at its end; what it made goes, or what one made that was killed.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd/bond.h"
#include "core/slb_nft.h"
#include "io/bond.h"
#include "io/link_events.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

/* Whether somebody removed the rules is looked at this often; nobody tells us. */
#define LOOK_MS 2000

/* Events of one failover come in a bundle. */
#define SETTLE_MS 5

/* Of refresh(): nettune.ko serves the bond now. */
#define TAKEN_OVER 1

/**
 * struct keeper - what the rules are now
 * @active: index of the active port, 0 for none
 * @mark: the ports that they are for, "" before the first
 * @keep: a transaction made them, or has taken them over since
 */
struct keeper {
	const struct nt_call *call;
	int active;
	char mark[NT_SLB_NFT_MARK_MAX];
	bool keep;
};

static bool usable(const struct nt_bond_port *port)
{
	return port && port->up && port->carrier;
}

/* The active port stays so while it can. */
static int choose(const struct nt_bond *bond, int active)
{
	if (active && usable(nt_bond_port(bond, active)))
		return active;
	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		if (usable(&bond->ports[i]))
			return bond->ports[i].ifindex;
	return 0;
}

static bool rules_gone(struct nt_io *io, const char *bond)
{
	struct nt_diag ignored = { 0 };
	char table[NT_NFT_TABLE_MAX];
	bool there = true;

	nt_nft_table_name(bond, table);
	return nt_io_nft_has(io, table, NULL, &there, &ignored) == 0 && !there;
}

/* Rules without our mark are somebody's who counts on them. */
static bool rules_of_others(struct nt_io *io, const char *bond)
{
	struct nt_diag ignored = { 0 };
	char table[NT_NFT_TABLE_MAX];
	bool there = false, ours = false;

	nt_nft_table_name(bond, table);
	return nt_io_nft_has(io, table, NULL, &there, &ignored) == 0 && there &&
	       nt_io_nft_has(io, table, NT_SLB_NFT_RUN, &ours, &ignored) == 0 && !ours;
}

static void tell(const struct keeper *keeper, const struct nt_bond *bond, const char *why)
{
	if (keeper->call->quiet)
		return;
	printf("%s: active port %s%s\n", bond->name, nt_bond_port_name(bond, keeper->active), why);
	fflush(stdout);
}

static int check_settings(const struct nt_bond *bond, struct nt_diag *diag)
{
	if (bond->value[NT_BOND_MODE] == NT_BOND_MODE_XOR &&
	    bond->value[NT_BOND_POLICY] == NT_BOND_POLICY_VLAN_SRCMAC)
		return 0;
	return nt_diag_err(diag, EOPNOTSUPP, "%s: is not set up for balance-slb; see 'nettunectl "
			   "bond check %s'", bond->name, bond->name);
}

static bool module_serves(struct nt_io *io, const char *bond)
{
	struct nt_diag ignored = { 0 };
	struct nt_slb_state state;

	return nt_io_slb_get(io, bond, &state, &ignored) == 0;
}

/* Whose rules these are to be from now on. Where they are gone, who made them wants them so. */
static int write_rules(struct keeper *keeper, const struct nt_bond *bond, int active, bool gone,
		       struct nt_diag *diag)
{
	struct nt_io *io = keeper->call->io;
	int r;

	keeper->keep = !gone && (keeper->keep || rules_of_others(io, bond->name));
	r = nt_io_nft_set(io, bond, active, !keeper->keep, diag);
	if (r < 0)
		return r;
	keeper->active = active;
	nt_slb_nft_mark(bond, keeper->mark);
	tell(keeper, bond, gone ? "; the rules were gone, and are there again" : "");
	return 0;
}

/* Writes only what differs. 0, TAKEN_OVER, or a negative errno. */
static int refresh(struct keeper *keeper, struct nt_diag *diag)
{
	const char *name = keeper->call->args[1];
	char mark[NT_SLB_NFT_MARK_MAX];
	struct nt_bond bond;
	bool gone;
	int r = nt_io_bond_get(keeper->call->io, name, &bond, diag), active;

	if (r == 0)
		r = check_settings(&bond, diag);
	if (r < 0)
		return r;
	active = choose(&bond, keeper->active);
	nt_slb_nft_mark(&bond, mark);
	gone = keeper->mark[0] && rules_gone(keeper->call->io, name);
	if (!gone && active == keeper->active && !strcmp(mark, keeper->mark))
		return 0;
	/* An undo or an apply: these do not wait for us. */
	if (gone && module_serves(keeper->call->io, name))
		return TAKEN_OVER;
	return write_rules(keeper, &bond, active, gone, diag);
}

/* 0 to look again, 1 to end. */
static int wait_for_something(int events, int signals)
{
	struct pollfd fds[] = {
		{ .fd = events, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	if (poll(fds, 2, LOOK_MS) < 0)
		return -errno;
	if (fds[1].revents)
		return 1;
	if (fds[0].revents)
		poll(&fds[1], 1, SETTLE_MS);
	nt_link_events_drain(events);
	return 0;
}

static int watch(struct keeper *keeper, int events, int signals, struct nt_diag *diag)
{
	int r = 0, ended = 0;

	while (r == 0 && !ended) {
		r = refresh(keeper, diag);
		if (r == 0)
			ended = wait_for_something(events, signals);
	}
	if (r == 0 && ended < 0)
		r = nt_diag_err(diag, -ended, "bond run: cannot wait: %s", strerror(-ended));
	if (r == TAKEN_OVER && !keeper->call->quiet)
		printf("%s: nettune.ko does balance-slb now\n", keeper->call->args[1]);
	return r < 0 ? r : 0;
}

static int clean_up(const struct keeper *keeper, struct nt_diag *diag)
{
	struct nt_bond bond = { 0 };

	/* The name is enough, and the bond itself may be gone. */
	snprintf(bond.name, sizeof(bond.name), "%s", keeper->call->args[1]);
	if (keeper->keep || !keeper->mark[0] || rules_of_others(keeper->call->io, bond.name))
		return 0;
	return nt_io_nft_set(keeper->call->io, &bond, NT_NFT_NO_TABLE, false, diag);
}

static int check_fit(const struct nt_bond_view *view, struct nt_diag *diag)
{
	const struct nt_bond *bond = &view->fact.bond;

	if (view->fact.slb.engine == NT_SLB_MODULE)
		return nt_diag_err(diag, EBUSY, "%s: nettune.ko does balance-slb; 'nettunectl bond "
				   "disable %s' first", bond->name, bond->name);
	return check_settings(bond, diag);
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void print_weaknesses(const struct nt_call *call)
{
	if (call->quiet)
		return;
	fprintf(stderr, "nettunectl: without nettune.ko:\n");
	for (unsigned int i = 0; nt_slb_nft_weakness(i); i++)
		fprintf(stderr, "  - %s\n", nt_slb_nft_weakness(i));
}

static int keep_rules(const struct nt_call *call, struct nt_diag *diag)
{
	struct keeper keeper = { .call = call };
	nt_autoclose int signals = open_signals();
	nt_autoclose int events = nt_link_events_open();
	struct nt_diag cleaning = { 0 };
	struct nt_bond_view view;
	int r = nt_bond_look(call, &view, diag), cleaned;

	if (r == 0)
		r = check_fit(&view, diag);
	if (r == 0 && (signals < 0 || events < 0))
		r = nt_diag_err(diag, EIO, "bond run: cannot listen to signals or links");
	if (r < 0)
		return r;
	print_weaknesses(call);
	r = watch(&keeper, events, signals, diag);
	cleaned = clean_up(&keeper, &cleaning);
	if (cleaned < 0 && r == 0)
		r = nt_diag_err(diag, -cleaned, "%s", cleaning.message);
	return r;
}

enum nt_exit nt_bond_run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_bond_claim claim;
	int r = geteuid() == 0 ? 0 : -EPERM;

	if (r < 0)
		nt_diag_err(diag, EPERM, "bond run: changes the host, which needs root; try sudo");
	else
		r = nt_bond_claim(call, &claim, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	r = keep_rules(call, diag);
	nt_bond_release(&claim);
	return r < 0 ? nt_exit_for(r, diag) : NT_EXIT_DONE;
}
