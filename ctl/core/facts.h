/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts: everything that planning knows about the host. Filled by ctl/facts/ or from a recorded
 * file; the planner sees nothing else.
 */
#ifndef NT_CORE_FACTS_H
#define NT_CORE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bond.h"
#include "nic.h"

/* Groups are read on demand: a profile with only sysctls touches no device. */
#define NT_FACTS_KERNEL    (1U << 0)
#define NT_FACTS_CPU       (1U << 1)
#define NT_FACTS_MEMORY    (1U << 2)
#define NT_FACTS_SYSCTL    (1U << 3)
#define NT_FACTS_MODULES   (1U << 4)
#define NT_FACTS_LINKS     (1U << 5)
#define NT_FACTS_LISTENERS (1U << 6)
#define NT_FACTS_OWNERS    (1U << 7)
#define NT_FACTS_NICS      (1U << 8)
#define NT_FACTS_TOPOLOGY  (1U << 9)
#define NT_FACTS_MANAGEMENT (1U << 10)
#define NT_FACTS_BONDS     (1U << 11)
/* To be asked for by name: handles of other programs' sockets are taken for it. */
#define NT_FACTS_BUSY_POLL (1U << 12)
/* Only profiles that tune devices need these. */
#define NT_FACTS_DEVICES   (NT_FACTS_NICS | NT_FACTS_TOPOLOGY | NT_FACTS_BONDS)
#define NT_FACTS_ALL       ((1U << 12) - 1)

#define NT_FACTS_NAME_MAX 64U

/* Bounds on what a host, or a recorded file, can make us hold. */
#define NT_FACTS_SYSCTLS_MAX   1024U
#define NT_FACTS_MODULES_MAX   1024U
#define NT_FACTS_OWNERS_MAX    16384U
#define NT_FACTS_LISTENERS_MAX 131072U /* every port of both protocols */
#define NT_FACTS_LINKS_MAX     16384U
#define NT_FACTS_MANAGEMENT_MAX 65536U
#define NT_FACTS_NICS_MAX      256U
#define NT_FACTS_BONDS_MAX     64U
#define NT_FACTS_POLLERS_MAX   65536U
#define NT_FACTS_CPUS_MAX      8192U /* CONFIG_NR_CPUS of large kernels */

struct nt_kernel_facts {
	char release[NT_FACTS_NAME_MAX]; /* uname -r */
	uint32_t major;
	uint32_t minor;
	char machine[NT_FACTS_NAME_MAX];
	char virtualization[NT_FACTS_NAME_MAX]; /* "none", "kvm", "qemu", "container-docker", ... */
	char netns[NT_FACTS_NAME_MAX];          /* name given to --netns, "" for our own */
	bool init_netns; /* the namespace that is tuned is the initial one */
};

struct nt_cpu_facts {
	uint32_t online;
	uint32_t possible;
	uint32_t sockets;
	uint32_t numa_nodes;
	uint32_t threads_per_core;
	char isolated[256]; /* CPU list, "" for none */
};

/**
 * struct nt_cpu_fact - a CPU that the kernel could run
 * @cpu: its number
 * @core: the least number among its SMT siblings, itself included
 * @package: physical package, -1 when not known
 * @node: NUMA node, -1 when not known
 * @isolated: kept from the scheduler (isolcpus=)
 * @full: refused an interrupt just now, for it has no vector left; never recorded
 */
struct nt_cpu_fact {
	uint32_t cpu;
	uint32_t core;
	int package;
	int node;
	bool online;
	bool isolated;
	bool full;
};

/**
 * struct nt_memory_facts - memory, and how much of it sockets hold
 * @total_bytes: MemTotal
 * @page_bytes: size of a page
 * @tcp_pages: pages that TCP sockets hold, over all namespaces (what tcp_mem limits)
 * @udp_pages: the same for UDP
 */
struct nt_memory_facts {
	uint64_t total_bytes;
	uint32_t page_bytes;
	uint64_t tcp_pages;
	uint64_t udp_pages;
};

enum nt_sysctl_state {
	NT_SYSCTL_PRESENT,
	NT_SYSCTL_ABSENT,   /* no such file here */
	NT_SYSCTL_READONLY, /* readable, the mode or the mount forbids writing */
	NT_SYSCTL_REFUSED,  /* not even readable for us: privilege */
};

struct nt_sysctl_fact {
	char *key; /* dotted, "net.core.rmem_max" */
	enum nt_sysctl_state state;
	char *value; /* fields separated by one space, no newline; NULL unless readable */
};

enum nt_module_fact_state { /* mirrors enum nt_module_state of io.h, without depending on it */
	NT_MODFACT_UNKNOWN,
	NT_MODFACT_ABSENT,
	NT_MODFACT_FORBIDDEN,
	NT_MODFACT_LOADABLE,
	NT_MODFACT_LOADED,
	NT_MODFACT_BUILTIN,
	NT_MODFACT_IMPOSSIBLE,
};

struct nt_module_fact {
	char *name;
	enum nt_module_fact_state state;
};

struct nt_link_fact {
	char *name;
	char *kind;
	char *driver;
	char *bus;
	char *address;
	int ifindex;
	int master_ifindex;
	int lower_ifindex;
	bool up;
	bool carrier;
	uint32_t speed_mbps;
	uint32_t mtu;
	uint32_t tx_queue_len;
	uint32_t rx_queues;
	uint32_t tx_queues;
	int numa_node;
};

struct nt_listener_fact {
	uint8_t protocol;
	uint16_t port;
};

/**
 * struct nt_owner_fact - somebody else who sets what we set
 * @owner: "sysctl.d", "TuneD", "NetworkManager", "systemd-networkd", "irqbalance"
 * @key: the sysctl key it sets, or "" when it is a running service
 * @value: what it sets it to, or ""
 * @file: where it says so, or ""
 * @line: 1-based, 0 without a file
 */
struct nt_owner_fact {
	char *owner;
	char *key;
	char *value;
	char *file;
	uint32_t line;
};

/**
 * struct nt_management_fact - a device whose loss would lock the operator out
 * @device: its name
 * @netns: the namespace that it is in: "" for the one in force, "blue", or "pid 123"
 * @reason: "carries the SSH session from 192.0.2.7", "is a port of bond0, which ..."
 */
struct nt_management_fact {
	char *device;
	char *netns;
	char *reason;
};

enum nt_poller_kind {
	NT_POLLER_TCP,
	NT_POLLER_UDP,
	NT_POLLER_EPOLL,
};

/**
 * struct nt_poller_fact - sockets, or epoll sets, of a process that are told alike
 * @process: its name, as ps shows it
 * @busy_poll_us: SO_BUSY_POLL, or EPIOCSPARAMS; 0: does not poll, or never before it sleeps
 * @prefer: SO_PREFER_BUSY_POLL, or EPIOCSPARAMS
 * @n: how many
 * @n_napi: how many last received something from a queue (SO_INCOMING_NAPI_ID), without which
 *	    there is nothing to poll; 0 of epoll sets, which do not tell
 */
struct nt_poller_fact {
	char process[16];
	uint32_t pid;
	enum nt_poller_kind kind;
	uint32_t busy_poll_us;
	bool prefer;
	uint32_t n;
	uint32_t n_napi;
};

/**
 * struct nt_bond_fact - a bond that somebody asked about
 * @bond: as it is
 * @module: nettune.ko is there and could serve it
 * @slb: who does balance-slb, and how
 * @stake: what is lost when it goes down; read when that is asked of it only, and not recorded
 */
struct nt_bond_fact {
	struct nt_bond bond;
	bool module;
	struct nt_slb_config slb;
	struct nt_bond_stake stake;
};

/* Who told of cores, packages and nodes. */
enum nt_topology_source {
	NT_TOPOLOGY_UNTOLD, /* documents of old do not say */
	NT_TOPOLOGY_SYSFS,
	NT_TOPOLOGY_HWLOC,
};

/**
 * struct nt_facts - a snapshot of the host
 * @have: NT_FACTS_* groups that were read
 * @topology_source: of @cpus
 *
 * Owns its strings and arrays; freed by nt_facts_free().
 */
struct nt_facts {
	uint32_t have;
	struct nt_kernel_facts kernel;
	struct nt_cpu_facts cpu;
	struct nt_memory_facts memory;
	struct nt_sysctl_fact *sysctls;
	size_t n_sysctls;
	struct nt_module_fact *modules;
	size_t n_modules;
	struct nt_link_fact *links;
	size_t n_links;
	struct nt_listener_fact *listeners;
	size_t n_listeners;
	struct nt_owner_fact *owners;
	size_t n_owners;
	struct nt_cpu_fact *cpus; /* ascending by number */
	size_t n_cpus;
	enum nt_topology_source topology_source;
	struct nt_management_fact *managements;
	size_t n_managements;
	struct nt_nic_fact *nics; /* of the devices that somebody asked about */
	size_t n_nics;
	struct nt_bond_fact *bonds; /* likewise */
	size_t n_bonds;
	struct nt_poller_fact *pollers;
	size_t n_pollers;
	uint32_t n_unseen; /* processes whose sockets we may not look at */
};

/* "sysfs" or "hwloc"; NULL for NT_TOPOLOGY_UNTOLD and past the end. */
const char *nt_topology_source_name(unsigned int source);

const struct nt_sysctl_fact *nt_facts_sysctl(const struct nt_facts *facts, const char *key);
enum nt_module_fact_state nt_facts_module(const struct nt_facts *facts, const char *name);
/* The owner whose setting would win at boot for @key (the last one in sysctl.d order), or NULL. */
const struct nt_owner_fact *nt_facts_owner(const struct nt_facts *facts, const char *key);
const struct nt_link_fact *nt_facts_link(const struct nt_facts *facts, const char *name);
const struct nt_bond_fact *nt_facts_bond(const struct nt_facts *facts, const char *name);
const struct nt_nic_fact *nt_facts_nic(const struct nt_facts *facts, const char *name);
/* Place in @cpus (@n of them, ascending) of the CPU with that number, -1 when there is none. */
long nt_facts_find_cpu(const struct nt_cpu_fact *cpus, size_t n, uint32_t cpu);

/* Why @device of the namespace in force must not be lost; NULL when it may. */
const char *nt_facts_management(const struct nt_facts *facts, const char *device);

/* Each copies what it is given. -ENOMEM, or -EOVERFLOW past a limit. */
int nt_facts_add_sysctl(struct nt_facts *facts, const char *key, enum nt_sysctl_state state,
			const char *value);
int nt_facts_add_module(struct nt_facts *facts, const char *name, enum nt_module_fact_state state);
int nt_facts_add_owner(struct nt_facts *facts, const char *owner, const char *key,
		       const char *value, const char *file, uint32_t line);
int nt_facts_add_listener(struct nt_facts *facts, uint8_t protocol, uint16_t port);
int nt_facts_add_link(struct nt_facts *facts, const struct nt_link_fact *link);
int nt_facts_add_cpu(struct nt_facts *facts, const struct nt_cpu_fact *cpu);
int nt_facts_add_management(struct nt_facts *facts, const char *device, const char *netns,
			    const char *reason);
/* Joins it to what the process has already, when that is told alike. */
int nt_facts_add_poller(struct nt_facts *facts, const struct nt_poller_fact *poller);
/* Takes over what @nic owns and leaves it empty; on failure it stays the caller's. */
int nt_facts_add_nic(struct nt_facts *facts, struct nt_nic_fact *nic);
int nt_facts_add_bond(struct nt_facts *facts, const struct nt_bond_fact *bond);
/* Forgets what was read about @name, so that it is read again. */
void nt_facts_drop_nic(struct nt_facts *facts, const char *name);

void nt_facts_free(struct nt_facts *facts);

#endif
