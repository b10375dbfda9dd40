// SPDX-License-Identifier: GPL-2.0-or-later
/* What interrupts are for, told from their names, and masks of the kernel's files as lists. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/cpumask.h"
#include "core/irqname.h"

#define NAMES_MAX 8U

/* Names as request_irq() of each driver gets them, and what they must become, in that order. */
static const struct fixture {
	const char *driver;
	const char *names[NAMES_MAX];
	const char *roles[NAMES_MAX];
} fixtures[] = {
	{ "igb", { "eth0", "eth0-TxRx-0", "eth0-TxRx-1" }, { "other", "rxtx-0", "rxtx-1" } },
	{ "igb", { "eth0" }, { "rxtx-0" } },
	{ "igc", { "enp3s0", "enp3s0-rx-0", "enp3s0-tx-0" }, { "other", "rx-0", "tx-0" } },
	{ "ixgbe", { "eth2-TxRx-0", "eth2-TxRx-15", "eth2-rx-16", "eth2" },
	  { "rxtx-0", "rxtx-15", "rx-16", "other" } },
	{ "i40e", { "i40e-0000:01:00.0:misc", "i40e-eth0-TxRx-3", "i40e-0000:01:00.0:fdir-TxRx-0" },
	  { "other", "rxtx-3", "other" } },
	{ "iavf", { "iavf-0000:01:02.0:mbx", "iavf-eth0-TxRx-0" }, { "other", "rxtx-0" } },
	{ "ice", { "ice-0000:18:00.0:misc", "ice-ens1f0-TxRx-0", "ice-ens1f0-TxRx-127",
		   "ice-0000:18:00.0:ctrl-TxRx-0" },
	  { "other", "rxtx-0", "rxtx-127", "other" } },
	{ "mlx5_core", { "mlx5_async0@pci:0000:3b:00.0", "mlx5_comp0@pci:0000:3b:00.0",
			 "mlx5_comp12@pci:0000:3b:00.0" }, { "other", "rxtx-0", "rxtx-12" } },
	{ "mlx4_en", { "mlx4-async@pci:0000:04:00.0", "mlx4-1@0000:04:00.0",
		       "mlx4-2@0000:04:00.0" },
	  { "other", "rxtx-0", "rxtx-1" } },
	{ "bnxt_en", { "eth0-TxRx-0", "eth0-TxRx-7" }, { "rxtx-0", "rxtx-7" } },
	{ "bnxt_en", { "eth0-rx-0", "eth0-rx-1", "eth0-tx-2", "eth0-tx-3" },
	  { "rx-0", "rx-1", "tx-0", "tx-1" } },
	{ "ena", { "ena-mgmnt@pci:0000:00:05.0", "eth0-Tx-Rx-0", "eth0-Tx-Rx-1" },
	  { "other", "rxtx-0", "rxtx-1" } },
	{ "virtio_net", { "virtio0-config", "virtio0-input.0", "virtio0-output.0",
			  "virtio0-input.1", "virtio0-output.1" },
	  { "other", "rx-0", "tx-0", "rx-1", "tx-1" } },
	{ "virtio_net", { "virtio0-config", "virtio0-virtqueues" }, { "other", "rxtx-0" } },
	{ "gve", { "gve-ntfy-blk0@pci:0000:00:04.0", "gve-ntfy-blk1@pci:0000:00:04.0",
		   "gve-ntfy-blk2@pci:0000:00:04.0", "gve-ntfy-blk3@pci:0000:00:04.0",
		   "gve-mgmnt@pci:0000:00:04.0" }, { "tx-0", "tx-1", "rx-0", "rx-1", "other" } },
	{ "mana", { "mana_hwc@pci:7870:00:00.0", "mana_q0@pci:7870:00:00.0",
		    "mana_q1@pci:7870:00:00.0" }, { "other", "rxtx-0", "rxtx-1" } },
	{ "vmxnet3", { "ens192-rxtx-0", "ens192-rxtx-1", "ens192-event-2" },
	  { "rxtx-0", "rxtx-1", "other" } },
	{ "vmxnet3", { "ens192-tx-0", "ens192-rx-1", "ens192-event-2" },
	  { "tx-0", "rx-0", "other" } },
	{ "tg3", { "eth0-0", "eth0-txrx-1", "eth0-rx-2", "eth0-rx-3" },
	  { "other", "rxtx-0", "rx-0", "rx-1" } },
	{ "bnx2x", { "eth0-fp-0", "eth0-fp-1", "eth0" }, { "rxtx-0", "rxtx-1", "other" } },
	{ "sfc", { "eth0-0", "eth0-1", "eth0-xdp-0" }, { "rxtx-0", "rxtx-1", "other" } },
	{ "hns3", { "hclge-misc-0000:7d:00.0", "hns3-0000:7d:00.0-TxRx-0" },
	  { "other", "rxtx-0" } },
	{ "r8169", { "enp2s0" }, { "rxtx-0" } },
	{ "nobody", { "first", "second" }, { "other", "other" } },
	/* A device may be called anything; a number too large is none. */
	{ "igb", { "a-TxRx-1-TxRx-0", "eth0-TxRx-99999999999", "eth0-TxRx-1x" },
	  { "rxtx-0", "other", "other" } },
};

static const char *spell(const struct nt_irq_fact *irq, char *buf, size_t size)
{
	static const char *const roles[] = { "rxtx", "rx", "tx" };

	if (irq->role == NT_IRQ_OTHER)
		return "other";
	snprintf(buf, size, "%s-%u", roles[irq->role], irq->queue);
	return buf;
}

static void check(const struct fixture *f)
{
	struct nt_irq_fact irqs[NAMES_MAX] = { 0 };
	char buf[32];
	size_t n;

	for (n = 0; n < NAMES_MAX && f->names[n]; n++)
		snprintf(irqs[n].name, sizeof(irqs[n].name), "%s", f->names[n]);
	nt_irq_roles(f->driver, irqs, n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(spell(&irqs[i], buf, sizeof(buf)), f->roles[i]) != 0)
			fail_msg("%s: %s is %s, not %s", f->driver, irqs[i].name,
				 spell(&irqs[i], buf, sizeof(buf)), f->roles[i]);
}

static void names_of_each_driver_tell_role_and_queue(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fixtures) / sizeof(fixtures[0]); i++)
		check(&fixtures[i]);
}

static void sorting_is_by_role_then_queue_then_number(void **state)
{
	struct nt_irq_fact irqs[] = {
		{ .irq = 9, .role = NT_IRQ_OTHER }, { .irq = 8, .role = NT_IRQ_RX, .queue = 1 },
		{ .irq = 7, .role = NT_IRQ_RX, .queue = 0 }, { .irq = 6, .role = NT_IRQ_RXTX },
		{ .irq = 5, .role = NT_IRQ_OTHER },
	};
	static const uint32_t order[] = { 6, 7, 8, 5, 9 };

	(void)state;
	nt_irq_sort(irqs, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(irqs[i].irq, order[i]);
	nt_irq_sort(NULL, 0);
}

static void masks_become_lists(void **state)
{
	static const struct {
		const char *mask;
		const char *list;
	} rows[] = {
		{ "0", "" }, { "00000000,00000000\n", "" }, { "1\n", "0" }, { "f", "0-3" },
		{ "ff00", "8-15" }, { "a5", "0,2,5,7" }, { "00000001,80000000\n", "31-32" },
		{ "80000000,00000000,00000001", "0,95" },
		{ "ffffffff,ffffffff", "0-63" },
	};
	char list[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(nt_cpumask_to_list(rows[i].mask, list, sizeof(list)), 0);
		assert_string_equal(list, rows[i].list);
	}
}

static void masks_that_are_none_and_lists_without_room_are_errors(void **state)
{
	char list[8];

	(void)state;
	assert_int_equal(nt_cpumask_to_list("", list, sizeof(list)), -EINVAL);
	assert_int_equal(nt_cpumask_to_list("\n", list, sizeof(list)), -EINVAL);
	assert_int_equal(nt_cpumask_to_list("0x1", list, sizeof(list)), -EINVAL);
	assert_int_equal(nt_cpumask_to_list("a5a5", list, sizeof(list)), -E2BIG);
	assert_int_equal(nt_cpumask_to_list("f", list, 3), -E2BIG);
	assert_int_equal(nt_cpumask_to_list("f", list, 4), 0);
	assert_int_equal(nt_cpumask_to_list("1", list, 0), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_each_driver_tell_role_and_queue),
		cmocka_unit_test(sorting_is_by_role_then_queue_then_number),
		cmocka_unit_test(masks_become_lists),
		cmocka_unit_test(masks_that_are_none_and_lists_without_room_are_errors),
	};

	return cmocka_run_group_tests_name("irqname", tests, NULL, NULL);
}
