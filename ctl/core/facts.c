// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts: adding, finding and freeing. PURE. See facts.h. */
#include "facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

/* Arrays grow to a power of two; their count alone tells how large they are. */
#define GROW_FIRST 16U

/* Makes room for one more of @size bytes in an array of @n. */
static int grow(void **array, size_t n, size_t size, size_t max)
{
	size_t room = n < GROW_FIRST ? GROW_FIRST : 2 * n;
	void *p;

	if (n >= max)
		return -EOVERFLOW;
	if (n != 0 && (n < GROW_FIRST || (n & (n - 1)) != 0))
		return 0;
	p = realloc(*array, room * size);
	if (!p)
		return -ENOMEM;
	*array = p;
	return 0;
}

/* Copies @n strings or none: a NULL stays NULL. */
static int copy_strings(const char *const *from, char **const *to, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		*to[i] = from[i] ? strdup(from[i]) : NULL;
		if (!from[i] || *to[i])
			continue;
		while (i > 0)
			free(*to[--i]);
		return -ENOMEM;
	}
	return 0;
}

/* See facts.h. */
const char *nt_topology_source_name(unsigned int source)
{
	static const char *const names[] = {
		[NT_TOPOLOGY_SYSFS] = "sysfs",
		[NT_TOPOLOGY_HWLOC] = "hwloc",
	};

	return source < sizeof(names) / sizeof(*names) ? names[source] : NULL;
}

/**
 * nt_facts_sysctl() - what was read of a key
 * @facts: the host
 * @key: dotted
 *
 * Return: the fact, or NULL when the key was not looked at.
 */
const struct nt_sysctl_fact *nt_facts_sysctl(const struct nt_facts *facts, const char *key)
{
	for (size_t i = 0; i < facts->n_sysctls; i++)
		if (!strcmp(facts->sysctls[i].key, key))
			return &facts->sysctls[i];
	return NULL;
}

/**
 * nt_facts_module() - the state of a kernel module
 * @facts: the host
 * @name: "tcp_bbr"
 */
enum nt_module_fact_state nt_facts_module(const struct nt_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_modules; i++)
		if (!strcmp(facts->modules[i].name, name))
			return facts->modules[i].state;
	return NT_MODFACT_UNKNOWN;
}

/* See facts.h. */
const struct nt_owner_fact *nt_facts_owner(const struct nt_facts *facts, const char *key)
{
	for (size_t i = facts->n_owners; i > 0; i--)
		if (!strcmp(facts->owners[i - 1].key, key))
			return &facts->owners[i - 1];
	return NULL;
}

/**
 * nt_facts_add_sysctl() - record a key
 * @facts: the host
 * @key: dotted
 * @state: is it there, can it be written?
 * @value: canonical, or NULL
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_facts_add_sysctl(struct nt_facts *facts, const char *key, enum nt_sysctl_state state,
			const char *value)
{
	struct nt_sysctl_fact fact = { .state = state };
	int r = grow((void **)&facts->sysctls, facts->n_sysctls, sizeof(fact),
		     NT_FACTS_SYSCTLS_MAX);

	if (r == 0)
		r = copy_strings((const char *[]){ key, value },
				 (char **[]){ &fact.key, &fact.value }, 2);
	if (r == 0)
		facts->sysctls[facts->n_sysctls++] = fact;
	return r;
}

/**
 * nt_facts_add_module() - record a kernel module
 * @facts: the host
 * @name: "tcp_bbr"
 * @state: is it there, does it run?
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_facts_add_module(struct nt_facts *facts, const char *name, enum nt_module_fact_state state)
{
	struct nt_module_fact fact = { .state = state };
	int r = grow((void **)&facts->modules, facts->n_modules, sizeof(fact),
		     NT_FACTS_MODULES_MAX);

	if (r == 0)
		r = copy_strings(&name, (char **[]){ &fact.name }, 1);
	if (r == 0)
		facts->modules[facts->n_modules++] = fact;
	return r;
}

/**
 * nt_facts_add_owner() - record somebody else who sets what we set
 * @facts: the host
 * @owner: who
 * @key: which key, "" for a running service
 * @value: to what
 * @file: where it says so
 * @line: 1-based
 *
 * Files of others may hold anything; what cannot be shown becomes '?'.
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_facts_add_owner(struct nt_facts *facts, const char *owner, const char *key,
		       const char *value, const char *file, uint32_t line)
{
	struct nt_owner_fact fact = { .line = line };
	int r = grow((void **)&facts->owners, facts->n_owners, sizeof(fact), NT_FACTS_OWNERS_MAX);

	if (r == 0)
		r = copy_strings((const char *[]){ owner, key, value, file },
				 (char **[]){ &fact.owner, &fact.key, &fact.value, &fact.file }, 4);
	if (r < 0)
		return r;
	nt_utf8_mask(fact.owner);
	nt_utf8_mask(fact.value);
	nt_utf8_mask(fact.file);
	facts->owners[facts->n_owners++] = fact;
	return 0;
}

/**
 * nt_facts_add_poller() - record sockets, or epoll sets, of a process
 * @facts: processes come one after the other
 * @poller: copied
 *
 * Return: 0, -EOVERFLOW, -ENOMEM.
 */
int nt_facts_add_poller(struct nt_facts *facts, const struct nt_poller_fact *poller)
{
	int r;

	for (size_t i = facts->n_pollers; i-- > 0 && facts->pollers[i].pid == poller->pid;) {
		struct nt_poller_fact *have = &facts->pollers[i];

		if (have->kind != poller->kind || have->busy_poll_us != poller->busy_poll_us ||
		    have->prefer != poller->prefer)
			continue;
		have->n += poller->n;
		have->n_napi += poller->n_napi;
		return 0;
	}
	r = grow((void **)&facts->pollers, facts->n_pollers, sizeof(facts->pollers[0]),
		 NT_FACTS_POLLERS_MAX);
	if (r == 0)
		facts->pollers[facts->n_pollers++] = *poller;
	return r;
}

/**
 * nt_facts_add_listener() - record a port somebody waits on
 * @facts: the host
 * @protocol: IPPROTO_TCP or IPPROTO_UDP
 * @port: host byte order
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_facts_add_listener(struct nt_facts *facts, uint8_t protocol, uint16_t port)
{
	int r = grow((void **)&facts->listeners, facts->n_listeners, sizeof(facts->listeners[0]),
		     NT_FACTS_LISTENERS_MAX);

	if (r < 0)
		return r;
	facts->listeners[facts->n_listeners++] =
		(struct nt_listener_fact){ .protocol = protocol, .port = port };
	return 0;
}

/**
 * nt_facts_add_link() - record a device
 * @facts: the host
 * @link: copied, with its strings
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_facts_add_link(struct nt_facts *facts, const struct nt_link_fact *link)
{
	struct nt_link_fact copy = *link;
	int r = grow((void **)&facts->links, facts->n_links, sizeof(copy), NT_FACTS_LINKS_MAX);

	if (r == 0)
		r = copy_strings((const char *[]){ link->name, link->kind, link->driver, link->bus,
						   link->address },
				 (char **[]){ &copy.name, &copy.kind, &copy.driver, &copy.bus,
					      &copy.address },
				 5);
	if (r == 0)
		facts->links[facts->n_links++] = copy;
	return r;
}

/**
 * nt_facts_add_cpu() - record a CPU
 * @facts: the host
 * @cpu: copied; its number is above those recorded before
 *
 * Return: 0, -EINVAL, -ENOMEM, -EOVERFLOW.
 */
int nt_facts_add_cpu(struct nt_facts *facts, const struct nt_cpu_fact *cpu)
{
	int r;

	if (facts->n_cpus && cpu->cpu <= facts->cpus[facts->n_cpus - 1].cpu)
		return -EINVAL;
	r = grow((void **)&facts->cpus, facts->n_cpus, sizeof(*cpu), NT_FACTS_CPUS_MAX);
	if (r == 0)
		facts->cpus[facts->n_cpus++] = *cpu;
	return r;
}

/* See facts.h. */
const char *nt_facts_management(const struct nt_facts *facts, const char *device)
{
	for (size_t i = 0; i < facts->n_managements; i++)
		if (!facts->managements[i].netns[0] &&
		    !strcmp(facts->managements[i].device, device))
			return facts->managements[i].reason;
	return NULL;
}

/**
 * nt_facts_add_management() - record a device that must not be lost
 * @facts: the host
 * @device: its name
 * @netns: its namespace, "" for the one in force
 * @reason: why
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_facts_add_management(struct nt_facts *facts, const char *device, const char *netns,
			    const char *reason)
{
	struct nt_management_fact fact = { 0 };
	int r = grow((void **)&facts->managements, facts->n_managements, sizeof(fact),
		     NT_FACTS_MANAGEMENT_MAX);

	if (r == 0)
		r = copy_strings((const char *[]){ device, netns, reason },
				 (char **[]){ &fact.device, &fact.netns, &fact.reason }, 3);
	if (r == 0)
		facts->managements[facts->n_managements++] = fact;
	return r;
}

static void free_managements(struct nt_facts *facts)
{
	for (size_t i = 0; i < facts->n_managements; i++) {
		free(facts->managements[i].device);
		free(facts->managements[i].netns);
		free(facts->managements[i].reason);
	}
	free(facts->managements);
}

const struct nt_link_fact *nt_facts_link(const struct nt_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_links; i++)
		if (!strcmp(facts->links[i].name, name))
			return &facts->links[i];
	return NULL;
}

long nt_facts_find_cpu(const struct nt_cpu_fact *cpus, size_t n, uint32_t cpu)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cpus[middle].cpu == cpu)
			return (long)middle;
		if (cpus[middle].cpu < cpu)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

static struct nt_nic_fact *find_nic(const struct nt_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_nics; i++)
		if (!strcmp(facts->nics[i].name, name))
			return &facts->nics[i];
	return NULL;
}

const struct nt_nic_fact *nt_facts_nic(const struct nt_facts *facts, const char *name)
{
	return find_nic(facts, name);
}

const struct nt_bond_fact *nt_facts_bond(const struct nt_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_bonds; i++)
		if (!strcmp(facts->bonds[i].bond.name, name))
			return &facts->bonds[i];
	return NULL;
}

/**
 * nt_facts_add_bond() - record a bond
 * @facts: the host
 * @bond: copied
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_facts_add_bond(struct nt_facts *facts, const struct nt_bond_fact *bond)
{
	int r = grow((void **)&facts->bonds, facts->n_bonds, sizeof(*bond), NT_FACTS_BONDS_MAX);

	if (r == 0)
		facts->bonds[facts->n_bonds++] = *bond;
	return r;
}

/**
 * nt_facts_add_nic() - record what a device can be told
 * @facts: the host
 * @nic: taken over and left empty on success
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_facts_add_nic(struct nt_facts *facts, struct nt_nic_fact *nic)
{
	int r = grow((void **)&facts->nics, facts->n_nics, sizeof(*nic), NT_FACTS_NICS_MAX);

	if (r < 0)
		return r;
	facts->nics[facts->n_nics++] = *nic;
	memset(nic, 0, sizeof(*nic));
	return 0;
}

/**
 * nt_facts_drop_nic() - forget what was read about a device
 * @facts: the host
 * @name: of the device; one that is not there is no error
 */
void nt_facts_drop_nic(struct nt_facts *facts, const char *name)
{
	struct nt_nic_fact *nic = find_nic(facts, name);

	if (!nic)
		return;
	nt_nic_fact_free(nic);
	facts->n_nics--;
	memmove(nic, nic + 1, (size_t)(&facts->nics[facts->n_nics] - nic) * sizeof(*nic));
}

static void free_links(struct nt_facts *facts)
{
	for (size_t i = 0; i < facts->n_links; i++) {
		free(facts->links[i].name);
		free(facts->links[i].kind);
		free(facts->links[i].driver);
		free(facts->links[i].bus);
		free(facts->links[i].address);
	}
	free(facts->links);
}

static void free_owners(struct nt_facts *facts)
{
	for (size_t i = 0; i < facts->n_owners; i++) {
		free(facts->owners[i].owner);
		free(facts->owners[i].key);
		free(facts->owners[i].value);
		free(facts->owners[i].file);
	}
	free(facts->owners);
}

/**
 * nt_facts_free() - release what facts own and leave them empty
 * @facts: may be empty already
 */
void nt_facts_free(struct nt_facts *facts)
{
	for (size_t i = 0; i < facts->n_sysctls; i++) {
		free(facts->sysctls[i].key);
		free(facts->sysctls[i].value);
	}
	free(facts->sysctls);
	for (size_t i = 0; i < facts->n_modules; i++)
		free(facts->modules[i].name);
	free(facts->modules);
	free_links(facts);
	free(facts->listeners);
	free(facts->pollers);
	free_owners(facts);
	free_managements(facts);
	for (size_t i = 0; i < facts->n_nics; i++)
		nt_nic_fact_free(&facts->nics[i]);
	free(facts->nics);
	free(facts->bonds);
	free(facts->cpus);
	*facts = (struct nt_facts){ 0 };
}
