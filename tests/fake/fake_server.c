// SPDX-License-Identifier: GPL-2.0-or-later
/* A server at its defaults, as Linux 6.12 of Debian 13 boots on 64 GiB. See fake_io.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_io.h"

#define AVAILABLE "net.ipv4.tcp_available_congestion_control"
#define ALLOWED   "net.ipv4.tcp_allowed_congestion_control"

static const struct {
	const char *key;
	const char *value;
} defaults[] = {
	{ "kernel.osrelease", "6.12.48+deb13-amd64" },
	{ "kernel.arch", "x86_64" },
	{ "net.core.busy_poll", "0" },
	{ "net.core.busy_read", "0" },
	{ "net.core.dev_weight", "64" },
	{ "net.core.flow_limit_table_len", "4096" },
	{ "net.core.gro_normal_batch", "8" },
	{ "net.core.netdev_budget", "300" },
	{ "net.core.netdev_budget_usecs", "8000" },
	{ "net.core.netdev_max_backlog", "1000" },
	{ "net.core.optmem_max", "131072" },
	{ "net.core.rmem_default", "212992" },
	{ "net.core.rmem_max", "212992" },
	{ "net.core.rps_sock_flow_entries", "0" },
	{ "net.core.somaxconn", "4096" },
	{ "net.core.wmem_default", "212992" },
	{ "net.core.wmem_max", "212992" },
	{ "net.ipv4.ip_local_port_range", "32768 60999" },
	{ "net.ipv4.ip_unprivileged_port_start", "1024" },
	{ "net.ipv4.neigh.default.gc_thresh1", "128" },
	{ "net.ipv4.neigh.default.gc_thresh2", "512" },
	{ "net.ipv4.neigh.default.gc_thresh3", "1024" },
	{ "net.ipv4.tcp_abort_on_overflow", "0" },
	{ "net.ipv4.tcp_autocorking", "1" },
	{ "net.ipv4.tcp_base_mss", "1024" },
	{ "net.ipv4.tcp_dsack", "1" },
	{ "net.ipv4.tcp_ecn", "2" },
	{ "net.ipv4.tcp_fastopen", "1" },
	{ "net.ipv4.tcp_fastopen_blackhole_timeout_sec", "0" },
	{ "net.ipv4.tcp_fin_timeout", "60" },
	{ "net.ipv4.tcp_keepalive_intvl", "75" },
	{ "net.ipv4.tcp_keepalive_probes", "9" },
	{ "net.ipv4.tcp_keepalive_time", "7200" },
	{ "net.ipv4.tcp_limit_output_bytes", "1048576" },
	{ "net.ipv4.tcp_max_orphans", "262144" },
	{ "net.ipv4.tcp_max_syn_backlog", "4096" },
	{ "net.ipv4.tcp_max_tw_buckets", "262144" },
	{ "net.ipv4.tcp_mem", "762840 1017123 1525680" },
	{ "net.ipv4.tcp_moderate_rcvbuf", "1" },
	{ "net.ipv4.tcp_mtu_probing", "0" },
	{ "net.ipv4.tcp_no_metrics_save", "0" },
	{ "net.ipv4.tcp_notsent_lowat", "4294967295" },
	{ "net.ipv4.tcp_orphan_retries", "0" },
	{ "net.ipv4.tcp_retries1", "3" },
	{ "net.ipv4.tcp_retries2", "15" },
	{ "net.ipv4.tcp_rfc1337", "0" },
	{ "net.ipv4.tcp_rmem", "4096 131072 6291456" },
	{ "net.ipv4.tcp_sack", "1" },
	{ "net.ipv4.tcp_slow_start_after_idle", "1" },
	{ "net.ipv4.tcp_syn_retries", "6" },
	{ "net.ipv4.tcp_synack_retries", "5" },
	{ "net.ipv4.tcp_syncookies", "1" },
	{ "net.ipv4.tcp_timestamps", "1" },
	{ "net.ipv4.tcp_tw_reuse", "2" },
	{ "net.ipv4.tcp_window_scaling", "1" },
	{ "net.ipv4.tcp_wmem", "4096 16384 4194304" },
	{ "net.ipv4.udp_mem", "1525680 2034246 3051360" },
	{ "net.ipv4.udp_rmem_min", "4096" },
	{ "net.ipv4.udp_wmem_min", "4096" },
	{ "net.ipv6.neigh.default.gc_thresh1", "128" },
	{ "net.ipv6.neigh.default.gc_thresh2", "512" },
	{ "net.ipv6.neigh.default.gc_thresh3", "1024" },
};

static const struct {
	const char *key;
	const char *value;
} conntrack[] = {
	{ "net.nf_conntrack_max", "262144" },
	{ "net.netfilter.nf_conntrack_buckets", "262144" },
	{ "net.netfilter.nf_conntrack_count", "0" },
	{ "net.netfilter.nf_conntrack_generic_timeout", "600" },
	{ "net.netfilter.nf_conntrack_max", "262144" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_close_wait", "60" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_established", "432000" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_fin_wait", "120" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_last_ack", "30" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_syn_recv", "60" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_syn_sent", "120" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_time_wait", "120" },
	{ "net.netfilter.nf_conntrack_udp_timeout", "30" },
	{ "net.netfilter.nf_conntrack_udp_timeout_stream", "120" },
};

/* Keys that another namespace does not have at all in 6.12. */
static const char *const init_only[] = {
	"net.core.busy_poll",		     "net.core.busy_read",
	"net.core.default_qdisc",	     "net.core.dev_weight",
	"net.core.flow_limit_table_len",     "net.core.gro_normal_batch",
	"net.core.netdev_budget",	     "net.core.netdev_budget_usecs",
	"net.core.netdev_max_backlog",	     "net.core.rps_sock_flow_entries",
	"net.ipv4.tcp_max_orphans",	     "net.ipv4.tcp_mem",
	"net.ipv4.udp_mem",		     "net.ipv4.neigh.default.gc_thresh1",
	"net.ipv4.neigh.default.gc_thresh2", "net.ipv4.neigh.default.gc_thresh3",
	"net.ipv6.neigh.default.gc_thresh1", "net.ipv6.neigh.default.gc_thresh2",
	"net.ipv6.neigh.default.gc_thresh3",
};

/* Keys that it has, but read-only. */
static const char *const init_writes[] = {
	"net.core.rmem_default", "net.core.rmem_max", "net.core.wmem_default", "net.core.wmem_max",
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void load_conntrack(struct fake_io *fake)
{
	for (size_t i = 0; i < LENGTH(conntrack); i++)
		fake_sysctl(fake, conntrack[i].key, conntrack[i].value);
	fake_find_sysctl(fake, "net.netfilter.nf_conntrack_count")->mode = 0444;
}

static void unload_conntrack(struct fake_io *fake)
{
	for (size_t i = 0; i < LENGTH(conntrack); i++)
		fake_remove_sysctl(fake, conntrack[i].key);
}

static void add_word(struct fake_io *fake, const char *key, const char *word)
{
	struct fake_file *file = fake_find_sysctl(fake, key);
	size_t len = strlen(file->value);

	snprintf(file->value + len, sizeof(file->value) - len, " %s", word);
}

static void load_bbr(struct fake_io *fake)
{
	add_word(fake, AVAILABLE, "bbr");
}

static bool lists(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = strstr(list, word); p; p = strstr(p + 1, word))
		if ((p == list || p[-1] == ' ') && (p[len] == ' ' || !p[len]))
			return true;
	return false;
}

/* tcp_set_default_congestion_control(): loads what it does not know, refuses what is restricted. */
static int write_congestion(struct fake_io *fake, struct fake_file *file, char *value)
{
	char module[96];

	(void)file;
	if (!lists(fake_value(fake, AVAILABLE), value)) {
		snprintf(module, sizeof(module), "tcp_%s", value);
		fake->io.ops->module_load(&fake->io, module, NULL);
	}
	if (!lists(fake_value(fake, AVAILABLE), value))
		return -ENOENT;
	if (!fake_find_sysctl(fake, "net.core.netdev_max_backlog") &&
	    !lists(fake_value(fake, ALLOWED), value))
		return -EPERM;
	return 0;
}

/* qdisc_set_default() */
static int write_qdisc(struct fake_io *fake, struct fake_file *file, char *value)
{
	char module[96];

	(void)file;
	if (!strcmp(value, "pfifo_fast"))
		return 0;
	snprintf(module, sizeof(module), "sch_%s", value);
	fake->io.ops->module_load(&fake->io, module, NULL);
	return fake->io.ops->module_state(&fake->io, module) == NT_MODULE_LOADED ? 0 : -ENOENT;
}

/* rps_sock_flow_sysctl() */
static int write_rounded(struct fake_io *fake, struct fake_file *file, char *value)
{
	unsigned long size = strtoul(value, NULL, 10), rounded = 1;

	(void)fake;
	(void)file;
	while (rounded < size)
		rounded *= 2;
	snprintf(value, NT_IO_VALUE_MAX, "%lu", size ? rounded : 0);
	return 0;
}

static void add_keys(struct fake_io *fake)
{
	struct fake_file *file;

	for (size_t i = 0; i < LENGTH(defaults); i++)
		fake_sysctl(fake, defaults[i].key, defaults[i].value)->max = UINT32_MAX;
	fake_sysctl(fake, AVAILABLE, "reno cubic")->mode = 0444;
	fake_sysctl(fake, ALLOWED, "reno cubic");
	fake_sysctl(fake, "net.ipv4.tcp_congestion_control", "cubic")->hook = write_congestion;
	fake_sysctl(fake, "net.core.default_qdisc", "pfifo_fast")->hook = write_qdisc;
	fake_sysctl(fake, "net.ipv4.ip_local_reserved_ports", "")->kind = FAKE_PORTS;
	file = fake_find_sysctl(fake, "net.core.rps_sock_flow_entries");
	file->kind = FAKE_TEXT;
	file->hook = write_rounded;
}

void fake_server(struct fake_io *fake)
{
	struct fake_module *module;

	add_keys(fake);
	fake_file(fake, "/proc/meminfo",
		  "MemTotal:       65834568 kB\nMemFree:        60000000 kB");
	fake_file(fake, "/proc/net/sockstat",
		  "sockets: used 300\nTCP: inuse 27 orphan 0 tw 5 alloc 30 mem 40\n"
		  "UDP: inuse 7 mem 12\nUDPLITE: inuse 0");
	fake_module(fake, "tcp_bbr", NT_MODULE_LOADABLE)->on_load = load_bbr;
	fake_module(fake, "sch_fq", NT_MODULE_LOADABLE);
	module = fake_module(fake, "nf_conntrack", NT_MODULE_LOADABLE);
	module->on_load = load_conntrack;
	module->on_unload = unload_conntrack;
}

void fake_enter_netns(struct fake_io *fake)
{
	for (size_t i = 0; i < LENGTH(init_only); i++)
		fake_remove_sysctl(fake, init_only[i]);
	for (size_t i = 0; i < LENGTH(init_writes); i++)
		fake_find_sysctl(fake, init_writes[i])->mode = 0444;
}
