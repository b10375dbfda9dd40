// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Both who tell where CPUs belong say the same: libhwloc and the files of sysfs, of hosts that are
 * written out as files for HWLOC_FSROOT. Skipped where libhwloc is not installed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/facts.h"
#include "facts/facts_read.h"
#include "fake/fake_cpus.h"
#include "fake/tree.h"
#include "io/hwloc_abi.h"
#include "io/io.h"
#include "io/live.h"
#include "lib/diag.h"

#if __has_include(<hwloc.h>)
#include <hwloc.h>

#define SAME(ours, theirs) \
	static_assert(offsetof(struct nt_hwloc_obj, ours) == offsetof(struct hwloc_obj, theirs), \
		      #ours)

SAME(type, type);
SAME(os_index, os_index);
SAME(parent, parent);
SAME(cpuset, cpuset);
SAME(nodeset, nodeset);
static_assert((int)NT_HWLOC_PACKAGE == (int)HWLOC_OBJ_PACKAGE, "package");
static_assert((int)NT_HWLOC_CORE == (int)HWLOC_OBJ_CORE, "core");
static_assert((int)NT_HWLOC_UNIT == (int)HWLOC_OBJ_PU, "unit");
static_assert((int)NT_HWLOC_GROUP == (int)HWLOC_OBJ_GROUP, "group");
static_assert((int)NT_HWLOC_KEEP_ALL == (int)HWLOC_TYPE_FILTER_KEEP_ALL, "all");
static_assert((int)NT_HWLOC_KEEP_NONE == (int)HWLOC_TYPE_FILTER_KEEP_NONE, "none");
static_assert((int)NT_HWLOC_KEEP_STRUCTURE == (int)HWLOC_TYPE_FILTER_KEEP_STRUCTURE, "structure");
static_assert(NT_HWLOC_INCLUDE_DISALLOWED == HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED, "flag");
static_assert(NT_HWLOC_BLACKLIST == HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, "blacklist");
#endif

#define CPU  "/sys/devices/system/cpu"
#define NODE "/sys/devices/system/node"

/**
 * struct model - a host
 * @n_cpus: whose second threads are numbered behind all first ones
 * @threads: of each core
 * @packages: alike
 * @nodes: alike, over packages; 0: a kernel without NUMA
 * @bare_nodes: behind them, with memory and no CPUs
 * @offline: a CPU that is, above 0; 0: none
 */
struct model {
	unsigned int n_cpus;
	unsigned int threads;
	unsigned int packages;
	unsigned int nodes;
	unsigned int bare_nodes;
	unsigned int offline;
};

static char root[128];

/* ---- a host in files ---- */

static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			fail_msg("%s: %s", path, strerror(errno));
		*slash = '/';
	}
}

static void put(const char *path, const char *text)
{
	char whole[512];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	make_folders(whole);
	file = fopen(whole, "w");
	if (!file)
		fail_msg("%s: %s", whole, strerror(errno));
	fprintf(file, "%s\n", text);
	assert_int_equal(fclose(file), 0);
}

/* As a mask where the kernel has a mask, as a list where it has a list. */
static void put_set(const char *folder, const char *mask, const char *list,
		    const struct fake_cpus *cpus)
{
	char path[256], text[FAKE_CPUS_TEXT];

	snprintf(path, sizeof(path), "%s/%s", folder, mask);
	fake_cpus_format_mask(cpus, FAKE_CPUS_MAX, text, sizeof(text));
	if (*mask)
		put(path, text);
	snprintf(path, sizeof(path), "%s/%s", folder, list);
	fake_cpus_format_list(cpus, text, sizeof(text));
	put(path, text);
}

static unsigned int core_of(const struct model *m, unsigned int cpu)
{
	return cpu % (m->n_cpus / m->threads);
}

/* The one of @parts equal parts of all cores in which @cpu is. */
static unsigned int part_of(const struct model *m, unsigned int cpu, unsigned int parts)
{
	return core_of(m, cpu) * parts / (m->n_cpus / m->threads);
}

static struct fake_cpus online_of(const struct model *m)
{
	struct fake_cpus all = fake_cpus_range(0, m->n_cpus);
	struct fake_cpus off = fake_cpus_range(m->offline, m->offline + (m->offline > 0));

	return fake_cpus_without(&all, &off);
}

static struct fake_cpus in_part(const struct model *m, unsigned int part, unsigned int parts)
{
	struct fake_cpus cpus = { 0 }, online = online_of(m);

	for (unsigned int cpu = 0; cpu < m->n_cpus; cpu++)
		if (part_of(m, cpu, parts) == part && fake_cpus_has(&online, cpu))
			fake_cpus_add(&cpus, cpu);
	return cpus;
}

static void put_number(const char *folder, const char *name, unsigned int number)
{
	char path[256], text[16];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(text, sizeof(text), "%u", number);
	put(path, text);
}

static void put_cpu(const struct model *m, unsigned int cpu)
{
	unsigned int cores = m->n_cpus / m->threads, package = part_of(m, cpu, m->packages);
	struct fake_cpus set;
	char folder[128];

	snprintf(folder, sizeof(folder), CPU "/cpu%u/topology", cpu);
	set = in_part(m, core_of(m, cpu), cores);
	put_set(folder, "thread_siblings", "thread_siblings_list", &set);
	put_set(folder, "core_cpus", "core_cpus_list", &set);
	set = in_part(m, package, m->packages);
	put_set(folder, "core_siblings", "core_siblings_list", &set);
	put_set(folder, "package_cpus", "package_cpus_list", &set);
	put_number(folder, "core_id", core_of(m, cpu) % (cores / m->packages));
	put_number(folder, "physical_package_id", package);
}

static void put_node(const struct model *m, unsigned int node)
{
	unsigned int n = m->nodes + m->bare_nodes;
	struct fake_cpus set = { 0 };
	char folder[128], path[192], text[256] = "";
	size_t len = 0;

	if (node < m->nodes)
		set = in_part(m, node, m->nodes);
	snprintf(folder, sizeof(folder), NODE "/node%u", node);
	put_set(folder, "cpumap", "cpulist", &set);
	snprintf(path, sizeof(path), "%s/meminfo", folder);
	snprintf(text, sizeof(text), "Node %u MemTotal:       8388608 kB", node);
	put(path, text);
	for (unsigned int to = 0; to < n; to++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u", to ? " " : "",
					to == node ? 10 : 21);
	snprintf(path, sizeof(path), "%s/distance", folder);
	put(path, text);
}

static void put_host(const struct model *m)
{
	struct fake_cpus set = fake_cpus_range(0, m->n_cpus), online = online_of(m);
	struct fake_cpus nodes = fake_cpus_range(0, m->nodes + m->bare_nodes);

	put_set(CPU, "", "possible", &set);
	put_set(CPU, "", "present", &set);
	put_set(CPU, "", "online", &online);
	put(CPU "/isolated", "");
	put("/proc/meminfo", "MemTotal:       16777216 kB");
	for (unsigned int cpu = 0; cpu < m->n_cpus; cpu++) {
		char path[64];

		snprintf(path, sizeof(path), CPU "/cpu%u/online", cpu);
		put(path, fake_cpus_has(&online, cpu) ? "1" : "0");
		if (fake_cpus_has(&online, cpu))
			put_cpu(m, cpu);
	}
	if (!m->nodes)
		return;
	put_set(NODE, "", "online", &nodes);
	for (unsigned int node = 0; node < m->nodes + m->bare_nodes; node++)
		put_node(m, node);
}

/* ---- both who tell ---- */

static int read_below(struct nt_io *io, const char *path, char *buf, size_t size, size_t *ret_len)
{
	char whole[512];
	ssize_t n;
	int fd;

	(void)io;
	snprintf(whole, sizeof(whole), "%s%s", root, path);
	fd = open(whole, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	buf[n] = '\0';
	if (ret_len)
		*ret_len = (size_t)n;
	return 0;
}

static int ask_hwloc(struct nt_io *io, nt_io_cpu_fn fn, void *user)
{
	(void)io;
	return nt_hwloc_cpus(fn, user);
}

static int tell_one_only(struct nt_io *io, nt_io_cpu_fn fn, void *user)
{
	(void)io;
	return fn(&(struct nt_io_cpu){ .cpu = 0, .core = 5, .package = 7, .node = 1 }, user);
}

static void read_facts(int (*cpus)(struct nt_io *io, nt_io_cpu_fn fn, void *user),
		       struct nt_facts *ret)
{
	const struct nt_io_ops ops = { .read_file = read_below, .cpus = cpus };
	struct nt_io io = { .ops = &ops };
	struct nt_diag diag = { 0 };

	memset(ret, 0, sizeof(*ret));
	assert_int_equal(nt_facts_read(&io, NT_FACTS_TOPOLOGY, ret, &diag), 0);
}

static void compare(const struct nt_facts *files, const struct nt_facts *hwloc)
{
	assert_int_equal(files->topology_source, NT_TOPOLOGY_SYSFS);
	assert_int_equal(hwloc->topology_source, NT_TOPOLOGY_HWLOC);
	assert_int_equal(files->n_cpus, hwloc->n_cpus);
	for (size_t i = 0; i < files->n_cpus; i++) {
		const struct nt_cpu_fact *a = &files->cpus[i], *b = &hwloc->cpus[i];

		if (a->cpu != b->cpu || a->core != b->core || a->package != b->package ||
		    a->node != b->node || a->online != b->online || a->isolated != b->isolated)
			fail_msg("CPU %u: files: core %u, package %d, node %d; hwloc: core %u, "
				 "package %d, node %d", a->cpu, a->core, a->package, a->node,
				 b->core, b->package, b->node);
	}
}

static void make_root(const struct model *m)
{
	const char *temporary = getenv("TMPDIR");

	snprintf(root, sizeof(root), "%s/nettune-hwloc-XXXXXX",
		 temporary && *temporary ? temporary : "/tmp");
	if (!mkdtemp(root))
		fail_msg("%s: %s", root, strerror(errno));
	put_host(m);
	setenv("HWLOC_FSROOT", root, 1);
}

static int ignore(const struct nt_io_cpu *cpu, void *user)
{
	(void)cpu;
	(void)user;
	return 0;
}

/* What a CPU must be by the model: that both are wrong alike is no agreement. */
static void expect_model(const struct model *m, const struct nt_facts *facts)
{
	assert_int_equal(facts->n_cpus, m->n_cpus);
	for (unsigned int cpu = 0; cpu < m->n_cpus; cpu++) {
		const struct nt_cpu_fact *fact = &facts->cpus[cpu];

		if (!fact->online)
			continue;
		assert_int_equal(fact->package, part_of(m, cpu, m->packages));
		assert_int_equal(fact->node, m->nodes ? (int)part_of(m, cpu, m->nodes) : -1);
		if (core_of(m, cpu) != m->offline || !m->offline)
			assert_int_equal(fact->core, core_of(m, cpu));
	}
}

static void both_tell_the_same(const struct model *m)
{
	struct nt_facts files, hwloc;

	if (nt_hwloc_cpus(ignore, NULL) == -EOPNOTSUPP) {
		printf("SKIP: libhwloc is not installed\n");
		skip();
	}
	make_root(m);
	read_facts(NULL, &files);
	read_facts(ask_hwloc, &hwloc);
	unsetenv("HWLOC_FSROOT");
	remove_tree(root);
	compare(&files, &hwloc);
	expect_model(m, &hwloc);
	nt_facts_free(&files);
	nt_facts_free(&hwloc);
}

static void of_one_package_without_numa(void **state)
{
	(void)state;
	both_tell_the_same(&(struct model){ .n_cpus = 4, .threads = 1, .packages = 1 });
}

static void of_two_packages_with_threads(void **state)
{
	(void)state;
	both_tell_the_same(&(struct model){ .n_cpus = 32, .threads = 2, .packages = 2,
					    .nodes = 2 });
}

/* Sub-NUMA clusters, NPS4. */
static void of_packages_with_several_nodes(void **state)
{
	(void)state;
	both_tell_the_same(&(struct model){ .n_cpus = 64, .threads = 2, .packages = 2,
					    .nodes = 8 });
}

/* CXL, or memory of an accelerator. */
static void of_nodes_without_cpus(void **state)
{
	(void)state;
	both_tell_the_same(&(struct model){ .n_cpus = 16, .threads = 2, .packages = 2, .nodes = 2,
					    .bare_nodes = 2 });
}

static void of_a_thread_that_is_offline(void **state)
{
	(void)state;
	both_tell_the_same(&(struct model){ .n_cpus = 16, .threads = 2, .packages = 2, .nodes = 2,
					    .offline = 3 });
}

static void of_a_large_host(void **state)
{
	(void)state;
	both_tell_the_same(&(struct model){ .n_cpus = 256, .threads = 2, .packages = 2,
					    .nodes = 2 });
}

static void who_tells_half_is_not_believed(void **state)
{
	const struct model m = { .n_cpus = 4, .threads = 2, .packages = 1, .nodes = 1 };
	struct nt_facts facts;

	(void)state;
	make_root(&m);
	read_facts(tell_one_only, &facts);
	unsetenv("HWLOC_FSROOT");
	remove_tree(root);
	assert_int_equal(facts.topology_source, NT_TOPOLOGY_SYSFS);
	expect_model(&m, &facts);
	nt_facts_free(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_one_package_without_numa),
		cmocka_unit_test(of_two_packages_with_threads),
		cmocka_unit_test(of_packages_with_several_nodes),
		cmocka_unit_test(of_nodes_without_cpus),
		cmocka_unit_test(of_a_thread_that_is_offline),
		cmocka_unit_test(of_a_large_host),
		cmocka_unit_test(who_tells_half_is_not_believed),
	};

	return cmocka_run_group_tests_name("hwloc", tests, NULL, NULL);
}
