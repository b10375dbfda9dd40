// SPDX-License-Identifier: GPL-2.0-or-later
/* The irq domain on simulated devices. Placing itself is tested in placement_test.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake/tuning.h"
#include "io/nic.h"
#include "tunable/irq.h"
#include "tunable/operation.h"
#include "tunable/tunable.h"

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

/* Simulated devices have no node of their own. */
static void read_on_node(int node)
{
	assert_int_equal(tuning_read(&t), 0);
	for (size_t i = 0; i < t.facts.n_links; i++)
		t.facts.links[i].numa_node = node;
}

static void plan_on_node(int node)
{
	read_on_node(node);
	assert_int_equal(tuning_plan(&t), 0);
}

static const struct nt_change *find(const char *device, const char *tunable)
{
	const struct nt_change *found = tuning_find(&t, device, tunable);

	if (!found)
		fail_msg("%s: no %s in the plan", device, tunable);
	return found;
}

static void device_that_is_down_has_its_interrupts_later(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "igb", 2, 8);

	(void)state;
	nic->link.up = nic->link.carrier = false;
	nic->n_irqs = 0;
	tuning_want(&t, "eth0", "IrqPlacement", "one-per-core");
	tuning_want(&t, "eth0", "Xps", "follow-irq");
	plan_on_node(0);
	assert_int_equal(find("eth0", "irq-affinity")->outcome, NT_OUTCOME_DEFERRED);
	assert_non_null(strstr(find("eth0", "irq-affinity")->remedy, "brought up"));
	assert_int_equal(find("eth0", "xps-cpus")->outcome, NT_OUTCOME_DEFERRED);

	tuning_forget(&t);
	nic->link.up = true;
	plan_on_node(0);
	assert_int_equal(find("eth0", "irq-affinity")->outcome, NT_OUTCOME_UNSUPPORTED);
}

static void cpus_that_are_not_to_be_had_are_named(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 2, 8);
	fake_file(&t.host->io, "/sys/devices/system/cpu/online", "0-2,4-15");
	tuning_want(&t, "eth0", "IrqPlacement", "2-3,40-41,exclude=99");
	plan_on_node(0);
	assert_string_equal(find("eth0", "irq-affinity.rxtx-1")->wanted, "2");
	assert_non_null(strstr(find("eth0", "irq-affinity.rxtx-1")->reason,
			       "; CPU 40-41,99 is not there, CPU 3 is offline"));
}

static void queues_get_cores_of_their_node_and_lose_them_on_undo(void **state)
{
	static const char *const cpus[] = { "4", "5", "6", "7" };
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);

	(void)state;
	tuning_want(&t, "eth*", "IrqPlacement", "one-per-core,numa-local,skip-smt");
	plan_on_node(1);
	assert_int_equal(t.plan.n_changes, 4);
	for (unsigned int q = 0; q < 4; q++) {
		char tunable[32];

		snprintf(tunable, sizeof(tunable), "irq-affinity.rxtx-%u", q);
		assert_string_equal(find("eth0", tunable)->wanted, cpus[q]);
	}
	assert_int_equal(tuning_apply(&t), 0);
	assert_true(fake_cpus_has(&fake_irq_find(nic, NT_IRQ_RXTX, 2)->cpus, 6));
	assert_false(fake_cpus_has(&fake_irq_find(nic, NT_IRQ_RXTX, 2)->cpus, 5));
	assert_int_equal(tuning_undo(&t), 0);
	assert_true(fake_cpus_equal(&fake_irq_find(nic, NT_IRQ_RXTX, 2)->cpus,
				    &t.host->nics.online));
}

static void module_is_given_a_mask_and_the_file_that_proves_the_right(void **state)
{
	const struct nt_plan_device device = { .name = "eth0" };
	struct nt_operation operation = { 0 };
	struct nt_change change;
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);
	char path[64];

	(void)state;
	tuning_want(&t, "eth*", "IrqPlacement", "one-per-core");
	plan_on_node(0);
	change = *find("eth0", "irq-affinity.rxtx-2");
	change.wanted = (char *)"0,33-34";
	assert_int_equal(nt_tunable_irq.operation(&t.host->io.io, &change, &device, &operation), 0);
	assert_int_equal(operation.kind, NETTUNE_OP_KIND_IRQ);
	assert_int_equal(operation.value_len, strlen("6,00000001"));
	assert_memory_equal(operation.value, "6,00000001", operation.value_len);
	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity",
		 fake_irq_find(nic, NT_IRQ_RXTX, 2)->irq);
	assert_string_equal(operation.path, path);
	nt_operation_free(&operation);
	change.tunable = (char *)"irq-affinity.rxtx-7";
	assert_int_equal(nt_tunable_irq.operation(&t.host->io.io, &change, &device, &operation),
			 -ENOENT);
}

static void second_plan_is_compliant(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "mlx5_core", 4, 8);
	tuning_want(&t, "eth*", "IrqPlacement", "one-per-core");
	plan_on_node(0);
	assert_int_equal(tuning_apply(&t), 0);
	tuning_forget(&t);
	plan_on_node(0);
	assert_int_equal(nt_plan_count(&t.plan, NT_OUTCOME_COMPLIANT), 4);
}

static void rx_and_tx_interrupts_of_a_pair_share_a_cpu(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "virtio_net", 2, 8);
	tuning_want(&t, "eth0", "IrqPlacement", "one-per-core");
	plan_on_node(0);
	/* Only of queues in use, though there are interrupts for all. */
	assert_int_equal(t.plan.n_changes, 4);
	assert_string_equal(find("eth0", "irq-affinity.rx-1")->wanted,
			    find("eth0", "irq-affinity.tx-1")->wanted);
	assert_int_equal(tuning_apply(&t), 0);
}

static void devices_of_a_node_start_at_different_cores(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 2, 8);
	fake_nic_add(&t.host->io, "eth1", "ice", 2, 8);
	tuning_want(&t, "eth*", "IrqPlacement", "one-per-core,numa-local,skip-smt");
	plan_on_node(0);
	assert_string_equal(find("eth0", "irq-affinity.rxtx-0")->wanted, "0");
	assert_string_equal(find("eth1", "irq-affinity.rxtx-0")->wanted, "2");
}

static void queues_that_will_be_are_planned_without_a_value_seen(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ixgbe", 2, 8);
	tuning_want(&t, "eth0", "IrqPlacement", "one-per-core");
	tuning_foresee(&t, NT_PHASE_CHANNELS, "eth0", "channels", "combined:4");
	plan_on_node(0);
	assert_non_null(find("eth0", "irq-affinity.rxtx-1")->seen);
	assert_null(find("eth0", "irq-affinity.rxtx-3")->seen);
	assert_null(tuning_find(&t, "eth0", "irq-affinity.rxtx-4"));
}

/* Interrupts have other numbers after the channels changed: what was found must not be used. */
static void interrupt_is_looked_up_anew_when_numbers_changed(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ixgbe", 4, 8);
	struct nt_nic_channels channels;
	char buf[64];

	(void)state;
	tuning_want(&t, "eth0", "IrqPlacement", "5");
	plan_on_node(0);
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nt_nic_channels_get(&t.host->io.io, "eth0", &channels, &t.diag), 0);
	channels.combined = 2;
	assert_int_equal(nt_nic_channels_set(&t.host->io.io, "eth0", &channels, &t.diag), 0);
	assert_int_equal(nt_tunable_irq.get(&t.host->io.io, "eth0", "irq-affinity.rxtx-1", buf,
					    sizeof(buf)), 0);
	assert_string_equal(buf, "0-15");
	assert_int_equal(nt_tunable_irq.apply(&t.host->io.io, find("eth0", "irq-affinity.rxtx-1"),
					      &t.diag), 0);
	assert_true(fake_cpus_has(&fake_irq_find(nic, NT_IRQ_RXTX, 1)->cpus, 5));
	assert_false(fake_cpus_has(&fake_irq_find(nic, NT_IRQ_RXTX, 1)->cpus, 4));
	assert_int_equal(nt_tunable_irq.get(&t.host->io.io, "eth0", "irq-affinity.rxtx-3", buf,
					    sizeof(buf)), -ENOENT);
	assert_int_equal(nt_tunable_irq.get(&t.host->io.io, "eth9", "irq-affinity.rxtx-1", buf,
					    sizeof(buf)), -ENODEV);
}

static void managed_interrupt_is_immutable(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ice", 2, 8);

	(void)state;
	fake_irq_find(nic, NT_IRQ_RXTX, 1)->managed = true;
	tuning_want(&t, "eth0", "IrqPlacement", "one-per-core");
	plan_on_node(0);
	assert_int_equal(find("eth0", "irq-affinity.rxtx-0")->outcome, NT_OUTCOME_PLANNED);
	assert_int_equal(find("eth0", "irq-affinity.rxtx-1")->outcome, NT_OUTCOME_IMMUTABLE);
}

/* Linux 6.1 gives it writable files and answers with EIO. */
static void managed_interrupt_is_immutable_when_only_trying_tells(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ice", 2, 8);

	(void)state;
	t.host->nics.kernel = FAKE_LINUX_6_1;
	fake_irq_find(nic, NT_IRQ_RXTX, 0)->managed = true;
	tuning_want(&t, "eth0", "IrqPlacement", "one-per-core");
	plan_on_node(0);
	assert_int_equal(tuning_apply(&t), -EROFS);
	assert_non_null(strstr(t.diag.message, "the kernel placed this interrupt"));
}

static void cpu_without_vectors_is_named(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 2, 8);
	fake_cpus_add(&t.host->nics.full, 3);
	tuning_want(&t, "eth0", "IrqPlacement", "3");
	plan_on_node(0);
	assert_int_equal(tuning_apply(&t), -ENOSPC);
	assert_non_null(strstr(t.diag.message, "exclude=3"));
}

static void cpu_that_went_offline_is_named(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 2, 8);
	tuning_want(&t, "eth0", "IrqPlacement", "3");
	plan_on_node(0);
	t.host->nics.online = fake_cpus_range(0, 3);
	assert_int_equal(tuning_apply(&t), -EINVAL);
	assert_non_null(strstr(t.diag.message, "no CPU of 3 is online"));
}

static void rules_that_leave_no_cpu_block(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 2, 8);
	tuning_want(&t, "eth0", "IrqPlacement", "exclude=housekeeping");
	plan_on_node(0);
	assert_int_equal(find("eth0", "irq-affinity")->outcome, NT_OUTCOME_BLOCKED);
}

static void device_without_interrupts_is_unsupported(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "veth", 2, 2);
	tuning_want(&t, "eth0", "IrqPlacement", "one-per-core");
	plan_on_node(-1);
	assert_int_equal(find("eth0", "irq-affinity")->outcome, NT_OUTCOME_UNSUPPORTED);
}

static void irqbalance_is_named_while_it_runs(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 2, 8);
	tuning_want(&t, "eth0", "IrqPlacement", "one-per-core");
	plan_on_node(0);
	assert_null(find("eth0", "irq-affinity.rxtx-0")->owner);
	tuning_forget(&t);
	fake_file(&t.host->io, "/proc/77/comm", "irqbalance");
	plan_on_node(0);
	assert_non_null(strstr(find("eth0", "irq-affinity.rxtx-0")->owner, "irqbalance"));
}

static void affinities_of_all_queues_are_kept(void **state)
{
	struct nt_plan kept = { 0 };
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ixgbe", 4, 8);

	(void)state;
	fake_irq_find(nic, NT_IRQ_RXTX, 0)->managed = true;
	tuning_want(&t, "eth0", "IrqPlacement", "one-per-core");
	read_on_node(0);
	tuning_foresee(&t, NT_PHASE_CHANNELS, "eth0", "channels", "combined:3");
	assert_int_equal(nt_tunable_irq.keep(&t.facts, "eth0", &t.plan, &kept), 0);
	/* Also of the pair that goes: undo brings it back. */
	assert_int_equal(kept.n_changes, 4);
	assert_non_null(nt_plan_find(&kept, "eth0", "irq-affinity.rxtx-3"));
	assert_non_null(nt_plan_find(&kept, "eth0", "irq-affinity.other-0"));
	assert_string_equal(kept.changes[0].tunable, "irq-affinity.rxtx-1");
	assert_string_equal(kept.changes[0].wanted, kept.changes[0].seen);
	assert_true(kept.changes[0].kept);
	nt_plan_free(&kept);
}

static void xps_is_told_where_interrupts_will_go(void **state)
{
	struct nt_irq_cpus cpus;

	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);
	tuning_want(&t, "eth0", "IrqPlacement", "numa-local,skip-smt");
	plan_on_node(1);
	assert_int_equal(nt_irq_cpus_make(&t.facts, "eth0", &t.plan, &cpus), 0);
	assert_string_equal(nt_irq_cpus_of(&cpus, 3), "7");
	assert_string_equal(nt_irq_cpus_of(&cpus, 4), "4");
	nt_irq_cpus_free(&cpus);
	nt_plan_free(&t.plan);
	assert_int_equal(nt_irq_cpus_make(&t.facts, "eth0", &t.plan, &cpus), 0);
	assert_string_equal(nt_irq_cpus_of(&cpus, 3), "0-15");
	nt_irq_cpus_free(&cpus);
	assert_int_equal(nt_irq_cpus_make(&t.facts, "eth9", &t.plan, &cpus), 0);
	assert_null(nt_irq_cpus_of(&cpus, 0));
	nt_irq_cpus_free(&cpus);
}

static void wrong_rules_name_their_column(void **state)
{
	struct nt_diag diag;

	(void)state;
	assert_int_equal(tuning_check("IrqPlacement", "skip-smt,numa", &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "p.conf:3:23: IrqPlacement: "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(device_that_is_down_has_its_interrupts_later),
		TEST(cpus_that_are_not_to_be_had_are_named),
		TEST(queues_get_cores_of_their_node_and_lose_them_on_undo),
		TEST(module_is_given_a_mask_and_the_file_that_proves_the_right),
		TEST(second_plan_is_compliant),
		TEST(rx_and_tx_interrupts_of_a_pair_share_a_cpu),
		TEST(devices_of_a_node_start_at_different_cores),
		TEST(queues_that_will_be_are_planned_without_a_value_seen),
		TEST(interrupt_is_looked_up_anew_when_numbers_changed),
		TEST(managed_interrupt_is_immutable),
		TEST(managed_interrupt_is_immutable_when_only_trying_tells),
		TEST(cpu_without_vectors_is_named),
		TEST(cpu_that_went_offline_is_named),
		TEST(rules_that_leave_no_cpu_block),
		TEST(device_without_interrupts_is_unsupported),
		TEST(irqbalance_is_named_while_it_runs),
		TEST(affinities_of_all_queues_are_kept),
		TEST(xps_is_told_where_interrupts_will_go),
		TEST(wrong_rules_name_their_column),
	};

	return cmocka_run_group_tests_name("irq", tests, NULL, NULL);
}
