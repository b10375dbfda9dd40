// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The devices in memory misbehave as their drivers do. What each test expects is told with the
 * function it was read from in tests/fake/; veth's and features' were seen on a running kernel.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake/fake_host.h"
#include "lib/diag.h"

static struct fake_host *host;
static struct nt_diag diag;

static int setup(void **state)
{
	(void)state;
	host = fake_host_map(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	fake_host_init(host, FAKE_LINUX_6_12, 8);
	memset(&diag, 0, sizeof(diag));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_host_unmap(host);
	return 0;
}

static struct nt_io *io(void)
{
	return &host->io.io;
}

static struct fake_nic *plug(const char *driver, uint32_t channels, uint32_t max)
{
	return fake_nic_add(&host->io, "eth0", driver, channels, max);
}

static int combine(uint32_t n)
{
	struct nt_nic_channels c;

	memset(&diag, 0, sizeof(diag));
	assert_int_equal(nt_nic_channels_get(io(), "eth0", &c, &diag), 0);
	c.combined = n;
	return nt_nic_channels_set(io(), "eth0", &c, &diag);
}

static int coalesce(enum nt_coalesce_field field, uint32_t value)
{
	struct nt_nic_coalesce want = { .has = 1U << field };

	want.value[field] = value;
	return nt_nic_coalesce_set(io(), "eth0", &want, &diag);
}

static uint32_t coalesced(enum nt_coalesce_field field)
{
	struct nt_nic_coalesce now;

	assert_int_equal(nt_nic_coalesce_get(io(), "eth0", &now, &diag), 0);
	return now.value[field];
}

/* Everything to one ring. */
static int point_table_at(uint16_t ring)
{
	static struct nt_nic_rss rss;

	assert_int_equal(nt_nic_rss_get(io(), "eth0", &rss, &diag), 0);
	for (uint32_t i = 0; i < rss.n_table; i++)
		rss.table[i] = ring;
	return nt_nic_rss_set(io(), "eth0", &rss, NT_RSS_SET_TABLE, &diag);
}

static bool table_is_default(void)
{
	const struct fake_nic *nic = fake_nic_find(&host->io, "eth0");

	for (uint32_t i = 0; i < nic->n_table; i++)
		if (nic->table[i] != i % nt_nic_rx_rings(&nic->channels))
			return false;
	return true;
}

static int put(const char *path, const char *value)
{
	return nt_io_write_file(io(), path, value, strlen(value));
}

static void expect(const char *path, const char *value)
{
	char buf[64];

	assert_int_equal(nt_io_read_file(io(), path, buf, sizeof(buf), NULL), 0);
	buf[strcspn(buf, "\n")] = '\0';
	assert_string_equal(buf, value);
}

static bool active(const char *feature)
{
	static struct nt_nic_features features;

	assert_int_equal(nt_nic_features_get(io(), "eth0", &features, &diag), 0);
	return nt_nic_feature_find(&features, feature)->active;
}

#define XPS(n) "/sys/class/net/eth0/queues/tx-" #n "/xps_cpus"
#define RPS(n) "/sys/class/net/eth0/queues/rx-" #n "/rps_cpus"
#define CNT(n) "/sys/class/net/eth0/queues/rx-" #n "/rps_flow_cnt"

/* ---- the core ---- */

static void fewer_queues_lose_what_they_were_told(void **state)
{
	struct nt_nic_channels two = { .rx = 2, .tx = 2 }, four = { .rx = 4, .tx = 4 };

	(void)state;
	plug("veth", 4, 4);
	assert_int_equal(put(XPS(3), "3"), 0);
	assert_int_equal(put(RPS(3), "1"), 0);
	assert_int_equal(put(CNT(3), "256"), 0);
	assert_int_equal(put(XPS(1), "2"), 0);
	assert_int_equal(nt_nic_channels_set(io(), "eth0", &two, &diag), 0);
	assert_int_equal(nt_io_access(io(), XPS(3), 0), -ENOENT);
	assert_int_equal(nt_nic_channels_set(io(), "eth0", &four, &diag), 0);
	expect(XPS(3), "00");
	expect(RPS(3), "00");
	expect(CNT(3), "0");
	expect(XPS(1), "02");
}

static void channels_below_a_table_that_is_set_are_refused(void **state)
{
	(void)state;
	plug("ice", 8, 8);
	assert_int_equal(point_table_at(5), 0);
	assert_int_equal(combine(4), -EINVAL);
	assert_string_equal(diag.message, "requested channel counts are too low for existing "
			    "indirection table (5)");
	host->nics.kernel = FAKE_LINUX_6_1;
	assert_int_equal(combine(4), -EINVAL);
	assert_string_equal(diag.message, "requested channel counts are too low for existing "
			    "indirection table settings");
	assert_int_equal(combine(6), 0);
	assert_int_equal(nt_nic_rss_set(io(), "eth0", &(struct nt_nic_rss){ 0 },
					NT_RSS_RESET_TABLE, &diag), 0);
	assert_int_equal(combine(2), 0);
	assert_true(table_is_default());
}

static void channels_below_rules_or_sockets_are_refused(void **state)
{
	struct fake_nic *nic = plug("i40e", 8, 8);

	(void)state;
	nic->ntuple = 1;
	nic->ntuple_queue = 6;
	assert_int_equal(combine(6), -EINVAL);
	assert_non_null(strstr(diag.message, "ntuple"));
	nic->ntuple = 0;
	nic->zero_copy = 3;
	assert_int_equal(combine(2), -EINVAL);
	assert_non_null(strstr(diag.message, "AF_XDP"));
	assert_int_equal(combine(3), 0);
	assert_int_equal(combine(9), -EINVAL);
	assert_int_equal(combine(0), -EINVAL);
}

static void a_feature_that_lacks_another_is_accepted_and_not_in_effect(void **state)
{
	(void)state;
	plug("veth", 1, 1);
	assert_int_equal(nt_nic_feature_set(io(), "eth0", "tx-checksum-ip-generic", false, &diag),
			 0);
	assert_false(active("tx-tcp-segmentation"));
	assert_int_equal(nt_nic_feature_set(io(), "eth0", "tx-tcp-segmentation", true, &diag), 0);
	assert_false(active("tx-tcp-segmentation"));
	assert_int_equal(nt_nic_feature_set(io(), "eth0", "tx-checksum-ip-generic", true, &diag),
			 0);
	assert_true(active("tx-tcp-segmentation"));
	assert_int_equal(nt_nic_feature_set(io(), "eth0", "highdma", false, &diag), 0);
	assert_true(active("highdma"));
}

static void hardware_gro_wins_over_lro(void **state)
{
	(void)state;
	plug("mlx5_core", 4, 4);
	assert_int_equal(nt_nic_feature_set(io(), "eth0", "rx-lro", true, &diag), 0);
	assert_true(active("rx-lro"));
	assert_int_equal(nt_nic_feature_set(io(), "eth0", "rx-gro-hw", true, &diag), 0);
	assert_false(active("rx-lro"));
	assert_int_equal(nt_nic_feature_set(io(), "eth0", "rx-checksum", false, &diag), 0);
	assert_false(active("rx-gro-hw"));
}

static void a_parameter_the_driver_lacks_refuses_the_request(void **state)
{
	(void)state;
	plug("i40e", 4, 4);
	assert_int_equal(coalesce(NT_COALESCE_RX_FRAMES, 8), -EINVAL);
	assert_string_equal(diag.message, "cannot modify an unsupported parameter");
	plug("veth", 1, 1);
	assert_int_equal(nt_nic_rings_get(io(), "eth1", &(struct nt_nic_rings){ 0 }, &diag),
			 -ENODEV);
}

/* ---- files ---- */

static void masks_beyond_the_cpus_overflow(void **state)
{
	(void)state;
	plug("ice", 4, 4);
	assert_int_equal(put(XPS(0), "100"), -EOVERFLOW);
	assert_int_equal(put(RPS(0), "fff"), -EOVERFLOW);
	assert_int_equal(put(XPS(0), "zz"), -EINVAL);
	assert_int_equal(put("/proc/irq/33/smp_affinity_list", "8"), -ERANGE);
	assert_int_equal(put(XPS(0), "ff"), 0);
	expect(XPS(0), "ff");
	host->nics.n_cpus = 40;
	assert_int_equal(put(XPS(0), "ff,00000001"), 0);
	expect(XPS(0), "ff,00000001");
	host->nics.n_cpus = 8;
}

static void a_device_with_one_queue_has_no_xps(void **state)
{
	char buf[16];

	(void)state;
	plug("igb", 1, 1);
	assert_int_equal(nt_io_access(io(), XPS(0), 0), 0);
	assert_int_equal(nt_io_read_file(io(), XPS(0), buf, sizeof(buf), NULL), -ENOENT);
	assert_int_equal(put(XPS(0), "1"), -ENOENT);
}

static void rps_is_trimmed_to_housekeeping_and_online_cpus(void **state)
{
	(void)state;
	plug("igb", 4, 4);
	host->nics.isolated = fake_cpus_range(4, 8);
	host->nics.online = fake_cpus_range(1, 8);
	assert_int_equal(put(RPS(0), "f0"), -EINVAL);
	assert_int_equal(put(RPS(0), "ff"), 0);
	expect(RPS(0), "0e");
	assert_int_equal(put(RPS(0), "0"), 0);
	expect(RPS(0), "00");
}

static void flow_counts_become_powers_of_two(void **state)
{
	(void)state;
	plug("igb", 4, 4);
	assert_int_equal(put(CNT(1), "3000"), 0);
	expect(CNT(1), "4096");
	assert_int_equal(put(CNT(1), "x"), -EINVAL);
	assert_int_equal(put(CNT(1), "0"), 0);
	expect(CNT(1), "0");
}

static void interrupts_refuse_as_the_kernel_does(void **state)
{
	struct fake_nic *nic = plug("ice", 4, 4);
	struct fake_irq *irq = fake_irq_find(nic, NT_IRQ_RXTX, 1);
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", irq->irq);
	expect(path, "0-7");
	assert_int_equal(put(path, "2-3"), 0);
	expect(path, "2-3");
	host->nics.online = fake_cpus_range(0, 4);
	assert_int_equal(put(path, "5"), -EINVAL);
	host->nics.full = fake_cpus_range(1, 2);
	assert_int_equal(put(path, "1"), -ENOSPC);
	irq->managed = true;
	assert_int_equal(put(path, "0"), -EPERM);
	host->nics.kernel = FAKE_LINUX_6_1;
	assert_int_equal(put(path, "0"), -EIO);
}

static int count_name(const char *name, void *user)
{
	(void)name;
	++*(unsigned int *)user;
	return 0;
}

static unsigned int count_dir(const char *path)
{
	unsigned int n = 0;

	nt_io_list_dir(io(), path, count_name, &n);
	return n;
}

static void handlers_have_folders_and_devices_have_interrupts(void **state)
{
	(void)state;
	plug("mlx5_core", 2, 4);
	assert_int_equal(count_dir("/sys/class/net/eth0/device/msi_irqs"), 5);
	assert_int_equal(count_dir("/sys/class/net/eth0/queues"), 4);
	assert_int_equal(nt_io_access(io(), "/proc/irq/34/mlx5_comp1@pci:0000:01:00.0", 0), 0);
	assert_int_equal(count_dir("/proc/irq/34"), 3);
	assert_int_equal(count_dir("/proc/irq/35"), 2); /* of a queue that is not used */
}

static int keep_irq(const struct nt_io_napi *napi, void *user)
{
	*(uint32_t *)user = napi->irq;
	return 0;
}

static void few_drivers_tell_the_interrupt_of_a_napi(void **state)
{
	uint32_t irq = 7;

	(void)state;
	plug("i40e", 1, 4);
	assert_int_equal(nt_nic_napis(io(), "eth0", keep_irq, &irq), 0);
	assert_int_equal(irq, 0);
	host->nics.kernel = FAKE_LINUX_7;
	assert_int_equal(nt_nic_napis(io(), "eth0", keep_irq, &irq), 0);
	assert_int_equal(irq, fake_irq_find(&host->nics.list[0], NT_IRQ_RXTX, 0)->irq);
	host->nics.kernel = FAKE_LINUX_6_1;
	assert_int_equal(nt_nic_napis(io(), "eth0", keep_irq, &irq), -EOPNOTSUPP);
}

/* ---- drivers ---- */

static void i40e_loses_coalescing_and_xps_with_channels(void **state)
{
	(void)state;
	plug("i40e", 8, 8);
	assert_int_equal(coalesce(NT_COALESCE_ADAPTIVE_RX, 0), 0);
	assert_int_equal(coalesce(NT_COALESCE_RX_USECS, 7), 0);
	assert_int_equal(coalesced(NT_COALESCE_RX_USECS), 8);
	assert_int_equal(put(XPS(1), "f0"), 0);
	assert_int_equal(combine(4), 0);
	assert_int_equal(coalesced(NT_COALESCE_RX_USECS), 50);
	assert_int_equal(coalesced(NT_COALESCE_ADAPTIVE_RX), 1);
	expect(XPS(1), "02");
}

static void i40e_forgets_the_table_with_fewer_queues_only(void **state)
{
	(void)state;
	plug("i40e", 4, 8);
	assert_int_equal(point_table_at(1), 0);
	assert_int_equal(combine(8), 0);
	assert_false(table_is_default());
	assert_int_equal(combine(4), 0);
	assert_true(table_is_default());
	/* A reset is a table of its own: with more queues, the new ones get nothing. */
	nt_nic_rss_set(io(), "eth0", &(struct nt_nic_rss){ 0 }, NT_RSS_RESET_TABLE, &diag);
	assert_int_equal(combine(8), 0);
	assert_false(table_is_default());
}

static void igb_has_no_tx_usecs_and_new_interrupts(void **state)
{
	struct fake_nic *nic = plug("igb", 4, 8);
	struct fake_irq *irq = fake_irq_find(nic, NT_IRQ_RXTX, 0);
	uint32_t before = irq->irq;

	(void)state;
	assert_int_equal(coalesce(NT_COALESCE_TX_USECS, 10), -EINVAL);
	assert_int_equal(coalesce(NT_COALESCE_RX_USECS, 5), -EINVAL);
	assert_int_equal(coalesce(NT_COALESCE_RX_USECS, 20), 0);
	irq->cpus = fake_cpus_range(2, 3);
	assert_int_equal(combine(8), 0);
	irq = fake_irq_find(nic, NT_IRQ_RXTX, 0);
	assert_int_not_equal(irq->irq, before);
	assert_true(fake_cpus_equal(&irq->cpus, &host->nics.online));
	assert_int_equal(coalesced(NT_COALESCE_RX_USECS), 20);
	assert_false(table_is_default()); /* runs, not turns */
	assert_int_equal(nic->table[127], 7);
}

static void ixgbe_makes_its_table_anew_whenever_it_starts(void **state)
{
	struct nt_nic_rings rings = { .rx = 1000, .tx = 512 };
	struct fake_nic *nic = plug("ixgbe", 4, 8);

	(void)state;
	assert_int_equal(point_table_at(2), 0);
	assert_int_equal(nt_nic_rings_set(io(), "eth0", &rings, &diag), 0);
	assert_true(table_is_default());
	assert_int_equal(nic->queues[0].rx_ring, 1000);
	assert_int_equal(nic->n_resets, 1);
	assert_int_equal(nt_nic_rings_set(io(), "eth0", &rings, &diag), 0);
	assert_int_equal(nic->n_resets, 1);
}

static void ice_refuses_channels_under_rdma_and_usecs_under_adaptive(void **state)
{
	struct fake_nic *nic = plug("ice", 4, 8);

	(void)state;
	nic->rdma = true;
	assert_int_equal(combine(8), -EBUSY);
	nic->rdma = false;
	assert_int_equal(coalesce(NT_COALESCE_RX_USECS, 8), -EINVAL);
	assert_int_equal(coalesce(NT_COALESCE_ADAPTIVE_RX, 0), 0);
	assert_int_equal(coalesce(NT_COALESCE_RX_USECS, 8), 0);
	assert_int_equal(combine(8), 0);
	assert_int_equal(coalesced(NT_COALESCE_RX_USECS), 8);
	assert_true(table_is_default());
}

static void mlx5_pins_queues_anew_and_keeps_a_set_table_at_its_size(void **state)
{
	(void)state;
	plug("mlx5_core", 128, 128);
	assert_int_equal(combine(64), 0);
	assert_int_equal(put(XPS(1), "80"), 0);
	assert_int_equal(point_table_at(0), 0);
	assert_int_equal(combine(128), 0);
	expect(XPS(1), "02");
	assert_int_equal(fake_nic_find(&host->io, "eth0")->n_table, 256);
}

static void mlx5_refuses_another_size_of_a_set_table(void **state)
{
	struct fake_nic *nic = plug("mlx5_core", 128, 128);

	(void)state;
	/* As if more channels were there than this model has room for. */
	nic->n_table = 512;
	assert_int_equal(point_table_at(0), 0);
	assert_int_equal(combine(64), -EINVAL);
	host->nics.kernel = FAKE_LINUX_6_1;
	assert_int_equal(combine(64), 0);
}

static void mlx5_modes_bring_their_own_times(void **state)
{
	(void)state;
	plug("mlx5_core", 4, 4);
	assert_int_equal(coalesce(NT_COALESCE_RX_USECS, 3), 0);
	assert_int_equal(coalesce(NT_COALESCE_ADAPTIVE_RX, 0), 0);
	assert_int_equal(coalesced(NT_COALESCE_RX_USECS), 8);
}

static void bnxt_and_ena_pin_interrupts_on_every_open(void **state)
{
	static const char *const drivers[] = { "bnxt_en", "ena" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct nt_nic_rings rings = { .rx = 512, .tx = 512 };
		struct fake_nic *nic;
		struct fake_cpus two = fake_cpus_range(2, 3);

		host->nics.n = 0;
		nic = plug(drivers[i], 4, 8);
		fake_irq_find(nic, NT_IRQ_RXTX, 2)->cpus = host->nics.online;
		assert_int_equal(nt_nic_rings_set(io(), "eth0", &rings, &diag), 0);
		assert_true(fake_cpus_equal(&fake_irq_find(nic, NT_IRQ_RXTX, 2)->cpus, &two));
	}
}

static void bnxt_refuses_another_size_of_a_set_table(void **state)
{
	(void)state;
	plug("bnxt_en", 64, 128);
	assert_int_equal(point_table_at(3), 0);
	assert_int_equal(combine(65), -EINVAL);
	assert_int_equal(combine(32), 0);
	assert_false(table_is_default());
}

static void ena_forgets_table_and_key_and_keeps_queues_for_xdp(void **state)
{
	struct fake_nic *nic = plug("ena", 2, 8);
	static struct nt_nic_rss rss;

	(void)state;
	assert_int_equal(nt_nic_rss_get(io(), "eth0", &rss, &diag), 0);
	memset(rss.key, 1, rss.n_key);
	assert_int_equal(nt_nic_rss_set(io(), "eth0", &rss, NT_RSS_SET_KEY, &diag), 0);
	assert_int_equal(point_table_at(1), 0);
	nic->link.xdp = true;
	assert_int_equal(combine(5), -EINVAL);
	assert_int_equal(combine(4), 0);
	assert_int_not_equal(nic->key[0], 1);
	assert_true(table_is_default());
}

static void virtio_pins_all_anew_and_refuses_under_xdp(void **state)
{
	struct fake_nic *nic = plug("virtio_net", 4, 8);

	(void)state;
	assert_int_equal(put(XPS(0), "80"), 0);
	fake_irq_find(nic, NT_IRQ_RX, 0)->cpus = fake_cpus_range(7, 8);
	nic->link.xdp = true;
	assert_int_equal(combine(2), -EINVAL);
	assert_int_equal(nt_nic_feature_set(io(), "eth0", "rx-gro-hw", false, &diag), 0);
	assert_true(active("rx-gro-hw"));
	nic->link.xdp = false;
	assert_int_equal(combine(2), 0);
	expect(XPS(0), "0f");
	expect("/proc/irq/33/smp_affinity", "0f");
}

static void virtio_rings_may_stop_half_way(void **state)
{
	struct nt_nic_rings rings = { .rx = 512, .tx = 512 };
	struct fake_nic *nic = plug("virtio_net", 4, 4);

	(void)state;
	nic->ring_fails_at = 3;
	assert_int_equal(nt_nic_rings_set(io(), "eth0", &rings, &diag), -ENOMEM);
	assert_int_equal(nic->queues[1].rx_ring, 512);
	assert_int_equal(nic->queues[2].rx_ring, 256);
	assert_int_equal(nt_nic_rings_get(io(), "eth0", &rings, &diag), 0);
	assert_int_equal(rings.rx, 512);
}

/* ---- faults ---- */

static void any_operation_can_fail_or_be_done_half(void **state)
{
	struct fake_nic *nic = plug("ice", 4, 8);

	(void)state;
	fake_fail(&host->io, 2, EIO);
	assert_int_equal(combine(8), -EIO);
	assert_int_equal(nic->channels.combined, 4);
	host->io.short_write_at = host->io.n_operations + 2;
	assert_int_equal(combine(8), -EIO);
	assert_int_equal(nic->channels.combined, 8);
	host->io.short_write_at = host->io.n_operations + 1;
	assert_int_equal(put(XPS(0), "ff"), -EIO);
	expect(XPS(0), "0f");
}

static jmp_buf out;

static void jump(struct fake_io *fake)
{
	(void)fake;
	longjmp(out, 1);
}

static void a_crash_leaves_all_before_it(void **state)
{
	struct fake_nic *nic = plug("ice", 4, 8);

	(void)state;
	host->io.crash = jump;
	host->io.crash_at = 3;
	if (!setjmp(out)) {
		assert_int_equal(combine(8), 0);
		assert_int_equal(coalesce(NT_COALESCE_ADAPTIVE_RX, 0), 0);
		fail_msg("did not crash");
	}
	assert_int_equal(nic->channels.combined, 8);
	assert_int_equal(nic->coalesce.value[NT_COALESCE_ADAPTIVE_RX], 1);
}

static void a_carrier_has_to_be_waited_for(void **state)
{
	struct fake_nic *nic = plug("i40e", 4, 8);

	(void)state;
	assert_int_equal(combine(8), 0);
	assert_false(nic->link.carrier);
	assert_int_equal(nt_nic_ready_wait(io(), "eth0", NT_NIC_CARRIER, 10, &diag), 0);
	assert_true(nic->link.carrier);
	nic->loses_link = true;
	assert_int_equal(nt_nic_ready_wait(io(), "eth0", NT_NIC_CARRIER, 10, &diag),
			 -ETIMEDOUT);
}

static void a_copy_is_the_same_and_apart(void **state)
{
	struct fake_host *copy = fake_host_map(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	char *a = malloc(FAKE_DUMP_MAX), *b = malloc(FAKE_DUMP_MAX);

	(void)state;
	plug("virtio_net", 4, 8);
	fake_host_copy(copy, host);
	fake_host_dump(host, a, FAKE_DUMP_MAX);
	fake_host_dump(copy, b, FAKE_DUMP_MAX);
	assert_string_equal(a, b);
	assert_int_equal(combine(2), 0);
	fake_host_dump(host, a, FAKE_DUMP_MAX);
	fake_host_dump(copy, b, FAKE_DUMP_MAX);
	assert_string_not_equal(a, b);
	free(a);
	free(b);
	fake_host_unmap(copy);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fewer_queues_lose_what_they_were_told),
		TEST(channels_below_a_table_that_is_set_are_refused),
		TEST(channels_below_rules_or_sockets_are_refused),
		TEST(a_feature_that_lacks_another_is_accepted_and_not_in_effect),
		TEST(hardware_gro_wins_over_lro),
		TEST(a_parameter_the_driver_lacks_refuses_the_request),
		TEST(masks_beyond_the_cpus_overflow),
		TEST(a_device_with_one_queue_has_no_xps),
		TEST(rps_is_trimmed_to_housekeeping_and_online_cpus),
		TEST(flow_counts_become_powers_of_two),
		TEST(interrupts_refuse_as_the_kernel_does),
		TEST(handlers_have_folders_and_devices_have_interrupts),
		TEST(few_drivers_tell_the_interrupt_of_a_napi),
		TEST(i40e_loses_coalescing_and_xps_with_channels),
		TEST(i40e_forgets_the_table_with_fewer_queues_only),
		TEST(igb_has_no_tx_usecs_and_new_interrupts),
		TEST(ixgbe_makes_its_table_anew_whenever_it_starts),
		TEST(ice_refuses_channels_under_rdma_and_usecs_under_adaptive),
		TEST(mlx5_pins_queues_anew_and_keeps_a_set_table_at_its_size),
		TEST(mlx5_refuses_another_size_of_a_set_table),
		TEST(mlx5_modes_bring_their_own_times),
		TEST(bnxt_and_ena_pin_interrupts_on_every_open),
		TEST(bnxt_refuses_another_size_of_a_set_table),
		TEST(ena_forgets_table_and_key_and_keeps_queues_for_xdp),
		TEST(virtio_pins_all_anew_and_refuses_under_xdp),
		TEST(virtio_rings_may_stop_half_way),
		TEST(any_operation_can_fail_or_be_done_half),
		TEST(a_crash_leaves_all_before_it),
		TEST(a_carrier_has_to_be_waited_for),
		TEST(a_copy_is_the_same_and_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
