// SPDX-License-Identifier: GPL-2.0-or-later
/* Drawing hosts and profiles. See trial.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/nic.h"
#include "io/nic.h"
#include "trial.h"
#include "tunable/tunable.h"

static void give_up(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

/* ---- dice ---- */

/* splitmix64 */
static uint32_t roll(struct trial *trial, uint32_t n)
{
	uint64_t z = trial->dice += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (uint32_t)((z ^ (z >> 31)) >> 16) % n;
}

static bool coin(struct trial *trial)
{
	return roll(trial, 2);
}

static const char *drawn(struct trial *trial, const char *const *list, uint32_t n)
{
	return list[roll(trial, n)];
}

__attribute__((format(printf, 2, 3)))
static void write_line(struct trial *trial, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	trial->profile_len += (size_t)vsnprintf(trial->profile + trial->profile_len,
						sizeof(trial->profile) - trial->profile_len,
						format, args);
	va_end(args);
	if (trial->profile_len >= sizeof(trial->profile))
		give_up("trial: profile too long");
}

static void want(struct trial *trial, const char *key, const char *value)
{
	struct trial_want *w = &trial->wants[trial->n_wants++];

	if (trial->n_wants > TRIAL_WANTS_MAX)
		give_up("trial: too many wants");
	snprintf(w->key, sizeof(w->key), "%s", key);
	snprintf(w->value, sizeof(w->value), "%s", value);
}

/* ---- sysctls ---- */

/* Keys of which any values of these ranges go together; vectors ascend. */
static const struct {
	const char *key;
	uint32_t min;
	uint32_t max;
	unsigned int fields;
} numbers[] = {
	{ "net.core.busy_poll", 0, 100, 1 },
	{ "net.core.netdev_budget", 100, 1000, 1 },
	{ "net.core.netdev_max_backlog", 500, 100000, 1 },
	{ "net.core.optmem_max", 20480, 1048576, 1 },
	{ "net.core.rmem_max", 212992, 67108864, 1 },
	{ "net.core.somaxconn", 128, 65535, 1 },
	{ "net.core.wmem_max", 212992, 67108864, 1 },
	{ "net.ipv4.tcp_autocorking", 0, 1, 1 },
	{ "net.ipv4.tcp_fin_timeout", 5, 60, 1 },
	{ "net.ipv4.tcp_keepalive_time", 60, 7200, 1 },
	{ "net.ipv4.tcp_max_syn_backlog", 1024, 65535, 1 },
	{ "net.ipv4.tcp_mtu_probing", 0, 2, 1 },
	{ "net.ipv4.tcp_slow_start_after_idle", 0, 1, 1 },
	{ "net.ipv4.tcp_rmem", 4096, 33554432, 3 },
	{ "net.ipv4.tcp_wmem", 4096, 33554432, 3 },
	{ "net.ipv4.udp_rmem_min", 4096, 65536, 1 },
};
#define N_NUMBERS (sizeof(numbers) / sizeof(*numbers))

static const char *draw_number(struct trial *trial, size_t n, char *buf, size_t size)
{
	uint32_t value = numbers[n].min;
	size_t len = 0;

	for (unsigned int i = 0; i < numbers[n].fields; i++) {
		value += roll(trial, (numbers[n].max - value) / (numbers[n].fields - i) + 1);
		len += (size_t)snprintf(buf + len, size - len, "%s%u", i ? " " : "", value);
	}
	return buf;
}

static void draw_sysctls(struct trial *trial)
{
	char value[96];

	for (size_t i = 0; i < N_NUMBERS; i++)
		if (coin(trial))
			fake_sysctl(&trial->before->io, numbers[i].key,
				    draw_number(trial, i, value, sizeof(value)))->max = UINT32_MAX;
}

static void ask_sysctl(struct trial *trial, const char *key, const char *value)
{
	write_line(trial, "%s = %s\n", key, value);
	want(trial, key, value);
}

static void ask_sysctls(struct trial *trial)
{
	uint32_t chance = 2 + roll(trial, 4);
	char value[96];

	write_line(trial, "[Sysctl]\n");
	for (size_t i = 0; i < N_NUMBERS; i++)
		if (roll(trial, chance) == 0)
			ask_sysctl(trial, numbers[i].key,
				   draw_number(trial, i, value, sizeof(value)));
	if (roll(trial, 3) == 0)
		ask_sysctl(trial, "net.ipv4.tcp_congestion_control", "bbr");
	if (roll(trial, 3) == 0)
		ask_sysctl(trial, "net.core.default_qdisc", "fq");
	/* What its module brings is gone with it, and nothing of "before". */
	if (roll(trial, 3) == 0) {
		ask_sysctl(trial, "net.netfilter.nf_conntrack_tcp_timeout_time_wait", "30");
		want(trial, "module nf_conntrack", "loaded");
	}
}

/* ---- devices ---- */

/* Something that somebody had told the device before; what it refuses is not told. */
static void draw_told(struct trial *trial, struct fake_nic *nic)
{
	struct nt_io *io = &trial->before->io.io;
	struct nt_nic_coalesce off = { .has = 1U << NT_COALESCE_ADAPTIVE_RX };
	struct nt_nic_coalesce times = { .has = 1U << NT_COALESCE_RX_USECS };
	struct nt_diag diag = { 0 };

	times.value[NT_COALESCE_RX_USECS] = 10 + 2 * roll(trial, 40);
	if (coin(trial)) {
		nt_nic_coalesce_set(io, nic->name, &off, &diag);
		nt_nic_coalesce_set(io, nic->name, &times, &diag);
	}
	if (coin(trial))
		nt_nic_feature_set(io, nic->name, "rx-hashing", false, &diag);
	nic->link.tx_queue_len = 500 + roll(trial, 3) * 500;
	nic->pause.rx = coin(trial) && nic->driver->has & NT_NIC_HAS_PAUSE;
	nic->link.carrier = true;
}

static struct fake_cpus draw_cpu(struct trial *trial)
{
	uint32_t cpu = roll(trial, trial->before->nics.n_cpus);

	return fake_cpus_range(cpu, cpu + 1);
}

/* An administrator's own table: some rings are left out, or one gets half. */
static void draw_table(struct trial *trial, struct fake_nic *nic)
{
	uint32_t rings = 1 + roll(trial, nt_nic_rx_rings(&nic->channels));

	for (uint32_t i = 0; i < nic->n_table; i++)
		nic->table[i] = (uint16_t)(i % 2 ? 0 : i / 2 % rings);
	nic->rxfh_configured = nic->lut_user = true;
}

static void draw_placement(struct trial *trial, struct fake_nic *nic)
{
	for (uint32_t q = 0; q < fake_nic_irq_queues(nic); q++) {
		if (roll(trial, 3) == 0)
			nic->queues[q].xps = draw_cpu(trial);
		if (roll(trial, 4) == 0)
			nic->queues[q].rps = draw_cpu(trial);
		if (roll(trial, 4) == 0)
			nic->queues[q].flow_cnt = 256;
	}
	for (size_t i = 0; i < nic->n_irqs; i++)
		if (roll(trial, 3) == 0)
			nic->irqs[i].cpus = draw_cpu(trial);
}

static void draw_device(struct trial *trial)
{
	static const char *const drivers[] = {
		"i40e", "igb", "ixgbe", "ice", "mlx5_core", "bnxt_en", "ena", "virtio_net", "veth",
	};
	uint32_t max = 2U << roll(trial, 3);
	char name[8];
	struct fake_nic *nic;

	/* Without it, flow counts of queues would be without effect, and are refused. */
	strcpy(fake_find_sysctl(&trial->before->io, "net.core.rps_sock_flow_entries")->value,
	       "32768");
	snprintf(name, sizeof(name), "eth%zu", trial->before->nics.n);
	nic = fake_nic_add(&trial->before->io, name, drawn(trial, drivers, 9),
			   1 + roll(trial, max), max);
	draw_told(trial, nic);
	draw_placement(trial, nic);
	if (roll(trial, 4) == 0 && nic->n_table)
		draw_table(trial, nic);
}

/* Does some domain know the key? */
static bool known(const char *key)
{
	return nt_tunable_for("Device", key) && nt_tunable_section_key("Device", 0);
}

__attribute__((format(printf, 4, 5)))
static void want_of(struct trial *trial, const struct fake_nic *nic, const char *tunable,
		    const char *format, ...)
{
	char key[96], value[96];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	snprintf(key, sizeof(key), "%s %s", nic->name, tunable);
	want(trial, key, value);
}

/* The structure: @ret_queues is how many there will be. */
static void ask_structure(struct trial *trial, const struct fake_nic *nic, uint32_t *ret_queues)
{
	bool separate = nic->driver->separate;
	uint32_t max = separate ? nic->channels.rx_max : nic->channels.combined_max;
	uint32_t n = 1 + roll(trial, max), ring = 256U << roll(trial, 3);

	if (coin(trial) && known("Channels")) {
		*ret_queues = n;
		write_line(trial, "Channels=%u\n", n);
		want_of(trial, nic, "channels", separate ? "rx:%u tx:%u" : "combined:%u", n, n);
	}
	if (coin(trial) && known("RingRx") && nic->driver->has & NT_NIC_HAS_RINGS) {
		write_line(trial, "RingRx=%u\nRingTx=%u\n", ring, ring);
		want_of(trial, nic, "rings", "rx:%u tx:%u", ring, ring);
	}
	if (roll(trial, 3) == 0 && known("Mtu")) {
		write_line(trial, "Mtu=9000\n");
		want_of(trial, nic, "mtu", "9000");
	}
	if (roll(trial, 3) == 0 && known("TxQueueLen")) {
		write_line(trial, "TxQueueLen=2000\n");
		want_of(trial, nic, "tx-queue-len", "2000");
	}
}

static void ask_feature(struct trial *trial, const struct fake_nic *nic, enum fake_feature feature,
			bool on)
{
	char tunable[64];

	snprintf(tunable, sizeof(tunable), "feature.%s", fake_feature_name(feature));
	write_line(trial, " %s:%s", fake_feature_name(feature), on ? "on" : "off");
	want_of(trial, nic, tunable, "%s", on ? "on" : "off");
}

/* Of those that need no other and that no other needs. */
static void ask_features(struct trial *trial, const struct fake_nic *nic)
{
	static const enum fake_feature free_ones[] = {
		FAKE_RXHASH, FAKE_VLAN_RX, FAKE_VLAN_TX, FAKE_GRO, FAKE_NTUPLE,
	};

	if (!known("Features") || coin(trial))
		return;
	write_line(trial, "Features=");
	for (size_t i = 0; i < sizeof(free_ones) / sizeof(*free_ones); i++)
		if (nic->driver->features & FAKE_BIT(free_ones[i]) && coin(trial))
			ask_feature(trial, nic, free_ones[i], coin(trial));
	/* One line must say something. */
	ask_feature(trial, nic, FAKE_GSO, coin(trial));
	write_line(trial, "\n");
}

static void ask_coalesce(struct trial *trial, const struct fake_nic *nic)
{
	uint32_t usecs = 10 + 2 * roll(trial, 40);

	if (!known("Coalesce") || !nic->coalesce.has || coin(trial))
		return;
	write_line(trial, "Coalesce=%srx-usecs:%u\n",
		   nic->coalesce.has & 1U << NT_COALESCE_ADAPTIVE_RX ? "adaptive-rx:off " : "",
		   usecs);
	if (nic->coalesce.has & 1U << NT_COALESCE_ADAPTIVE_RX)
		want_of(trial, nic, "coalesce.adaptive-rx", "off");
	want_of(trial, nic, "coalesce.rx-usecs", "%u", usecs);
}

static void ask_rss(struct trial *trial, const struct fake_nic *nic, uint32_t queues)
{
	uint32_t rings = 1 + roll(trial, queues);

	if (!known("Rss") || !nic->n_table)
		return;
	if (coin(trial)) {
		/* It gives way to rings that go; what is left of it may be the default. */
		if (fake_nic_table_max(nic) >= queues || fake_nic_goes_round(nic, queues))
			want_of(trial, nic, "rss-table", "default");
		return;
	}
	if (rings == queues) {
		write_line(trial, "Rss=default\n");
		want_of(trial, nic, "rss-table", "default");
	} else {
		write_line(trial, "Rss=equal(%u)\n", rings);
		want_of(trial, nic, "rss-table", "equal:%u", rings);
	}
}

static void ask_rss_fields(struct trial *trial, const struct fake_nic *nic)
{
	const char *fields = coin(trial) ? "sdfn" : "sd";

	if (!known("RssFields") || !(nic->driver->has & NT_NIC_HAS_RSS_FIELDS))
		return;
	if (roll(trial, 3))
		return;
	write_line(trial, "RssFields=udp6:%s\n", fields);
	want_of(trial, nic, "rss-fields.udp6", "%s", fields);
}

/* Every queue is told the same. */
static void ask_queues(struct trial *trial, const struct fake_nic *nic, uint32_t queues)
{
	uint32_t cpu = roll(trial, trial->before->nics.n_cpus);
	bool xps = coin(trial) && known("Xps"), rps = coin(trial) && known("Rps");
	bool rfs = roll(trial, 3) == 0 && known("Rfs"), multiqueue = nic->driver->separate
		? nic->channels.tx_max > 1 : nic->channels.combined_max > 1;
	char tunable[32];

	if (xps && multiqueue)
		write_line(trial, "Xps=%u\n", cpu);
	if (rps)
		write_line(trial, "Rps=%u\n", cpu);
	if (rfs)
		write_line(trial, "Rfs=1000\n");
	for (uint32_t q = 0; q < queues; q++) {
		snprintf(tunable, sizeof(tunable), "xps-cpus.tx-%u", q);
		if (xps && multiqueue)
			want_of(trial, nic, tunable, "%u", cpu);
		snprintf(tunable, sizeof(tunable), "rps-cpus.rx-%u", q);
		if (rps)
			want_of(trial, nic, tunable, "%u", cpu);
		snprintf(tunable, sizeof(tunable), "rps-flow-cnt.rx-%u", q);
		if (rfs)
			want_of(trial, nic, tunable, "1024");
	}
}

static void ask_device(struct trial *trial, const struct fake_nic *nic)
{
	uint32_t queues = fake_nic_irq_queues(nic);

	write_line(trial, "[Device \"%s\"]\n", nic->name);
	ask_structure(trial, nic, &queues);
	ask_features(trial, nic);
	ask_coalesce(trial, nic);
	ask_rss(trial, nic, queues);
	ask_rss_fields(trial, nic);
	ask_queues(trial, nic, queues);
}

/* ---- a trial ---- */

void trial_draw(struct trial *trial, uint64_t seed, bool with_devices)
{
	static const enum fake_kernel kernels[] = { FAKE_LINUX_6_1, FAKE_LINUX_6_12,
						    FAKE_LINUX_7 };

	trial->seed = trial->dice = seed;
	trial->n_wants = 0;
	trial->profile_len = 0;
	fake_host_init(trial->before, kernels[roll(trial, 3)], 2 + roll(trial, 7));
	draw_sysctls(trial);
	for (uint32_t n = with_devices ? 1 + roll(trial, 2) : 0; n > 0; n--)
		draw_device(trial);
	trial->require = coin(trial);
	write_line(trial, "[Profile]\nOnUnsupported=%s\n", trial->require ? "require" : "prefer");
	ask_sysctls(trial);
	for (size_t i = 0; i < trial->before->nics.n; i++)
		ask_device(trial, &trial->before->nics.list[i]);
	fake_file(&trial->before->io, TRIAL_PROFILE, trial->profile);
	fake_host_dump(trial->before, trial->old, FAKE_DUMP_MAX);
}
