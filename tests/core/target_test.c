// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which files the module may write.
 */
#include "nt_test.h"

#include "../../kmod/core/target.h"

#define VETH "/devices/virtual/net/eth0"

static int match(enum nt_target_fs fs, const char *path)
{
	struct nt_target target;

	return nt_target_match(fs, path, &target);
}

NT_TEST(network_sysctls_are_allowed)
{
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/core/rmem_max"), 0);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/ipv4/tcp_rmem"), 0);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/ipv4/conf/eth0/rp_filter"), 0);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/ipv6/neigh/default/gc_thresh3"), 0);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/netfilter/nf_conntrack_max"), 0);
}

NT_TEST(other_sysctls_are_refused)
{
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/kernel/core_pattern"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/unix/max_dgram_qlen"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/corex/rmem_max"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/core"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/core/"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/1/sys/net/core/rmem_max"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "sys/net/core/rmem_max"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, ""), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, VETH "/tx_queue_len"), -EPERM);
}

NT_TEST(secrets_and_actions_are_refused)
{
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/ipv4/route/flush"), -EOPNOTSUPP);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/ipv6/conf/eth0/stable_secret"), -EOPNOTSUPP);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/ipv6/conf/all/stable_secret"), -EOPNOTSUPP);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/ipv4/tcp_fastopen_key"), -EOPNOTSUPP);
	NT_EXPECT_EQ(match(NT_TARGET_PROC, "/sys/net/ipv4/some_flush"), -EOPNOTSUPP);
}

static bool needs_force(const char *path)
{
	struct nt_target target = { .needs_force = false };

	return nt_target_match(NT_TARGET_PROC, path, &target) == 0 && target.needs_force;
}

NT_TEST(keys_that_undo_cannot_restore_need_force)
{
	NT_EXPECT(needs_force("/sys/net/ipv4/ip_forward"));
	NT_EXPECT(needs_force("/sys/net/ipv4/conf/all/rp_filter"));
	NT_EXPECT(needs_force("/sys/net/ipv6/conf/default/mtu"));
	NT_EXPECT(needs_force("/sys/net/ipv6/conf/eth0/disable_ipv6"));
	NT_EXPECT(needs_force("/sys/net/ipv6/conf/eth0/forwarding"));
	NT_EXPECT(needs_force("/sys/net/ipv4/neigh/default/app_solicit"));
	NT_EXPECT(needs_force("/sys/net/netfilter/nf_conntrack_buckets"));
	NT_EXPECT(!needs_force("/sys/net/ipv4/neigh/default/gc_thresh3"));
	NT_EXPECT(!needs_force("/sys/net/ipv4/conf/eth0/rp_filter"));
	NT_EXPECT(!needs_force("/sys/net/core/rmem_max"));
}

NT_TEST(interrupts_are_read_off_their_path)
{
	u32 irq = 0;

	NT_EXPECT_EQ(nt_target_irq("/irq/24/smp_affinity", &irq), 0);
	NT_EXPECT_EQ(irq, 24);
	NT_EXPECT_EQ(nt_target_irq("/irq/24/smp_affinity_list", &irq), -EPERM);
	NT_EXPECT_EQ(nt_target_irq("/irq/default_smp_affinity", &irq), -EPERM);
	NT_EXPECT_EQ(nt_target_irq("/irq/24/effective_affinity", &irq), -EPERM);
	NT_EXPECT_EQ(nt_target_irq("/irq//smp_affinity", &irq), -EPERM);
	NT_EXPECT_EQ(nt_target_irq("/irq/2a/smp_affinity", &irq), -EPERM);
	NT_EXPECT_EQ(nt_target_irq("/irq/9999999999/smp_affinity", &irq), -EPERM);
	NT_EXPECT_EQ(nt_target_irq("/1/irq/24/smp_affinity", &irq), -EPERM);
	NT_EXPECT_EQ(nt_target_irq("irq/24/smp_affinity", &irq), -EPERM);
	NT_EXPECT_EQ(nt_target_irq("", &irq), -EPERM);
	NT_EXPECT_EQ(irq, 24);
}

static enum nt_value_form proc_form(const char *path)
{
	struct nt_target target;

	return nt_target_match(NT_TARGET_PROC, path, &target) == 0 ? target.form : NT_VALUE_MASK;
}

NT_TEST(times_in_ticks_compare_as_such)
{
	NT_EXPECT_EQ(proc_form("/sys/net/ipv4/icmp_ratelimit"), NT_VALUE_TICK_MS);
	NT_EXPECT_EQ(proc_form("/sys/net/ipv6/icmp/ratelimit"), NT_VALUE_TICK_MS);
	NT_EXPECT_EQ(proc_form("/sys/net/ipv4/neigh/eth0/retrans_time_ms"), NT_VALUE_TICK_MS);
	NT_EXPECT_EQ(proc_form("/sys/net/ipv4/neigh/eth0/retrans_time"), NT_VALUE_TICK_HUNDREDTH);
	NT_EXPECT_EQ(proc_form("/sys/net/ipv4/neigh/eth0/base_reachable_time"), NT_VALUE_FIELDS);
	NT_EXPECT_EQ(proc_form("/sys/net/ipv4/tcp_fin_timeout"), NT_VALUE_FIELDS);
}

NT_TEST(device_leaves_are_allowed_by_name)
{
	struct nt_target target;

	NT_EXPECT_EQ(nt_target_match(NT_TARGET_SYSFS, VETH "/tx_queue_len", &target), 0);
	NT_EXPECT_EQ(target.device_depth, 1);
	NT_EXPECT_EQ(nt_target_match(NT_TARGET_SYSFS, VETH "/queues/rx-12/rps_cpus", &target), 0);
	NT_EXPECT_EQ(target.device_depth, 3);
	NT_EXPECT_EQ(target.form, NT_VALUE_MASK);
	NT_EXPECT_EQ(nt_target_match(NT_TARGET_SYSFS,
				     "/devices/pci0000:00/0000:00:02.0/net/enp0s2/queues/tx-0/"
				     "byte_queue_limits/limit_max", &target), 0);
	NT_EXPECT_EQ(target.device_depth, 4);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, VETH "/threaded"), 0);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, VETH "/queues/tx-0/xps_rxqs"), 0);
}

NT_TEST(other_sysfs_files_are_refused)
{
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, VETH "/mtu"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, VETH "/queues/rx-0/xps_cpus"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, VETH "/queues/rx-/rps_cpus"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, VETH "/queues/rx-0x/rps_cpus"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, VETH "/queues/rx-0/tx_queue_len"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, VETH "/queues/tx-0/byte_queue_limits/limit"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, "/devices/virtual/block/eth0/tx_queue_len"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, "/class/net/eth0/tx_queue_len"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, "/devices/tx_queue_len"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, "tx_queue_len"), -EPERM);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, "/sys/net/core/rmem_max"), -EPERM);
}

NT_TEST(odd_device_names_do_not_shift_the_match)
{
	struct nt_target target;

	NT_EXPECT_EQ(nt_target_match(NT_TARGET_SYSFS, "/devices/virtual/net/net/threaded",
				     &target), 0);
	NT_EXPECT_EQ(target.device_depth, 1);
	NT_EXPECT_EQ(nt_target_match(NT_TARGET_SYSFS,
				     "/devices/virtual/net/queues/queues/rx-0/rps_cpus",
				     &target), 0);
	NT_EXPECT_EQ(target.device_depth, 3);
	NT_EXPECT_EQ(match(NT_TARGET_SYSFS, "/devices/virtual/net/queues/rx-0/rps_cpus"), -EPERM);
}

static u64 tunable(enum nt_target_fs fs, const char *path)
{
	struct nt_target target = { .tunable = 0 };

	return nt_target_match(fs, path, &target) == 0 ? target.tunable : 0;
}

NT_TEST(names_of_one_tunable_share_its_number)
{
	const u64 plain = tunable(NT_TARGET_PROC, "/sys/net/ipv4/neigh/eth0/retrans_time");

	NT_EXPECT(plain != 0);
	NT_EXPECT_EQ(tunable(NT_TARGET_PROC, "/sys/net/ipv4/neigh/eth0/retrans_time_ms"), plain);
	NT_EXPECT(tunable(NT_TARGET_PROC, "/sys/net/ipv4/neigh/eth1/retrans_time_ms") != plain);
	NT_EXPECT(tunable(NT_TARGET_PROC, "/sys/net/ipv6/neigh/eth0/retrans_time") != plain);
	NT_EXPECT(tunable(NT_TARGET_PROC, "/sys/net/ipv4/neigh/eth0/base_reachable_time") != plain);
	NT_EXPECT_EQ(tunable(NT_TARGET_PROC, "/sys/net/ipv6/route/gc_min_interval_ms"),
		     tunable(NT_TARGET_PROC, "/sys/net/ipv6/route/gc_min_interval"));
	NT_EXPECT(tunable(NT_TARGET_SYSFS, VETH "/tx_queue_len") !=
		  tunable(NT_TARGET_SYSFS, VETH "/gro_flush_timeout"));
	NT_EXPECT(tunable(NT_TARGET_SYSFS, VETH "/queues/rx-0/rps_cpus") !=
		  tunable(NT_TARGET_SYSFS, VETH "/queues/rx-1/rps_cpus"));
}

NT_SUITE(target,
	 NT_CASE(network_sysctls_are_allowed),
	 NT_CASE(other_sysctls_are_refused),
	 NT_CASE(secrets_and_actions_are_refused),
	 NT_CASE(keys_that_undo_cannot_restore_need_force),
	 NT_CASE(interrupts_are_read_off_their_path),
	 NT_CASE(times_in_ticks_compare_as_such),
	 NT_CASE(device_leaves_are_allowed_by_name),
	 NT_CASE(other_sysfs_files_are_refused),
	 NT_CASE(odd_device_names_do_not_shift_the_match),
	 NT_CASE(names_of_one_tunable_share_its_number));
