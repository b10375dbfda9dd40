// SPDX-License-Identifier: GPL-2.0-or-later
/* The queues domain on simulated devices: XPS, RPS and RFS. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake/tuning.h"
#include "tunable/tunable.h"

#define FLOW_TABLE "net.core.rps_sock_flow_entries"

static struct tuning t;

static int setup(void **state)
{
	(void)state;
	tuning_start(&t, FAKE_LINUX_6_12, 16);
	tuning_topology(&t, 16, 2);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tuning_end(&t);
	return 0;
}

static void plan(void)
{
	assert_int_equal(tuning_read(&t), 0);
	assert_int_equal(tuning_plan(&t), 0);
}

static const struct nt_change *find(const char *tunable)
{
	const struct nt_change *found = tuning_find(&t, "eth0", tunable);

	if (!found)
		fail_msg("no %s in the plan", tunable);
	return found;
}

static void xps_follows_the_interrupts_that_are_planned(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "mlx5_core", 4, 8);

	(void)state;
	tuning_want(&t, "eth0", "Xps", "follow-irq");
	tuning_want(&t, "eth0", "IrqPlacement", "8-15");
	plan();
	for (unsigned int q = 0; q < 4; q++) {
		char xps[32], irq[32];

		snprintf(xps, sizeof(xps), "xps-cpus.tx-%u", q);
		snprintf(irq, sizeof(irq), "irq-affinity.rxtx-%u", q);
		assert_string_equal(find(xps)->wanted, find(irq)->wanted);
	}
	assert_int_equal(tuning_apply(&t), 0);
	assert_true(fake_cpus_equal(&nic->queues[3].xps,
				    &fake_irq_find(nic, NT_IRQ_RXTX, 3)->cpus));
	assert_int_equal(tuning_undo(&t), 0);
}

static void xps_follows_present_interrupts_without_placement(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);

	(void)state;
	fake_irq_find(nic, NT_IRQ_RXTX, 2)->cpus = fake_cpus_range(6, 8);
	tuning_want(&t, "eth0", "Xps", "follow-irq");
	plan();
	assert_string_equal(find("xps-cpus.tx-2")->wanted, "6-7");
	assert_int_equal(tuning_apply(&t), 0);
	tuning_forget(&t);
	plan();
	assert_int_equal(nt_plan_count(&t.plan, NT_OUTCOME_COMPLIANT), 4);
}

static void device_without_interrupts_has_nothing_to_follow(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "veth", 2, 2);
	tuning_want(&t, "eth0", "Xps", "follow-irq");
	plan();
	assert_int_equal(find("xps-cpus")->outcome, NT_OUTCOME_UNSUPPORTED);
}

static void single_queue_has_no_xps(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "veth", 1, 1);
	tuning_want(&t, "eth0", "Xps", "0-3");
	plan();
	assert_int_equal(find("xps-cpus.tx-0")->outcome, NT_OUTCOME_UNSUPPORTED);
}

static void lists_are_clipped_to_what_the_kernel_leaves(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "veth", 2, 2);

	(void)state;
	t.host->nics.isolated = fake_cpus_range(12, 16);
	fake_file(&t.host->io, "/sys/devices/system/cpu/isolated", "12-15");
	tuning_want(&t, "eth0", "Xps", "14-99");
	tuning_want(&t, "eth0", "Rps", "10-13");
	tuning_want(&t, "eth0", "XpsRxqs", "0,7");
	plan();
	assert_string_equal(find("xps-cpus.tx-1")->wanted, "14-15");
	assert_non_null(strstr(find("xps-cpus.tx-1")->reason, "; CPU 16-99 is not there"));
	assert_null(strstr(find("rps-cpus.rx-1")->reason, "not there"));
	assert_string_equal(find("rps-cpus.rx-1")->wanted, "10-11");
	assert_string_equal(find("xps-rxqs.tx-0")->wanted, "0");
	assert_int_equal(tuning_apply(&t), 0);
	assert_true(fake_cpus_has(&nic->queues[1].rps, 11));
	assert_int_equal(tuning_undo(&t), 0);
	assert_true(fake_cpus_empty(&nic->queues[1].rps));
	assert_true(fake_cpus_empty(&nic->queues[1].xps));
}

static void list_of_which_nothing_is_left_is_blocked(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "veth", 2, 2);
	fake_file(&t.host->io, "/sys/devices/system/cpu/isolated", "12-15");
	tuning_want(&t, "eth0", "Rps", "12-15");
	tuning_want(&t, "eth0", "Xps", "64");
	tuning_want(&t, "eth0", "XpsRxqs", "2");
	plan();
	assert_int_equal(find("rps-cpus")->outcome, NT_OUTCOME_BLOCKED);
	assert_int_equal(find("xps-cpus")->outcome, NT_OUTCOME_BLOCKED);
	assert_int_equal(find("xps-rxqs")->outcome, NT_OUTCOME_BLOCKED);
}

static void words_stand_for_lists(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "veth", 2, 2);

	(void)state;
	fake_file(&t.host->io, "/sys/devices/system/cpu/isolated", "12-15");
	nic->queues[0].xps = fake_cpus_range(0, 2);
	tuning_want(&t, "eth0", "Rps", "all");
	tuning_want(&t, "eth0", "XpsRxqs", "same");
	tuning_want(&t, "eth0", "Xps", "off");
	plan();
	assert_string_equal(find("rps-cpus.rx-0")->wanted, "0-11");
	assert_string_equal(find("xps-rxqs.tx-1")->wanted, "1");
	assert_string_equal(find("xps-cpus.tx-0")->wanted, "");
	assert_int_equal(find("xps-cpus.tx-1")->outcome, NT_OUTCOME_COMPLIANT);
	t.host->nics.isolated = fake_cpus_range(12, 16);
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(tuning_undo(&t), 0);
	assert_true(fake_cpus_has(&nic->queues[0].xps, 1));
}

static void flows_are_rounded_as_the_kernel_does_it(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "veth", 2, 2);

	(void)state;
	fake_sysctl(&t.host->io, FLOW_TABLE, "32768");
	tuning_want(&t, "eth0", "Rfs", "3000");
	plan();
	assert_string_equal(find("rps-flow-cnt.rx-1")->wanted, "4096");
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nic->queues[1].flow_cnt, 4096);
	assert_int_equal(tuning_undo(&t), 0);
	assert_int_equal(nic->queues[1].flow_cnt, 0);
}

static void flows_need_the_table_of_the_host(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "veth", 2, 2);
	fake_sysctl(&t.host->io, FLOW_TABLE, "0");
	tuning_want(&t, "eth0", "Rfs", "4096");
	plan();
	assert_int_equal(find("rps-flow-cnt")->outcome, NT_OUTCOME_BLOCKED);
	assert_non_null(strstr(find("rps-flow-cnt")->remedy, FLOW_TABLE " = 8192"));
	/* The same profile may bring it. */
	nt_plan_free(&t.plan);
	tuning_foresee(&t, NT_PHASE_SYSCTL, "host", FLOW_TABLE, "8192");
	assert_int_equal(tuning_plan(&t), 0);
	assert_int_equal(find("rps-flow-cnt.rx-0")->outcome, NT_OUTCOME_PLANNED);
	/* Off needs none. */
	tuning_forget(&t);
	t.lines[0].value = (char *)"off";
	plan();
	assert_int_equal(find("rps-flow-cnt.rx-0")->outcome, NT_OUTCOME_COMPLIANT);
}

/* A network namespace does not have the key, and nobody knows whether the host has set it. */
static void flows_are_not_steered_by_a_table_that_cannot_be_seen(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "veth", 2, 2);
	fake_remove_sysctl(&t.host->io, FLOW_TABLE);
	tuning_want(&t, "eth0", "Rfs", "4096");
	plan();
	assert_int_equal(find("rps-flow-cnt")->outcome, NT_OUTCOME_BLOCKED);
	assert_string_equal(find("rps-flow-cnt")->remedy,
			    "set " FLOW_TABLE " in the initial network namespace");
}

static void queues_to_come_are_planned_and_queues_to_go_are_not(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "veth", 4, 8);
	tuning_want(&t, "eth0", "Rps", "0-3");
	tuning_foresee(&t, NT_PHASE_CHANNELS, "eth0", "channels", "rx:6 tx:2");
	tuning_want(&t, "eth0", "Xps", "0-3");
	plan();
	assert_null(find("rps-cpus.rx-5")->seen);
	assert_null(tuning_find(&t, "eth0", "rps-cpus.rx-6"));
	assert_non_null(find("xps-cpus.tx-1")->seen);
	assert_null(tuning_find(&t, "eth0", "xps-cpus.tx-2"));
}

static void what_queues_were_told_is_kept_where_it_matters(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "veth", 4, 8);
	struct nt_plan kept = { 0 };

	(void)state;
	nic->queues[0].rps = fake_cpus_range(1, 3);
	nic->queues[1].flow_cnt = 256;
	nic->queues[3].xps = fake_cpus_range(3, 4);
	tuning_want(&t, "eth0", "Rps", "off");
	assert_int_equal(tuning_read(&t), 0);
	tuning_foresee(&t, NT_PHASE_CHANNELS, "eth0", "channels", "rx:4 tx:3");
	assert_int_equal(nt_tunable_queues.keep(&t.facts, "eth0", &t.plan, &kept), 0);
	assert_string_equal(nt_plan_find(&kept, "eth0", "rps-cpus.rx-0")->wanted, "1-2");
	assert_string_equal(nt_plan_find(&kept, "eth0", "rps-flow-cnt.rx-1")->wanted, "256");
	assert_null(nt_plan_find(&kept, "eth0", "rps-cpus.rx-1"));
	assert_null(nt_plan_find(&kept, "eth0", "rps-flow-cnt.rx-0"));
	/* XPS also where it is empty. */
	assert_string_equal(nt_plan_find(&kept, "eth0", "xps-cpus.tx-0")->wanted, "");
	/* What goes with its queue has to come back with it. */
	assert_string_equal(nt_plan_find(&kept, "eth0", "xps-cpus.tx-3")->wanted, "3");
	nt_plan_free(&kept);
}

static void only_numbers_can_be_handed_over_as_files(void **state)
{
	char path[128];

	(void)state;
	assert_int_equal(nt_tunable_queues.path("eth0", "rps-flow-cnt.rx-3", path, sizeof(path)),
			 0);
	assert_string_equal(path, "/sys/class/net/eth0/queues/rx-3/rps_flow_cnt");
	assert_int_equal(nt_tunable_queues.path("eth0", "xps-cpus.tx-3", path, sizeof(path)),
			 -ENOENT);
	assert_int_equal(nt_tunable_queues.path("eth0", "rps-flow-cnt.tx-3", path, sizeof(path)),
			 -ENOENT);
	assert_int_equal(nt_tunable_queues.path("eth0", "rps-flow-cnt.rx-3x", path, sizeof(path)),
			 -ENOENT);
}

static void what_is_gone_is_told_apart(void **state)
{
	char buf[64];

	(void)state;
	fake_nic_add(&t.host->io, "eth0", "veth", 2, 2);
	assert_int_equal(nt_tunable_queues.get(&t.host->io.io, "eth0", "rps-cpus.rx-5", buf,
					       sizeof(buf)), -ENOENT);
	assert_int_equal(nt_tunable_queues.get(&t.host->io.io, "eth5", "rps-cpus.rx-0", buf,
					       sizeof(buf)), -ENODEV);
}

static void wrong_lines_name_their_column(void **state)
{
	struct nt_diag diag;

	(void)state;
	assert_int_equal(tuning_check("Xps", "follow", &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "p.conf:3:5: Xps: must be off, follow-irq or a list"));
	assert_int_equal(tuning_check("Rps", "0-3,x", &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "p.conf:3:9: "));
	assert_int_equal(tuning_check("Rfs", "1048577", &diag), -ERANGE);
	assert_int_equal(tuning_check("Rfs", "4k", &diag), -EINVAL);
	assert_int_equal(tuning_check("Rfs", "off", &diag), 0);
	assert_int_equal(tuning_check("XpsRxqs", "same", &diag), 0);
}

/* ---- how long planning takes ---- */

#define BIG_NICS   8U
#define BIG_QUEUES 128U
#define BIG_CPUS   256U

static char *text(unsigned int n)
{
	char buf[16];

	snprintf(buf, sizeof(buf), "%u", n);
	return strdup(buf);
}

static struct nt_nic_fact big_nic(unsigned int nth)
{
	struct nt_nic_fact nic = {
		.channels = { .combined = BIG_QUEUES, .combined_max = BIG_QUEUES },
		.has = NT_NIC_HAS_CHANNELS,
		.queues = calloc(2 * BIG_QUEUES, sizeof(*nic.queues)),
		.n_queues = 2 * BIG_QUEUES,
		.irqs = calloc(BIG_QUEUES, sizeof(*nic.irqs)),
		.n_irqs = BIG_QUEUES,
	};

	snprintf(nic.name, sizeof(nic.name), "eth%u", nth);
	for (uint32_t q = 0; q < 2 * BIG_QUEUES; q++)
		nic.queues[q] = (struct nt_queue_fact){
			.kind = q < BIG_QUEUES ? NT_QUEUE_RX : NT_QUEUE_TX,
			.index = q % BIG_QUEUES,
			.cpus = strdup(""),
			.rxqs = strdup(""),
		};
	for (uint32_t q = 0; q < BIG_QUEUES; q++)
		nic.irqs[q] = (struct nt_irq_fact){ .irq = 100 + q, .queue = q, .cpus = text(q) };
	return nic;
}

static void make_big(struct nt_facts *facts)
{
	for (uint32_t cpu = 0; cpu < BIG_CPUS; cpu++)
		assert_int_equal(nt_facts_add_cpu(facts, &(struct nt_cpu_fact){
			.cpu = cpu, .core = cpu % 128, .node = (int)(cpu % 128 / 64),
			.online = true }), 0);
	for (unsigned int nth = 0; nth < BIG_NICS; nth++) {
		struct nt_nic_fact nic = big_nic(nth);
		const struct nt_link_fact link = { .name = nic.name, .kind = (char *)"",
						   .driver = (char *)"ice", .bus = (char *)"",
						   .address = (char *)"",
						   .numa_node = (int)nth % 2 };

		assert_int_equal(nt_facts_add_link(facts, &link), 0);
		assert_int_equal(nt_facts_add_nic(facts, &nic), 0);
	}
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* 50 ms in an ordinary build; sanitizers make it about four times slower. */
static void eight_large_devices_are_planned_in_no_time(void **state)
{
	double best = 1e9;

	(void)state;
	tuning_want(&t, "eth*", "IrqPlacement", "one-per-core,numa-local,skip-smt");
	tuning_want(&t, "eth*", "Xps", "follow-irq");
	tuning_want(&t, "eth*", "XpsRxqs", "off");
	tuning_want(&t, "eth*", "Rps", "all");
	tuning_want(&t, "eth*", "Rfs", "off");
	make_big(&t.facts);
	for (int i = 0; i < 3; i++) {
		double start = now_ms();

		nt_plan_free(&t.plan);
		assert_int_equal(tuning_plan(&t), 0);
		best = now_ms() - start < best ? now_ms() - start : best;
	}
	assert_int_equal(t.plan.n_changes, 5 * BIG_NICS * BIG_QUEUES);
	print_message("%zu changes in %.1f ms\n", t.plan.n_changes, best);
	assert_true(best < 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(xps_follows_the_interrupts_that_are_planned),
		TEST(xps_follows_present_interrupts_without_placement),
		TEST(device_without_interrupts_has_nothing_to_follow),
		TEST(single_queue_has_no_xps),
		TEST(lists_are_clipped_to_what_the_kernel_leaves),
		TEST(list_of_which_nothing_is_left_is_blocked),
		TEST(words_stand_for_lists),
		TEST(flows_are_rounded_as_the_kernel_does_it),
		TEST(flows_need_the_table_of_the_host),
		TEST(flows_are_not_steered_by_a_table_that_cannot_be_seen),
		TEST(queues_to_come_are_planned_and_queues_to_go_are_not),
		TEST(what_queues_were_told_is_kept_where_it_matters),
		TEST(only_numbers_can_be_handed_over_as_files),
		TEST(what_is_gone_is_told_apart),
		TEST(wrong_lines_name_their_column),
		TEST(eight_large_devices_are_planned_in_no_time),
	};

	return cmocka_run_group_tests_name("queues", tests, NULL, NULL);
}
