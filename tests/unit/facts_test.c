// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts: reading them from a host in memory, and to JSON and back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/fake_io.h"
#include "facts/facts_read.h"
#include "lib/diag.h"

#define CPU "/sys/devices/system/cpu/"

static struct fake_io fake;
static struct nt_facts facts;
static struct nt_diag diag;

static int setup(void **state)
{
	(void)state;
	fake_io_init(&fake);
	fake_server(&fake);
	diag = (struct nt_diag){ 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nt_facts_free(&facts);
	fake_io_free(&fake);
	return 0;
}

static void read_facts(uint32_t groups)
{
	nt_facts_free(&facts);
	assert_int_equal(nt_facts_read(&fake.io, groups, &facts, &diag), 0);
}

static const struct nt_io_link eth0 = {
	.ifindex = 2,
	.name = "eth0",
	.kind = "",
	.driver = "ice",
	.bus = "0000:01:00.0",
	.address = "02:00:00:00:00:01",
	.up = true,
	.carrier = true,
	.speed_mbps = 25000,
	.mtu = 1500,
	.tx_queue_len = 1000,
	.rx_queues = 64,
	.tx_queues = 64,
	.numa_node = 1,
};

/* ---- reading ---- */

static void groups_are_read_once_and_only_when_asked_for(void **state)
{
	unsigned int n;

	(void)state;
	read_facts(NT_FACTS_MEMORY);
	assert_int_equal(facts.have, NT_FACTS_MEMORY);
	n = fake.n_operations;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_MEMORY, &facts, &diag), 0);
	assert_int_equal(fake.n_operations, n);
}

static void kernel_and_memory_are_read(void **state)
{
	(void)state;
	read_facts(NT_FACTS_KERNEL | NT_FACTS_MEMORY);
	assert_string_equal(facts.kernel.release, "6.12.48+deb13-amd64");
	assert_int_equal(facts.kernel.major, 6);
	assert_int_equal(facts.kernel.minor, 12);
	assert_string_equal(facts.kernel.machine, "x86_64");
	assert_true(facts.memory.total_bytes == 65834568ULL * 1024);
	assert_int_equal(facts.memory.tcp_pages, 40);
	assert_int_equal(facts.memory.udp_pages, 12);
}

static void namespace_is_told_by_the_key_that_only_the_initial_one_has(void **state)
{
	(void)state;
	read_facts(NT_FACTS_KERNEL);
	assert_true(facts.kernel.init_netns);
	fake_enter_netns(&fake);
	read_facts(NT_FACTS_KERNEL);
	assert_false(facts.kernel.init_netns);
}

static void virtualization_is_told_from_what_each_leaves(void **state)
{
	static const struct {
		const char *path;
		const char *value;
		const char *name;
	} rows[] = {
		{ "/sys/class/dmi/id/sys_vendor", "Dell Inc.", "none" },
		{ "/sys/devices/system/clocksource/clocksource0/available_clocksource",
		  "tsc kvm-clock ", "kvm" },
		{ "/sys/class/dmi/id/sys_vendor", "QEMU", "kvm" },
		{ "/sys/devices/system/clocksource/clocksource0/available_clocksource",
		  "tsc hpet", "qemu" },
		{ "/sys/class/dmi/id/sys_vendor", "VMware, Inc.", "vmware" },
		{ "/sys/class/dmi/id/sys_vendor", "Amazon EC2", "amazon" },
		{ "/.dockerenv", "", "container-docker" },
		{ "/run/systemd/container", "lxc", "container-lxc" },
		{ "/run/host/container-manager", "podman", "container-podman" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_file(&fake, rows[i].path, rows[i].value);
		read_facts(NT_FACTS_KERNEL);
		assert_string_equal(facts.kernel.virtualization, rows[i].name);
	}
}

static void cpus_sockets_nodes_and_threads_are_counted(void **state)
{
	char path[96];

	(void)state;
	fake_file(&fake, CPU "online", "0-5,7");
	fake_file(&fake, CPU "possible", "0-7");
	fake_file(&fake, CPU "isolated", "4-5");
	fake_file(&fake, CPU "cpu0/topology/thread_siblings_list", "0,4");
	fake_file(&fake, "/sys/devices/system/node/online", "0-1");
	for (unsigned int cpu = 0; cpu < 8; cpu++) {
		snprintf(path, sizeof(path), CPU "cpu%u/topology/physical_package_id", cpu);
		fake_file(&fake, path, cpu < 4 ? "0" : "36");
	}
	read_facts(NT_FACTS_CPU);
	assert_int_equal(facts.cpu.online, 7);
	assert_int_equal(facts.cpu.possible, 8);
	assert_int_equal(facts.cpu.sockets, 2);
	assert_int_equal(facts.cpu.numa_nodes, 2);
	assert_int_equal(facts.cpu.threads_per_core, 2);
	assert_string_equal(facts.cpu.isolated, "4-5");
}

static void each_cpu_tells_core_package_and_node(void **state)
{
	(void)state;
	fake_file(&fake, CPU "online", "0-2");
	fake_file(&fake, CPU "possible", "0-3");
	fake_file(&fake, CPU "isolated", "2");
	fake_file(&fake, CPU "cpu0/topology/thread_siblings_list", "0,2");
	fake_file(&fake, CPU "cpu2/topology/thread_siblings_list", "0,2");
	fake_file(&fake, CPU "cpu2/topology/physical_package_id", "1");
	fake_file(&fake, "/sys/devices/system/node/online", "0,2");
	fake_file(&fake, "/sys/devices/system/node/node0/cpulist", "0");
	fake_file(&fake, "/sys/devices/system/node/node2/cpulist", "2-3");
	read_facts(NT_FACTS_TOPOLOGY);
	assert_int_equal(facts.n_cpus, 4);
	assert_int_equal(facts.cpus[1].core, 1);
	assert_int_equal(facts.cpus[1].node, -1);
	assert_int_equal(facts.cpus[1].package, -1);
	assert_int_equal(facts.cpus[2].core, 0);
	assert_int_equal(facts.cpus[2].package, 1);
	assert_int_equal(facts.cpus[2].node, 2);
	assert_true(facts.cpus[2].isolated);
	assert_false(facts.cpus[1].isolated);
	assert_false(facts.cpus[3].online);
	assert_int_equal(facts.cpus[3].node, 2);
}

static void host_without_sysfs_has_empty_groups_not_errors(void **state)
{
	(void)state;
	read_facts(NT_FACTS_CPU | NT_FACTS_LINKS);
	assert_int_equal(facts.cpu.online, 0);
	assert_int_equal(facts.n_links, 0);
}

static void host_without_a_version_or_memory_is_an_error(void **state)
{
	(void)state;
	fake_remove(&fake, "/proc/meminfo");
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_MEMORY, &facts, &diag), -ENODATA);
	assert_non_null(strstr(diag.message, "MemTotal"));
}

static void ports_come_sorted_and_once(void **state)
{
	(void)state;
	fake_listener(&fake, IPPROTO_UDP, 53);
	fake_listener(&fake, IPPROTO_TCP, 8080);
	fake_listener(&fake, IPPROTO_TCP, 22);
	fake_listener(&fake, IPPROTO_TCP, 8080);
	read_facts(NT_FACTS_LISTENERS);
	assert_int_equal(facts.n_listeners, 3);
	assert_int_equal(facts.listeners[0].port, 22);
	assert_int_equal(facts.listeners[1].port, 8080);
	assert_int_equal(facts.listeners[2].protocol, IPPROTO_UDP);
}

static void sockets_that_cannot_be_listed_are_an_error(void **state)
{
	(void)state;
	fake.listeners_errno = EPERM;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_LISTENERS, &facts, &diag), -EPERM);
	assert_int_equal(facts.have, 0);
}

static void recorded_host_knows_the_usual_modules(void **state)
{
	(void)state;
	read_facts(NT_FACTS_ALL);
	assert_int_equal(nt_facts_module(&facts, "tcp_bbr"), NT_MODFACT_LOADABLE);
	assert_int_equal(nt_facts_module(&facts, "sch_cake"), NT_MODFACT_ABSENT);
	assert_int_equal(nt_facts_module(&facts, "tcp_never_heard_of"), NT_MODFACT_UNKNOWN);
}

/* ---- JSON ---- */

static void recorded_host_reads_back_the_same(void **state)
{
	struct nt_facts again = { 0 };
	json_t *first, *second;

	(void)state;
	fake_link(&fake, &eth0);
	fake_listener(&fake, IPPROTO_TCP, 22);
	fake_file(&fake, "/etc/sysctl.d/a.conf", "net.core.somaxconn=1");
	fake_remove_sysctl(&fake, "net.ipv4.tcp_ecn");
	fake_node(&fake, FAKE_OWN, 2, "eth0", "");
	fake_route(&fake, FAKE_OWN, "", 2, "192.0.2.1");
	fake_bond_port(&fake, fake_bond_add(&fake, "bond0"), "eth7");
	read_facts(NT_FACTS_ALL);
	assert_int_equal(facts.n_bonds, 1);
	first = nt_facts_to_json(&facts);
	assert_int_equal(nt_facts_from_json(first, &again, &diag), 0);
	assert_int_equal(again.have, NT_FACTS_ALL);
	second = nt_facts_to_json(&again);
	assert_true(json_equal(first, second));
	assert_string_equal(again.links[0].bus, "0000:01:00.0");
	assert_int_equal(again.links[0].numa_node, 1);
	assert_string_equal(nt_facts_management(&again, "eth0"),
			    "has the default route via 192.0.2.1");
	json_decref(first);
	json_decref(second);
	nt_facts_free(&again);
}

static void groups_that_were_not_read_are_left_out(void **state)
{
	json_t *json;

	(void)state;
	read_facts(NT_FACTS_KERNEL);
	json = nt_facts_to_json(&facts);
	assert_int_equal(json_object_size(json), 2);
	assert_non_null(json_object_get(json, "kernel"));
	json_decref(json);
}

static void values_that_are_not_utf8_do_not_lose_the_rest(void **state)
{
	json_t *json;

	(void)state;
	fake_file(&fake, "/etc/sysctl.d/a.conf", "net.core.somaxconn=\xff\xfe");
	read_facts(NT_FACTS_OWNERS);
	json = nt_facts_to_json(&facts);
	assert_non_null(json);
	json_decref(json);
}

#define CPU_JSON \
	"{\"online\": 2, \"possible\": 2, \"sockets\": 1, \"numa_nodes\": 1, " \
	"\"threads_per_core\": 1, \"isolated\": \"\"}"

static void malformed_documents_are_refused_with_the_members_path(void **state)
{
	static const struct {
		const char *json;
		const char *words;
	} rows[] = {
		{ "{}", "schema" },
		{ "{\"schema\": \"nettune.facts/2\"}", "schema" },
		{ "{\"schema\": \"nettune.facts/1\", \"cpus\": {}}", "unknown members" },
		{ "{\"schema\": \"nettune.facts/1\", \"cpu\": {}}", "cpu.online: missing" },
		{ "{\"schema\": \"nettune.facts/1\", \"cpu\": []}", "cpu: not an object" },
		{ "{\"schema\": \"nettune.facts/1\", \"memory\": {\"total_bytes\": \"1\"}}",
		  "memory.total_bytes: not an integer" },
		{ "{\"schema\": \"nettune.facts/1\", \"memory\": {\"total_bytes\": -1}}",
		  "memory.total_bytes: not from 0" },
		{ "{\"schema\": \"nettune.facts/1\", \"modules\": {}}", "modules: not an array" },
		{ "{\"schema\": \"nettune.facts/1\", \"modules\": [{\"name\": \"a\", \"state\": "
		  "\"here\"}]}", "modules[0].state: unknown word here" },
		{ "{\"schema\": \"nettune.facts/1\", \"modules\": [{\"name\": \"a\", \"state\": "
		  "\"loaded\", \"size\": 1}]}", "modules[0]: has unknown members" },
		{ "{\"schema\": \"nettune.facts/1\", \"listeners\": [{\"protocol\": \"tcp\", "
		  "\"port\": 65536}]}", "listeners[0].port: not from 1 to 65535" },
		{ "{\"schema\": \"nettune.facts/1\", \"management\": [{\"device\": \"eth0\", "
		  "\"netns\": \"\"}]}", "management[0].reason: missing" },
		{ "{\"schema\": \"nettune.facts/1\", \"sysctls\": [{\"key\": null, \"state\": "
		  "\"present\", \"value\": null}]}", "sysctls[0].key: not a string" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *json = json_loads(rows[i].json, 0, NULL);

		diag = (struct nt_diag){ 0 };
		assert_int_equal(nt_facts_from_json(json, &facts, &diag), -EINVAL);
		if (!strstr(diag.message, rows[i].words))
			fail_msg("\"%s\" does not say \"%s\"", diag.message, rows[i].words);
		json_decref(json);
	}
}

static void text_too_long_for_its_field_is_refused(void **state)
{
	char long_text[400];
	json_t *json = json_loads("{\"schema\": \"nettune.facts/1\", \"cpu\": " CPU_JSON "}", 0,
				  NULL);

	(void)state;
	assert_int_equal(nt_facts_from_json(json, &facts, &diag), 0);
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	json_object_set_new(json_object_get(json, "cpu"), "isolated", json_string(long_text));
	assert_int_equal(nt_facts_from_json(json, &facts, &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "cpu.isolated: longer than 255 bytes"));
	json_decref(json);
}

/* ---- limits ---- */

static void facts_beyond_their_limit_overflow(void **state)
{
	int r = 0;

	(void)state;
	for (unsigned int i = 0; i < NT_FACTS_SYSCTLS_MAX && r == 0; i++)
		r = nt_facts_add_sysctl(&facts, "k", NT_SYSCTL_ABSENT, NULL);
	assert_int_equal(r, 0);
	assert_int_equal(nt_facts_add_sysctl(&facts, "k", NT_SYSCTL_ABSENT, NULL), -EOVERFLOW);
}

static void groups_have_names(void **state)
{
	uint32_t all = 0;

	(void)state;
	for (unsigned int i = 0; nt_facts_group_name(i); i++)
		all |= nt_facts_group(nt_facts_group_name(i));
	assert_int_equal(all, NT_FACTS_ALL | NT_FACTS_BUSY_POLL);
	assert_int_equal(nt_facts_group("nonsense"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(groups_are_read_once_and_only_when_asked_for),
		TEST(kernel_and_memory_are_read),
		TEST(namespace_is_told_by_the_key_that_only_the_initial_one_has),
		TEST(virtualization_is_told_from_what_each_leaves),
		TEST(cpus_sockets_nodes_and_threads_are_counted),
		TEST(each_cpu_tells_core_package_and_node),
		TEST(host_without_sysfs_has_empty_groups_not_errors),
		TEST(host_without_a_version_or_memory_is_an_error),
		TEST(ports_come_sorted_and_once),
		TEST(sockets_that_cannot_be_listed_are_an_error),
		TEST(recorded_host_knows_the_usual_modules),
		TEST(recorded_host_reads_back_the_same),
		TEST(groups_that_were_not_read_are_left_out),
		TEST(values_that_are_not_utf8_do_not_lose_the_rest),
		TEST(malformed_documents_are_refused_with_the_members_path),
		TEST(text_too_long_for_its_field_is_refused),
		TEST(facts_beyond_their_limit_overflow),
		TEST(groups_have_names),
	};

	return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
