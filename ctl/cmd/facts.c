// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl facts: what this host is, for people or for plan --facts. */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "core/busy_poll.h"
#include "core/facts.h"
#include "core/idset.h"
#include "core/profile.h"
#include "facts/facts_read.h"
#include "lib/diag.h"
#include "lib/out.h"
#include "tunable/tunable.h"

#define GIB ((double)(UINT64_C(1) << 30))

enum { OPTION_GROUP };

static const struct nt_option options[] = {
	{ "group", "NAME,...", "only these groups" },
	{ NULL, NULL, NULL },
};

/* ---- text ---- */

static void print_title(const char *title)
{
	printf("%s%s%s\n", nt_out_color(NT_COLOR_BOLD), title, nt_out_color(NT_COLOR_PLAIN));
}

static void print_kernel(const struct nt_facts *facts)
{
	const struct nt_kernel_facts *k = &facts->kernel;

	print_title("Kernel");
	printf("  Linux %s on %s, virtualization: %s\n", k->release, k->machine,
	       k->virtualization);
	printf("  network namespace: %s%s\n", k->netns[0] ? k->netns : "our own",
	       k->init_netns ? ", the initial one" : ", not the initial one");
}

static void print_cpu(const struct nt_facts *facts)
{
	const struct nt_cpu_facts *c = &facts->cpu;

	print_title("CPUs");
	printf("  %u online of %u possible, %u socket%s, %u NUMA node%s, %u thread%s per core\n",
	       c->online, c->possible, c->sockets, c->sockets == 1 ? "" : "s", c->numa_nodes,
	       c->numa_nodes == 1 ? "" : "s", c->threads_per_core,
	       c->threads_per_core == 1 ? "" : "s");
	printf("  isolated: %s\n", c->isolated[0] ? c->isolated : "none");
}

static void print_memory(const struct nt_facts *facts)
{
	const struct nt_memory_facts *m = &facts->memory;

	print_title("Memory");
	printf("  %.1f GiB, pages of %u bytes\n", (double)m->total_bytes / GIB, m->page_bytes);
	printf("  in sockets: TCP %" PRIu64 " pages, UDP %" PRIu64 " pages\n", m->tcp_pages,
	       m->udp_pages);
}

static void print_sysctls(const struct nt_facts *facts)
{
	static const char *const states[] = {
		[NT_SYSCTL_PRESENT] = "",
		[NT_SYSCTL_ABSENT] = "absent",
		[NT_SYSCTL_READONLY] = "read-only",
		[NT_SYSCTL_REFUSED] = "refused",
	};
	struct nt_table table = { 0 };

	print_title("Sysctls");
	for (size_t i = 0; i < facts->n_sysctls; i++) {
		const struct nt_sysctl_fact *fact = &facts->sysctls[i];
		const char *words = nt_tunable_sysctl.describe(fact->key);
		bool here = fact->state == NT_SYSCTL_PRESENT;

		nt_table_row(&table, here ? NT_COLOR_PLAIN : NT_COLOR_DIM,
			     (const char *const[]){ fact->key, fact->value, states[fact->state],
						    words ? words : "" }, 4);
	}
	nt_table_print(&table);
}

/* One line for all of them: "WORDS: tcp_bbr, sch_fq". */
static void print_unseen(const struct nt_facts *facts, enum nt_module_fact_state state,
			 const char *words)
{
	char line[2048];
	size_t len = 0;

	for (size_t i = 0; i < facts->n_modules && len < sizeof(line); i++)
		if (facts->modules[i].state == state)
			len += (size_t)snprintf(line + len, sizeof(line) - len, "%s%s",
						len ? ", " : words, facts->modules[i].name);
	if (len)
		nt_out_wrapped(line, 2);
}

static void print_modules(const struct nt_facts *facts)
{
	static const char *const states[] = {
		[NT_MODFACT_UNKNOWN] = NULL,
		[NT_MODFACT_IMPOSSIBLE] = NULL,
		[NT_MODFACT_ABSENT] = "not installed",
		[NT_MODFACT_FORBIDDEN] = "forbidden by modprobe.d",
		[NT_MODFACT_LOADABLE] = "can be loaded",
		[NT_MODFACT_LOADED] = "loaded",
		[NT_MODFACT_BUILTIN] = "part of the kernel",
	};
	struct nt_table table = { 0 };

	print_title("Modules");
	for (size_t i = 0; i < facts->n_modules; i++)
		if (states[facts->modules[i].state])
			nt_table_row(&table, NT_COLOR_PLAIN,
				     (const char *const[]){ facts->modules[i].name,
							    states[facts->modules[i].state] }, 2);
	nt_table_print(&table);
	print_unseen(facts, NT_MODFACT_UNKNOWN, "cannot be told, without an index of modules: ");
	print_unseen(facts, NT_MODFACT_IMPOSSIBLE,
		     "not to be seen, and this kernel cannot load modules: ");
}

static const char *link_name(const struct nt_facts *facts, int ifindex)
{
	for (size_t i = 0; i < facts->n_links; i++)
		if (facts->links[i].ifindex == ifindex)
			return facts->links[i].name;
	return "-";
}

static void add_link(const struct nt_facts *facts, const struct nt_link_fact *link,
		     struct nt_table *table)
{
	char queues[32], speed[32] = "-", mtu[16], node[16] = "-";

	snprintf(queues, sizeof(queues), "%u/%u", link->rx_queues, link->tx_queues);
	snprintf(mtu, sizeof(mtu), "%u", link->mtu);
	if (link->speed_mbps)
		snprintf(speed, sizeof(speed), "%u Mb/s", link->speed_mbps);
	if (link->numa_node >= 0)
		snprintf(node, sizeof(node), "%d", link->numa_node);
	nt_table_row(table, link->up ? NT_COLOR_PLAIN : NT_COLOR_DIM,
		     (const char *const[]){ link->name, link->driver[0] ? link->driver : link->kind,
					    link->up ? link->carrier ? "up" : "no carrier" : "down",
					    speed, mtu, queues, node,
					    link_name(facts, link->master_ifindex) }, 8);
}

static void print_links(const struct nt_facts *facts)
{
	static const char *const head[] = { "DEVICE", "DRIVER", "STATE", "SPEED", "MTU", "RX/TX",
					    "NODE", "MASTER" };
	struct nt_table table = { 0 };

	print_title("Devices");
	nt_table_row(&table, NT_COLOR_BOLD, head, 8);
	for (size_t i = 0; i < facts->n_links; i++)
		add_link(facts, &facts->links[i], &table);
	nt_table_print(&table);
}

/* "node 1: 8-15,24-31", and what lies nowhere. */
static void print_node(const struct nt_facts *facts, int node, struct nt_idset *cpus)
{
	char list[2048];

	*cpus = (struct nt_idset){ { 0 } };
	for (size_t i = 0; i < facts->n_cpus; i++)
		if (facts->cpus[i].node == node)
			nt_idset_add(cpus, facts->cpus[i].cpu);
	if (!nt_idset_size(cpus) || nt_idset_format(cpus, list, sizeof(list)) < 0)
		return;
	if (node < 0)
		printf("  no node: %s\n", list);
	else
		printf("  node %d: %s\n", node, list);
}

static void print_topology(const struct nt_facts *facts)
{
	struct nt_idset cpus, seconds = { { 0 } };
	char list[2048];
	int nodes = 0;

	print_title("Topology");
	for (size_t i = 0; i < facts->n_cpus; i++) {
		if (facts->cpus[i].node >= nodes)
			nodes = facts->cpus[i].node + 1;
		if (facts->cpus[i].core != facts->cpus[i].cpu)
			nt_idset_add(&seconds, facts->cpus[i].cpu);
	}
	for (int node = -1; node < nodes; node++)
		print_node(facts, node, &cpus);
	if (nt_idset_size(&seconds) && nt_idset_format(&seconds, list, sizeof(list)) == 0)
		printf("  second threads of a core: %s\n", list);
	if (facts->topology_source != NT_TOPOLOGY_UNTOLD)
		printf("  as told by %s\n", nt_topology_source_name(facts->topology_source));
}

/* "8 of 64", "4/4 of 8/8" for those who have rx and tx apart. */
static void say_channels(const struct nt_nic_fact *nic, char *buf, size_t size)
{
	const struct nt_nic_channels *c = &nic->channels;

	if (!(nic->has & NT_NIC_HAS_CHANNELS))
		snprintf(buf, size, "-");
	else if (c->combined_max)
		snprintf(buf, size, "%u of %u", c->combined, c->combined_max);
	else
		snprintf(buf, size, "%u/%u of %u/%u", c->rx, c->tx, c->rx_max, c->tx_max);
}

/* What stands in the way of changes. */
static void say_holders(const struct nt_nic_fact *nic, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	if (nic->rdma)
		len += (size_t)snprintf(buf + len, size - len, "RDMA ");
	if (nic->link.xdp || nic->link.xdp_generic)
		len += (size_t)snprintf(buf + len, size - len, "XDP ");
	if (nic->holders.xsk)
		len += (size_t)snprintf(buf + len, size - len, "AF_XDP ");
	if (nic->holders.providers)
		len += (size_t)snprintf(buf + len, size - len, "memory-provider ");
	if (nic->holders.n_contexts)
		len += (size_t)snprintf(buf + len, size - len, "%u RSS-contexts ",
					nic->holders.n_contexts);
	if (nic->n_ntuple)
		snprintf(buf + len, size - len, "%u ntuple", nic->n_ntuple);
}

static void add_nic(const struct nt_nic_fact *nic, struct nt_table *table)
{
	char channels[48], rings[64] = "-", rss[16] = "-", irqs[16], holders[96];

	say_channels(nic, channels, sizeof(channels));
	say_holders(nic, holders, sizeof(holders));
	if (nic->has & NT_NIC_HAS_RINGS)
		snprintf(rings, sizeof(rings), "%u/%u of %u/%u", nic->rings.rx, nic->rings.tx,
			 nic->rings.rx_max, nic->rings.tx_max);
	if (nic->has & NT_NIC_HAS_RSS)
		snprintf(rss, sizeof(rss), "%u", nic->rss->n_table);
	snprintf(irqs, sizeof(irqs), "%zu", nic->n_irqs);
	nt_table_row(table, NT_COLOR_PLAIN,
		     (const char *const[]){ nic->name, channels, rings, rss, irqs, holders }, 6);
}

static void print_nics(const struct nt_facts *facts)
{
	static const char *const head[] = { "DEVICE", "CHANNELS", "RINGS RX/TX", "RSS", "IRQS",
					    "HELD BY" };
	struct nt_table table = { 0 };

	print_title("What devices can be told");
	if (!facts->n_nics) {
		printf("  none\n");
		return;
	}
	nt_table_row(&table, NT_COLOR_BOLD, head, 6);
	for (size_t i = 0; i < facts->n_nics; i++)
		add_nic(&facts->nics[i], &table);
	nt_table_print(&table);
}

static void print_listeners(const struct nt_facts *facts)
{
	print_title("Listening ports");
	for (size_t i = 0; i < facts->n_listeners; i++)
		printf("%s%s %u", i ? ", " : "  ",
		       facts->listeners[i].protocol == IPPROTO_TCP ? "tcp" : "udp",
		       facts->listeners[i].port);
	printf("%s\n", facts->n_listeners ? "" : "  none");
}

static void print_owners(const struct nt_facts *facts)
{
	print_title("Other owners");
	for (size_t i = 0; i < facts->n_owners; i++) {
		const struct nt_owner_fact *o = &facts->owners[i];

		if (o->key[0])
			printf("  %s = %s (%s:%u)\n", o->key, o->value, o->file, o->line);
		else
			printf("  %s%s%s%s%s\n", o->owner, o->value[0] ? ": " : " runs", o->value,
			       o->file[0] ? ", " : "", o->file);
	}
	if (!facts->n_owners)
		printf("  none\n");
}

static void print_bonds(const struct nt_facts *facts)
{
	print_title("Bonds");
	for (size_t i = 0; i < facts->n_bonds; i++) {
		const struct nt_bond *bond = &facts->bonds[i].bond;
		char mode[NT_BOND_TEXT_MAX], slb[NT_BOND_TEXT_MAX];

		nt_bond_format(NT_BOND_MODE, bond->value[NT_BOND_MODE], mode, sizeof(mode));
		nt_slb_format(&facts->bonds[i].slb, slb, sizeof(slb));
		printf("  %s: mode %s, miimon %u ms, ports: %zu, balance-slb %s\n", bond->name,
		       mode, bond->value[NT_BOND_MIIMON], bond->n_ports, slb);
	}
	if (!facts->n_bonds)
		printf("  none\n");
}

static void print_management(const struct nt_facts *facts)
{
	static const char *const head[] = { "DEVICE", "NAMESPACE", "WHY" };
	struct nt_table table = { 0 };

	print_title("Devices that carry you (changed with --confirm only)");
	for (size_t i = 0; i < facts->n_managements; i++) {
		const struct nt_management_fact *m = &facts->managements[i];

		if (i == 0)
			nt_table_row(&table, NT_COLOR_BOLD, head, 3);
		nt_table_row(&table, NT_COLOR_PLAIN,
			     (const char *const[]){ m->device, m->netns[0] ? m->netns : "this one",
						    m->reason }, 3);
	}
	nt_table_print(&table);
	if (!facts->n_managements)
		printf("  none\n");
	if (geteuid() != 0)
		printf("  seen without root's rights: sessions and namespaces may be missing\n");
}

static bool polls(const struct nt_poller_fact *p)
{
	return p->busy_poll_us || p->prefer;
}

static void add_poller(const struct nt_poller_fact *p, struct nt_table *table)
{
	static const char *const kinds[] = {
		[NT_POLLER_TCP] = "tcp", [NT_POLLER_UDP] = "udp", [NT_POLLER_EPOLL] = "epoll",
	};
	char pid[16], n[16], us[16], napi[16];

	snprintf(pid, sizeof(pid), "%u", p->pid);
	snprintf(n, sizeof(n), "%u", p->n);
	snprintf(us, sizeof(us), "%u", p->busy_poll_us);
	snprintf(napi, sizeof(napi), "%u", p->n_napi);
	nt_table_row(table, NT_COLOR_PLAIN,
		     (const char *const[]){ p->process, pid, kinds[p->kind], n, us,
					    p->prefer ? "yes" : "no",
					    p->kind == NT_POLLER_EPOLL ? "" : napi }, 7);
}

static void print_pollers(const struct nt_facts *facts)
{
	static const char *const head[] = { "PROCESS", "PID", "KIND", "NUMBER", "POLL US",
					    "PREFERRED", "FROM A QUEUE" };
	struct nt_busy_count count = nt_busy_count(facts);
	struct nt_table table = { 0 };

	print_title("Who polls devices busily");
	for (size_t i = 0; i < facts->n_pollers; i++) {
		if (!polls(&facts->pollers[i]))
			continue;
		if (!table.n_rows)
			nt_table_row(&table, NT_COLOR_BOLD, head, 7);
		add_poller(&facts->pollers[i], &table);
	}
	nt_table_print(&table);
	printf("  %u of %u sockets and %u of %u epoll sets poll\n", count.sockets_polling,
	       count.sockets, count.epolls_polling, count.epolls);
	if (facts->n_unseen)
		printf("  %u process%s could not be looked at\n", facts->n_unseen,
		       facts->n_unseen == 1 ? "" : "es");
}

static void print_text(const struct nt_facts *facts, uint32_t groups)
{
	static const struct {
		uint32_t group;
		void (*print)(const struct nt_facts *facts);
	} printers[] = {
		{ NT_FACTS_KERNEL, print_kernel },   { NT_FACTS_CPU, print_cpu },
		{ NT_FACTS_TOPOLOGY, print_topology },
		{ NT_FACTS_MEMORY, print_memory },   { NT_FACTS_SYSCTL, print_sysctls },
		{ NT_FACTS_MODULES, print_modules }, { NT_FACTS_LINKS, print_links },
		{ NT_FACTS_NICS, print_nics },       { NT_FACTS_BONDS, print_bonds },
		{ NT_FACTS_LISTENERS, print_listeners }, { NT_FACTS_OWNERS, print_owners },
		{ NT_FACTS_MANAGEMENT, print_management },
		{ NT_FACTS_BUSY_POLL, print_pollers },
	};

	for (size_t i = 0; i < sizeof(printers) / sizeof(printers[0]); i++)
		if (groups & printers[i].group)
			printers[i].print(facts);
}

/* ---- the command ---- */

static int unknown_group(const char *name, struct nt_diag *diag)
{
	const char *names[16];
	const char *nearest;
	char list[256] = "";
	unsigned int n = 0;
	size_t len = 0;

	while (n < 16 && nt_facts_group_name(n)) {
		names[n] = nt_facts_group_name(n);
		n++;
	}
	nearest = nt_suggest(name, names, n);
	if (nearest)
		return nt_diag_err(diag, EINVAL, "%s: no group of facts, did you mean %s", name,
				   nearest);
	for (unsigned int i = 0; i < n; i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
					i ? ", " : "", names[i]);
	return nt_diag_err(diag, EINVAL, "%s: no group of facts, there are %s",
			   *name ? name : "''", list);
}

static int parse_groups(const char *list, uint32_t *ret, struct nt_diag *diag)
{
	uint32_t groups = 0;
	char name[32];

	if (!list) {
		*ret = NT_FACTS_ALL;
		return 0;
	}
	for (const char *p = list; p; p = strchr(p, ',')) {
		uint32_t group;

		p += *p == ',';
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(p, ","), p);
		group = nt_facts_group(name);
		if (!group)
			return unknown_group(name, diag);
		groups |= group;
	}
	*ret = groups;
	return 0;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_facts facts = { 0 };
	uint32_t groups = 0;
	int r = parse_groups(call->values[OPTION_GROUP], &groups, diag);

	if (r < 0)
		return NT_EXIT_USAGE;
	r = nt_facts_read(call->io, groups, &facts, diag);
	/* Sysctls and modules are read together; what was not asked for is not shown. */
	facts.have &= groups;
	snprintf(facts.kernel.netns, sizeof(facts.kernel.netns), "%s",
		 call->netns ? call->netns : "");
	if (r == 0 && call->json)
		r = nt_out_json(nt_facts_to_json(&facts));
	else if (r == 0 && !call->quiet)
		print_text(&facts, groups);
	nt_facts_free(&facts);
	return r < 0 ? nt_exit_for(r, diag) : NT_EXIT_DONE;
}

const struct nt_cmd nt_cmd_facts = {
	.name = "facts",
	.arguments = "",
	.summary = "what this host is, as far as tuning is concerned",
	.help = "Kernel, processors, memory, devices, sysctls, modules, listening ports, and who\n"
		"else sets the same values. With --json the output can be given to plan --facts.\n"
		"Groups: kernel, cpu, topology, memory, sysctls, modules, links, nics, bonds,\n"
		"listeners, owners, management; and busy-poll, only when it is named, for which\n"
		"sockets of other programs are looked at.",
	.options = options,
	.run = run,
};
