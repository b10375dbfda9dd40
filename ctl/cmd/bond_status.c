// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl bond status and watch: ports, table and counters, with what they mean. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd/bond.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "lib/out.h"

#define WATCH_MS 1000

static const char *engine_name(enum nt_slb_engine engine)
{
	static const char *const names[] = {
		[NT_SLB_OFF] = "off", [NT_SLB_MODULE] = "module", [NT_SLB_NFT] = "nft",
		[NT_SLB_RUN] = "run",
	};

	return names[engine];
}

static const struct nt_slb_port *slb_port(const struct nt_bond_view *view, int ifindex)
{
	for (size_t i = 0; i < view->state.n_ports; i++)
		if (view->state.ports[i].ifindex == ifindex)
			return &view->state.ports[i];
	return NULL;
}

/* ---- JSON ---- */

static json_t *counters_json(const uint64_t counter[NT_SLB_COUNTERS])
{
	json_t *object = json_object();

	for (unsigned int i = 0; i < NT_SLB_COUNTERS; i++)
		json_object_set_new(object, nt_slb_counter_name((enum nt_slb_counter)i),
				    json_integer((json_int_t)counter[i]));
	return object;
}

static json_t *port_json(const struct nt_bond_view *view, const struct nt_bond_port *port)
{
	const struct nt_slb_port *slb = slb_port(view, port->ifindex);
	json_t *object = json_pack("{ss, sb, sb, sb}", "name", port->name, "up", port->up,
				   "carrier", port->carrier, "active",
				   slb && port->ifindex == view->state.active);

	if (slb)
		json_object_set_new(object, "usable", json_boolean(slb->usable));
	if (slb)
		json_object_set_new(object, "counters", counters_json(slb->counter));
	return object;
}

static json_t *bond_json(const struct nt_bond *bond)
{
	char text[NT_BOND_TEXT_MAX];
	json_t *object = json_object();

	for (unsigned int i = 0; i < NT_BOND_MIIMON; i++) {
		nt_bond_format((enum nt_bond_field)i, bond->value[i], text, sizeof(text));
		json_object_set_new(object, nt_bond_field_name((enum nt_bond_field)i),
				    json_string(text));
	}
	json_object_set_new(object, "miimon_ms", json_integer(bond->value[NT_BOND_MIIMON]));
	json_object_set_new(object, "arp_interval_ms", json_integer(bond->arp_interval_ms));
	return object;
}

static json_t *status_json(const struct nt_bond_view *view)
{
	const struct nt_bond *bond = &view->fact.bond;
	json_t *ports = json_array(), *root;

	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		json_array_append_new(ports, port_json(view, &bond->ports[i]));
	root = json_pack("{ss, ss, so, ss, sb, so}", "schema", NT_BOND_SCHEMA, "bond", bond->name,
			 "settings", bond_json(bond), "slb", engine_name(view->fact.slb.engine),
			 "module", view->fact.module, "ports", ports);
	if (view->fact.slb.engine != NT_SLB_MODULE)
		return root;
	json_object_set_new(root, "table",
			    json_pack("{si, si, si}", "macs", (int)view->state.macs, "macs_max",
				      (int)view->state.config.macs_max, "bytes",
				      (int)view->state.table_bytes));
	json_object_set_new(root, "counters", counters_json(view->state.counter));
	return root;
}

/* ---- text ---- */

static uint64_t dropped_of(const uint64_t counter[NT_SLB_COUNTERS])
{
	return counter[NT_SLB_MC_NONACTIVE] + counter[NT_SLB_OWN_SOURCE] +
	       counter[NT_SLB_REFLECTED] + counter[NT_SLB_GARP_LOCKED];
}

static void print_ports(const struct nt_bond_view *view)
{
	const struct nt_bond *bond = &view->fact.bond;
	struct nt_table table = { 0 };

	nt_table_row(&table, NT_COLOR_BOLD,
		     (const char *[]){ "port", "link", "part", "frames in", "dropped" }, 5);
	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++) {
		const struct nt_bond_port *port = &bond->ports[i];
		const struct nt_slb_port *slb = slb_port(view, port->ifindex);
		bool active = slb && port->ifindex == view->state.active;
		const uint64_t *n = slb ? slb->counter : NULL;
		char in[24] = "-", dropped[24] = "-";

		if (n) {
			snprintf(in, sizeof(in), "%" PRIu64, n[NT_SLB_RX]);
			snprintf(dropped, sizeof(dropped), "%" PRIu64, dropped_of(n));
		}
		nt_table_row(&table, active ? NT_COLOR_GOOD : NT_COLOR_PLAIN,
			     (const char *[]){ port->name,
					       port->carrier && port->link_up ? "up" : "down",
					       active ? "active" : "-", in, dropped }, 5);
	}
	nt_table_print(&table);
}

static void print_counters(const uint64_t counter[NT_SLB_COUNTERS])
{
	struct nt_table table = { 0 };

	for (unsigned int i = 0; i < NT_SLB_COUNTERS; i++) {
		char number[24];

		snprintf(number, sizeof(number), "%" PRIu64, counter[i]);
		nt_table_row(&table, counter[i] ? NT_COLOR_PLAIN : NT_COLOR_DIM,
			     (const char *[]){ nt_slb_counter_name((enum nt_slb_counter)i), number,
					       nt_slb_counter_meaning((enum nt_slb_counter)i) }, 3);
	}
	nt_table_print(&table);
}

static void print_status(const struct nt_bond_view *view)
{
	static const char *const by[] = {
		[NT_SLB_OFF] = "off",
		[NT_SLB_MODULE] = "on, by nettune.ko",
		[NT_SLB_NFT] = "on, by rules of nft (no counters)",
		[NT_SLB_RUN] = "on, by rules of nft that 'bond run' made (no counters)",
	};
	const struct nt_bond *bond = &view->fact.bond;
	char mode[NT_BOND_TEXT_MAX], policy[NT_BOND_TEXT_MAX];

	nt_bond_format(NT_BOND_MODE, bond->value[NT_BOND_MODE], mode, sizeof(mode));
	nt_bond_format(NT_BOND_POLICY, bond->value[NT_BOND_POLICY], policy, sizeof(policy));
	printf("%s: mode %s, policy %s, miimon %u ms\nbalance-slb: %s\n", bond->name, mode, policy,
	       bond->value[NT_BOND_MIIMON], by[view->fact.slb.engine]);
	if (view->fact.slb.engine == NT_SLB_MODULE)
		printf("active port: %s; remembers %u of %u addresses, %u KiB\n",
		       nt_bond_port_name(bond, view->state.active), view->state.macs,
		       view->state.config.macs_max, view->state.table_bytes / 1024);
	printf("\n");
	print_ports(view);
	if (view->fact.slb.engine == NT_SLB_MODULE) {
		printf("\n");
		print_counters(view->state.counter);
	}
}

enum nt_exit nt_bond_status(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_bond_view view;
	int r = nt_bond_look(call, &view, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	if (call->json)
		nt_out_json(status_json(&view));
	else
		print_status(&view);
	return NT_EXIT_DONE;
}

/* ---- watch ---- */

/* A line of JSON each time, for programs; for other files a line that changes with the counters. */
static void print_line(const struct nt_bond_view *view)
{
	const uint64_t *n = view->state.counter;

	printf("%s: slb %s, active %s, macs %u, in %" PRIu64 ", mc-nonactive %" PRIu64
	       ", reflected %" PRIu64 ", active-changes %" PRIu64 "\n", view->fact.bond.name,
	       engine_name(view->fact.slb.engine),
	       nt_bond_port_name(&view->fact.bond, view->state.active), view->state.macs,
	       n[NT_SLB_RX], n[NT_SLB_MC_NONACTIVE], n[NT_SLB_REFLECTED],
	       n[NT_SLB_ACTIVE_CHANGES]);
}

static void print_json_line(const struct nt_bond_view *view)
{
	json_t *root = status_json(view);

	json_dumpf(root, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(root);
}

static void redraw(const struct nt_call *call, const struct nt_bond_view *view)
{
	bool screen = !call->json && isatty(STDOUT_FILENO);

	if (screen)
		printf("\033[H\033[J");
	if (call->json)
		print_json_line(view);
	else if (screen)
		print_status(view);
	else
		print_line(view);
	if (screen)
		printf("\nCtrl-C ends\n");
	fflush(stdout);
}

/* Until it is time, or a signal tells to end: -EINTR. */
static int wait_a_second(int signals)
{
	struct pollfd fd = { .fd = signals, .events = POLLIN };
	int n = poll(&fd, 1, WATCH_MS);

	return n > 0 ? -EINTR : n < 0 ? -errno : 0;
}

/* The second screen of the terminal, so that the first is as it was afterwards. */
static void enter_screen(bool enter)
{
	printf(enter ? "\033[?1049h\033[?25l" : "\033[?25h\033[?1049l");
	fflush(stdout);
}

static int watch(const struct nt_call *call, int signals, struct nt_diag *diag)
{
	struct nt_bond_view view;
	int r = 0;

	while (r == 0) {
		r = nt_bond_look(call, &view, diag);
		if (r < 0)
			return r;
		redraw(call, &view);
		/* Nobody reads any more ("| head"). */
		if (ferror(stdout))
			return 0;
		r = wait_a_second(signals);
	}
	return r == -EINTR ? 0 : r;
}

enum nt_exit nt_bond_watch(const struct nt_call *call, struct nt_diag *diag)
{
	bool screen = !call->json && isatty(STDOUT_FILENO);
	nt_autoclose int signals = -1;
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0)
		return nt_exit_for(nt_diag_err(diag, errno, "bond watch: %s", strerror(errno)),
				   diag);
	if (screen)
		enter_screen(true);
	r = watch(call, signals, diag);
	if (screen)
		enter_screen(false);
	return r < 0 ? nt_exit_for(r, diag) : NT_EXIT_DONE;
}
