// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sysctl domain: the table of keys, and reading and writing them.
 *
 * To add a key, add a row here, a row to tests/unit/sysctl_test.c and a paragraph to
 * man/nettune.profile.5. Checking and planning are in sysctl_plan.c.
 *
 * The kernel reads numbers generously: it takes a vector with fields missing and leaves the rest as
 * it was, and stops at junk behind a number without an error. So values are checked whole before
 * they are written, and read back whole after.
 *
 * Ranges and defaults are from net/core/sysctl_net_core.c, net/ipv4/sysctl_net_ipv4.c,
 * net/ipv4/{tcp,tcp_ipv4,udp}.c, net/netfilter/nf_conntrack_{core,standalone}.c of Linux 6.1 and
 * 6.12 where a row does not say otherwise.
 */
#include "sysctl.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/facts_read.h"
#include "io/io.h"
#include "lib/diag.h"
#include "tunable.h"

#define PROC_SYS "/proc/sys/"
#define PATH_SIZE 160U

/* Seconds that fit in an int of jiffies at HZ=1000 (proc_dointvec_jiffies). */
#define SECONDS_MAX (INT32_MAX / 1000)

#define NUMBER(name, least, most, default_) \
	.key = (name), .min = (least), .max = (most), .fixed = { default_ }
#define FLAG(name, default_) NUMBER(name, 0, 1, default_)
#define SECONDS(name, default_) NUMBER(name, 1, SECONDS_MAX, default_), .unit = NT_UNIT_SECONDS
#define UNKNOWN_DEFAULT(why) .dflt = NT_SYSCTL_DEFAULT_UNKNOWN, .unknown = (why)
#define INIT_ONLY .scope = NT_SYSCTL_INIT_ONLY
#define CONNTRACK .module = "nf_conntrack"

#define BY_CONNECTION_HASH "the kernel computes it at boot from the size of its connection hash"
#define BY_FREE_MEMORY     "the kernel computes it at boot from the memory that was free then"
#define BY_BUILD	   "it was chosen when the kernel was built"

/* What profiles ask for: recorded facts answer for these. */
static const char *const usual_congestion[] = {
	"bbr", "cubic", "dctcp", "htcp", "illinois", "reno", "vegas", "westwood", NULL,
};
static const char *const usual_qdisc[] = { "cake", "fq", "fq_codel", "fq_pie", "sfq", NULL };

const struct nt_sysctl_key nt_sysctl_keys[] = {
	/* Congestion control. */
	{ .key = "net.ipv4.tcp_congestion_control",
	  .type = NT_SYSCTL_WORD,
	  .value_module = "tcp_",
	  .usual = usual_congestion,
	  .judge = NT_SYSCTL_CONGESTION,
	  .also = { "net.ipv4.tcp_available_congestion_control",
		    "net.ipv4.tcp_allowed_congestion_control" },
	  UNKNOWN_DEFAULT(BY_BUILD),
	  .words = "the congestion control of new TCP connections" },
	{ .key = "net.core.default_qdisc",
	  .type = NT_SYSCTL_WORD,
	  INIT_ONLY,
	  .value_module = "sch_",
	  .usual = usual_qdisc,
	  .judge = NT_SYSCTL_QDISC,
	  UNKNOWN_DEFAULT(BY_BUILD),
	  .words = "the queueing discipline of devices that appear from now on" },
	{ NUMBER("net.ipv4.tcp_ecn", 0, 5, 2),
	  .words = "whether TCP asks for and accepts explicit congestion notification" },

	/* Buffers. SOCK_MIN_RCVBUF and SOCK_MIN_SNDBUF are 2304 and 4608 on 64 bits. */
	{ NUMBER("net.core.rmem_default", 2304, INT32_MAX, 0),
	  .unit = NT_UNIT_BYTES, INIT_ONLY, .dflt = NT_SYSCTL_DEFAULT_BUFFER,
	  .bound = "net.core.rmem_max",
	  .words = "the receive buffer of a socket other than TCP that asks for none" },
	{ NUMBER("net.core.wmem_default", 4608, INT32_MAX, 0),
	  .unit = NT_UNIT_BYTES, INIT_ONLY, .dflt = NT_SYSCTL_DEFAULT_BUFFER,
	  .bound = "net.core.wmem_max",
	  .words = "the send buffer of a socket other than TCP that asks for none" },
	/* 4 MiB: net/core/sock.c since Linux 6.18. */
	{ NUMBER("net.core.rmem_max", 2304, INT32_MAX, 0),
	  .unit = NT_UNIT_BYTES, INIT_ONLY, .dflt = NT_SYSCTL_DEFAULT_BUFFER,
	  .later = { 6, 18, { 4194304 } },
	  .words = "the largest receive buffer that a program may ask for" },
	{ NUMBER("net.core.wmem_max", 4608, INT32_MAX, 0),
	  .unit = NT_UNIT_BYTES, INIT_ONLY, .dflt = NT_SYSCTL_DEFAULT_BUFFER,
	  .later = { 6, 18, { 4194304 } },
	  .words = "the largest send buffer that a program may ask for" },
	/* 128 KiB and per namespace: net/core/net_namespace.c since Linux 6.8. */
	{ NUMBER("net.core.optmem_max", 0, INT32_MAX, 20480),
	  .unit = NT_UNIT_BYTES, .later = { 6, 8, { 131072 } },
	  .words = "the memory that a socket's options and control messages may take" },
	{ .key = "net.ipv4.tcp_mem", .fields = 3, .ascending = true, .max = INT64_MAX,
	  .unit = NT_UNIT_PAGES, INIT_ONLY, .judge = NT_SYSCTL_TCP_MEM,
	  UNKNOWN_DEFAULT(BY_FREE_MEMORY),
	  .words = "pages that all TCP sockets may take: no care, pressure, limit" },
	/* 32 MiB: tcp_init() since Linux 6.16. */
	{ .key = "net.ipv4.tcp_rmem", .fields = 3, .ascending = true,
	  .min = 4096, .max = INT32_MAX, .unit = NT_UNIT_BYTES,
	  .dflt = NT_SYSCTL_DEFAULT_TCP_BUFFER, .fixed = { 0, 131072, 6291456 },
	  .later = { 6, 16, { 0, 131072, 33554432 } },
	  .words = "a TCP receive buffer: least, at first, most" },
	{ .key = "net.ipv4.tcp_wmem", .fields = 3, .ascending = true,
	  .min = 4096, .max = INT32_MAX, .unit = NT_UNIT_BYTES,
	  .dflt = NT_SYSCTL_DEFAULT_TCP_BUFFER, .fixed = { 0, 16384, 4194304 },
	  .words = "a TCP send buffer: least, at first, most" },
	{ FLAG("net.ipv4.tcp_moderate_rcvbuf", 1),
	  .words = "whether TCP sizes receive buffers by itself" },
	{ NUMBER("net.ipv4.tcp_notsent_lowat", 0, UINT32_MAX, UINT32_MAX),
	  .unit = NT_UNIT_BYTES,
	  .words = "unsent bytes above which a TCP socket is not writable" },
	/* 4 MiB: tcp_sk_init() since Linux 6.16. */
	{ NUMBER("net.ipv4.tcp_limit_output_bytes", 0, INT32_MAX, 1048576),
	  .unit = NT_UNIT_BYTES, .later = { 6, 16, { 4194304 } },
	  .words = "bytes that a TCP connection may have in qdisc and device" },
	{ .key = "net.ipv4.udp_mem", .fields = 3, .ascending = true, .max = INT64_MAX,
	  .unit = NT_UNIT_PAGES, INIT_ONLY, .judge = NT_SYSCTL_UDP_MEM,
	  UNKNOWN_DEFAULT(BY_FREE_MEMORY),
	  .words = "pages that all UDP sockets may take: no care, pressure, limit" },
	{ NUMBER("net.ipv4.udp_rmem_min", 1, INT32_MAX, 0),
	  .unit = NT_UNIT_BYTES, .dflt = NT_SYSCTL_DEFAULT_PAGE,
	  .words = "receive memory that a UDP socket keeps under pressure" },
	{ NUMBER("net.ipv4.udp_wmem_min", 1, INT32_MAX, 0),
	  .unit = NT_UNIT_BYTES, .dflt = NT_SYSCTL_DEFAULT_PAGE,
	  .words = "send memory that a UDP socket keeps under pressure" },

	/* Backlog and queues. */
	{ NUMBER("net.core.somaxconn", 1, INT32_MAX, 4096),
	  .words = "the longest queue of connections waiting for accept(2)" },
	{ NUMBER("net.ipv4.tcp_max_syn_backlog", 1, INT32_MAX, 0),
	  UNKNOWN_DEFAULT(BY_CONNECTION_HASH),
	  .words = "half-open connections that a listening socket remembers" },
	{ NUMBER("net.core.netdev_max_backlog", 1, INT32_MAX, 1000), INIT_ONLY,
	  .words = "packets that a CPU queues for itself before it drops" },
	{ NUMBER("net.core.netdev_budget", 1, INT32_MAX, 300), INIT_ONLY,
	  .words = "packets that one round of receive polling may take" },
	/* At least two jiffies: 2000 at HZ=1000, 8000 at HZ=250; the kernel refuses less. */
	{ NUMBER("net.core.netdev_budget_usecs", 2000, INT32_MAX, 0),
	  .unit = NT_UNIT_MICROSECONDS, INIT_ONLY,
	  UNKNOWN_DEFAULT("it is two ticks of the kernel's clock, whose rate cannot be seen"),
	  .words = "time that one round of receive polling may take" },
	{ NUMBER("net.core.dev_weight", 1, INT32_MAX, 64), INIT_ONLY,
	  .words = "packets that a CPU takes from one queue in one go" },
	{ NUMBER("net.core.gro_normal_batch", 1, INT32_MAX, 8), INIT_ONLY,
	  .words = "packets that GRO hands up the stack together" },
	{ NUMBER("net.core.flow_limit_table_len", 1, 65536, 4096), INIT_ONLY,
	  .round = NT_SYSCTL_POWER_OF_TWO,
	  .words = "buckets in which the flow limit of the backlog counts" },
	{ NUMBER("net.ipv4.tcp_abort_on_overflow", 0, 1, 0),
	  .words = "whether a full accept queue answers with a reset" },
	{ NUMBER("net.ipv4.tcp_syncookies", 0, 2, 1),
	  .words = "whether a full SYN backlog is answered with cookies" },

	/* Neighbours: per address family, for all namespaces. */
	{ NUMBER("net.ipv4.neigh.default.gc_thresh1", 0, INT32_MAX, 128), INIT_ONLY,
	  .bound = "net.ipv4.neigh.default.gc_thresh2",
	  .words = "IPv4 neighbours below which none is forgotten" },
	{ NUMBER("net.ipv4.neigh.default.gc_thresh2", 0, INT32_MAX, 512), INIT_ONLY,
	  .bound = "net.ipv4.neigh.default.gc_thresh3",
	  .words = "IPv4 neighbours above which old ones are forgotten soon" },
	{ NUMBER("net.ipv4.neigh.default.gc_thresh3", 0, INT32_MAX, 1024), INIT_ONLY,
	  .words = "the most IPv4 neighbours" },
	{ NUMBER("net.ipv6.neigh.default.gc_thresh1", 0, INT32_MAX, 128), INIT_ONLY,
	  .bound = "net.ipv6.neigh.default.gc_thresh2",
	  .words = "IPv6 neighbours below which none is forgotten" },
	{ NUMBER("net.ipv6.neigh.default.gc_thresh2", 0, INT32_MAX, 512), INIT_ONLY,
	  .bound = "net.ipv6.neigh.default.gc_thresh3",
	  .words = "IPv6 neighbours above which old ones are forgotten soon" },
	{ NUMBER("net.ipv6.neigh.default.gc_thresh3", 0, INT32_MAX, 1024), INIT_ONLY,
	  .words = "the most IPv6 neighbours" },

	/* Connection tracking. The three limits are global: 0444 in other namespaces. */
	{ NUMBER("net.netfilter.nf_conntrack_buckets", 1024, INT32_MAX / 8, 0),
	  CONNTRACK, INIT_ONLY, .round = NT_SYSCTL_PAGE_OF_SLOTS,
	  .dflt = NT_SYSCTL_DEFAULT_CONNTRACK,
	  .words = "buckets of the connection tracking table" },
	{ NUMBER("net.netfilter.nf_conntrack_max", 1, INT32_MAX, 0),
	  CONNTRACK, INIT_ONLY, .dflt = NT_SYSCTL_DEFAULT_CONNTRACK,
	  .bound = "net.netfilter.nf_conntrack_buckets", .judge = NT_SYSCTL_CONNTRACK_MAX,
	  .also = { "net.netfilter.nf_conntrack_count" },
	  .words = "the most connections that are tracked" },
	{ NUMBER("net.nf_conntrack_max", 1, INT32_MAX, 0),
	  .same_as = "net.netfilter.nf_conntrack_max",
	  CONNTRACK, INIT_ONLY, .dflt = NT_SYSCTL_DEFAULT_CONNTRACK,
	  .bound = "net.netfilter.nf_conntrack_buckets", .judge = NT_SYSCTL_CONNTRACK_MAX,
	  .also = { "net.netfilter.nf_conntrack_count" },
	  .words = "the same as net.netfilter.nf_conntrack_max, under its old name" },
	{ SECONDS("net.netfilter.nf_conntrack_generic_timeout", 600), CONNTRACK,
	  .words = "how long a tracked flow of another protocol is remembered" },
	{ SECONDS("net.netfilter.nf_conntrack_tcp_timeout_close_wait", 60), CONNTRACK,
	  .words = "how long a tracked TCP connection in CLOSE_WAIT is remembered" },
	{ SECONDS("net.netfilter.nf_conntrack_tcp_timeout_established", 432000), CONNTRACK,
	  .words = "how long an idle tracked TCP connection is remembered" },
	{ SECONDS("net.netfilter.nf_conntrack_tcp_timeout_fin_wait", 120), CONNTRACK,
	  .words = "how long a tracked TCP connection in FIN_WAIT is remembered" },
	{ SECONDS("net.netfilter.nf_conntrack_tcp_timeout_last_ack", 30), CONNTRACK,
	  .words = "how long a tracked TCP connection in LAST_ACK is remembered" },
	{ SECONDS("net.netfilter.nf_conntrack_tcp_timeout_syn_recv", 60), CONNTRACK,
	  .words = "how long a tracked TCP connection in SYN_RECV is remembered" },
	{ SECONDS("net.netfilter.nf_conntrack_tcp_timeout_syn_sent", 120), CONNTRACK,
	  .words = "how long a tracked TCP connection in SYN_SENT is remembered" },
	{ SECONDS("net.netfilter.nf_conntrack_tcp_timeout_time_wait", 120), CONNTRACK,
	  .words = "how long a tracked TCP connection in TIME_WAIT is remembered" },
	{ SECONDS("net.netfilter.nf_conntrack_udp_timeout", 30), CONNTRACK,
	  .words = "how long a tracked UDP flow without an answer is remembered" },
	{ SECONDS("net.netfilter.nf_conntrack_udp_timeout_stream", 120), CONNTRACK,
	  .words = "how long a tracked UDP flow with answers is remembered" },

	/* TIME_WAIT and ports. */
	{ SECONDS("net.ipv4.tcp_fin_timeout", 60),
	  .words = "how long an orphaned connection stays in FIN_WAIT_2" },
	{ NUMBER("net.ipv4.tcp_tw_reuse", 0, 2, 2),
	  .words = "whether outgoing connections may take over TIME_WAIT ones; 2: on loopback" },
	{ NUMBER("net.ipv4.tcp_max_tw_buckets", 0, INT32_MAX, 0),
	  UNKNOWN_DEFAULT(BY_CONNECTION_HASH),
	  .words = "the most connections in TIME_WAIT" },
	{ NUMBER("net.ipv4.tcp_max_orphans", 0, INT32_MAX, 0), INIT_ONLY,
	  UNKNOWN_DEFAULT(BY_CONNECTION_HASH),
	  .words = "the most TCP connections that no program holds any more" },
	{ NUMBER("net.ipv4.tcp_rfc1337", 0, 1, 0),
	  .words = "whether a reset cannot end TIME_WAIT early" },
	{ .key = "net.ipv4.ip_local_port_range", .fields = 2, .ascending = true,
	  .min = 1, .max = 65535, .fixed = { 32768, 60999 },
	  .bound = "net.ipv4.ip_local_reserved_ports", .judge = NT_SYSCTL_PORT_RANGE,
	  .also = { "net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_unprivileged_port_start" },
	  .needs = NT_FACTS_LISTENERS,
	  .words = "ports that outgoing connections take: first, last" },
	{ .key = "net.ipv4.ip_local_reserved_ports", .type = NT_SYSCTL_PORTS,
	  .words = "ports that outgoing connections never take" },

	/* Keepalive and retries. */
	{ SECONDS("net.ipv4.tcp_keepalive_time", 7200),
	  .words = "idle time before the first keepalive probe" },
	{ SECONDS("net.ipv4.tcp_keepalive_intvl", 75),
	  .words = "time between keepalive probes" },
	{ NUMBER("net.ipv4.tcp_keepalive_probes", 1, 255, 9),
	  .words = "unanswered keepalive probes that end a connection" },
	{ NUMBER("net.ipv4.tcp_syn_retries", 1, 127, 6),
	  .words = "how often a SYN is sent again" },
	{ NUMBER("net.ipv4.tcp_synack_retries", 0, 255, 5),
	  .words = "how often a SYN-ACK is sent again" },
	{ NUMBER("net.ipv4.tcp_retries1", 0, 255, 3),
	  .words = "retransmissions after which the route is doubted" },
	{ NUMBER("net.ipv4.tcp_retries2", 0, 255, 15),
	  .words = "retransmissions after which a connection is given up" },
	{ NUMBER("net.ipv4.tcp_orphan_retries", 0, 255, 0),
	  .words = "retransmissions after which an orphaned connection is given up; 0: 8" },

	/* Features. */
	/* Bits 0x1, 0x2, 0x4, 0x200 and 0x400: Documentation/networking/ip-sysctl.rst. */
	{ NUMBER("net.ipv4.tcp_fastopen", 0, 0x607, 1),
	  .words = "who may send data with the SYN: 1 clients, 2 servers, 3 both" },
	{ NUMBER("net.ipv4.tcp_fastopen_blackhole_timeout_sec", 0, INT32_MAX, 0),
	  .unit = NT_UNIT_SECONDS,
	  .words = "how long fast open rests after a path swallowed it" },
	{ FLAG("net.ipv4.tcp_sack", 1),
	  .words = "whether TCP acknowledges selectively" },
	{ FLAG("net.ipv4.tcp_dsack", 1),
	  .words = "whether TCP reports segments that came twice" },
	{ FLAG("net.ipv4.tcp_window_scaling", 1),
	  .words = "whether TCP windows may be larger than 64 KiB" },
	{ NUMBER("net.ipv4.tcp_timestamps", 0, 2, 1),
	  .words = "whether TCP sends timestamps; 2: without a random offset" },
	{ FLAG("net.ipv4.tcp_slow_start_after_idle", 1),
	  .words = "whether an idle connection starts slowly again" },
	{ FLAG("net.ipv4.tcp_no_metrics_save", 0),
	  .words = "whether nothing is remembered of ended connections" },
	{ NUMBER("net.ipv4.tcp_mtu_probing", 0, 2, 0),
	  .words = "whether TCP finds the path MTU by itself: 1 after a black hole, 2 always" },
	{ NUMBER("net.ipv4.tcp_base_mss", 48, 65535, 1024),
	  .unit = NT_UNIT_BYTES,
	  .words = "the segment size that MTU probing starts from" },
	{ FLAG("net.ipv4.tcp_autocorking", 1),
	  .words = "whether small writes wait for packets still in the device" },

	/* Busy polling and steering. */
	{ NUMBER("net.core.busy_poll", 0, INT32_MAX, 0),
	  .unit = NT_UNIT_MICROSECONDS, INIT_ONLY,
	  .words = "how long poll(2) and select(2) spin on the device" },
	{ NUMBER("net.core.busy_read", 0, INT32_MAX, 0),
	  .unit = NT_UNIT_MICROSECONDS, INIT_ONLY,
	  .words = "how long a read of a socket spins on the device" },
	{ NUMBER("net.core.rps_sock_flow_entries", 0, 1 << 29, 0), INIT_ONLY,
	  .round = NT_SYSCTL_POWER_OF_TWO,
	  .words = "flows that receive flow steering remembers; 0: off" },
};

const size_t nt_sysctl_n_keys = sizeof(nt_sysctl_keys) / sizeof(nt_sysctl_keys[0]);

/* Keys that writing the old value back does not undo, and what else people try. */
static const struct {
	const char *pattern;
	const char *why;
} refused[] = {
	{ "net.ipv4.ip_forward",
	  "changing it resets other settings of every device, so it cannot be undone" },
	{ "net.ipv[46].conf.*.forwarding",
	  "changing it resets other settings, so it cannot be undone" },
	{ "net.ipv[46].conf.all.*",
	  "writing it changes every device, so it cannot be undone" },
	{ "net.ipv6.conf.*.disable_ipv6",
	  "writing it removes addresses, so it cannot be undone" },
	{ "net.ipv6.conf.*.stable_secret",
	  "it cannot be read back before it was set, so it cannot be undone" },
	{ "net.*.flush", "it is an action, not a setting" },
	{ "net.ipv4.tcp_available_congestion_control", "the kernel only reports it" },
	{ "net.netfilter.nf_conntrack_count", "the kernel only reports it" },
	{ "net.ipv4.tcp_tw_recycle", "Linux has not had it since 4.12" },
	{ "net.ipv4.tcp_low_latency", "it has done nothing since Linux 4.14" },
};

/**
 * nt_sysctl_key_find() - the row of a key
 * @key: dotted
 */
const struct nt_sysctl_key *nt_sysctl_key_find(const char *key)
{
	for (size_t i = 0; i < nt_sysctl_n_keys; i++)
		if (!strcmp(nt_sysctl_keys[i].key, key))
			return &nt_sysctl_keys[i];
	return NULL;
}

static const char *nearest_key(const char *key)
{
	const char *names[sizeof(nt_sysctl_keys) / sizeof(nt_sysctl_keys[0])];

	for (size_t i = 0; i < nt_sysctl_n_keys; i++)
		names[i] = nt_sysctl_keys[i].key;
	return nt_suggest(key, names, nt_sysctl_n_keys);
}

/* As sysctl(8) takes keys too: its dots and slashes are the other way round. */
static bool is_path(const char *key)
{
	size_t n = strcspn(key, "./");

	return key[n] == '/';
}

/* See sysctl.h. */
int nt_sysctl_key_error(const struct nt_setting *s, struct nt_diag *diag)
{
	const char *nearest;

	if (is_path(s->key))
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: %s: write it with dots", s->file,
				   s->line, s->column, s->key);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!fnmatch(refused[i].pattern, s->key, 0))
			return nt_diag_err(diag, EINVAL, "%s:%u:%u: %s cannot be set: %s", s->file,
					   s->line, s->column, s->key, refused[i].why);
	if (strncmp(s->key, "net.", 4) != 0)
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: %s is not a network setting", s->file,
				   s->line, s->column, s->key);
	nearest = nearest_key(s->key);
	return nt_diag_err(diag, EINVAL, "%s:%u:%u: unknown key %s%s%s", s->file, s->line,
			   s->column, s->key, nearest ? ", did you mean " : "",
			   nearest ? nearest : "");
}

static const char *sysctl_key(unsigned int n)
{
	return n < nt_sysctl_n_keys ? nt_sysctl_keys[n].key : NULL;
}

/* @key has no "..", no '/': it is from our tables. */
static int path_of(const char *key, char *buf, size_t size)
{
	int n = snprintf(buf, size, PROC_SYS "%s", key);

	if (n < 0 || (size_t)n >= size)
		return -E2BIG;
	for (char *p = buf + strlen(PROC_SYS); *p; p++)
		if (*p == '.')
			*p = '/';
	return 0;
}

static int sysctl_path(const char *target, const char *tunable, char *buf, size_t size)
{
	(void)target;
	return nt_sysctl_key_find(tunable) ? path_of(tunable, buf, size) : -ENOENT;
}

/* Fields separated by one space, nothing around them. */
static void canonicalise(char *value)
{
	const char *from = value;
	char *to = value;

	while (*(from += strspn(from, " \t\n")) != '\0') {
		size_t len = strcspn(from, " \t\n");

		if (to != value)
			*to++ = ' ';
		memmove(to, from, len);
		to += len;
		from += len;
	}
	*to = '\0';
}

static int read_value(struct nt_io *io, const char *path, char *buf, size_t size)
{
	int r = nt_io_read_file(io, path, buf, size, NULL);

	if (r == 0)
		canonicalise(buf);
	return r;
}

static int sysctl_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		      size_t size)
{
	char path[PATH_SIZE];
	int r = sysctl_path(target, tunable, path, sizeof(path));

	return r < 0 ? r : read_value(io, path, buf, size);
}

/*
 * Whether the host allows writing, not whether we may: a plan made without privilege should say
 * what root would do.
 */
static enum nt_sysctl_state state_of(struct nt_io *io, const char *path)
{
	struct nt_io_stat st;

	switch (nt_io_access(io, path, W_OK)) {
	case 0:
		return NT_SYSCTL_PRESENT;
	case -ENOENT:
	case -ENOTDIR:
		return NT_SYSCTL_ABSENT;
	case -EROFS:
		return NT_SYSCTL_READONLY;
	default:
		break;
	}
	if (nt_io_stat(io, path, &st) < 0)
		return NT_SYSCTL_REFUSED;
	return st.mode & (S_IWUSR | S_IWGRP | S_IWOTH) ? NT_SYSCTL_PRESENT : NT_SYSCTL_READONLY;
}

static int read_key(struct nt_io *io, const char *key, struct nt_facts *facts)
{
	char value[NT_IO_VALUE_MAX];
	enum nt_sysctl_state state;
	char path[PATH_SIZE];
	int r;

	if (nt_facts_sysctl(facts, key))
		return 0;
	r = path_of(key, path, sizeof(path));
	if (r < 0)
		return r;
	state = state_of(io, path);
	if (state == NT_SYSCTL_ABSENT)
		return nt_facts_add_sysctl(facts, key, state, NULL);
	r = read_value(io, path, value, sizeof(value));
	if (r == -ENOENT)
		return nt_facts_add_sysctl(facts, key, NT_SYSCTL_ABSENT, NULL);
	if (r < 0)
		return nt_facts_add_sysctl(facts, key, NT_SYSCTL_REFUSED, NULL);
	return nt_facts_add_sysctl(facts, key, state, value);
}

/* The module that brings the key, when the key is not there. */
static int read_key_module(struct nt_io *io, const struct nt_sysctl_key *row,
			   struct nt_facts *facts)
{
	const struct nt_sysctl_fact *fact = nt_facts_sysctl(facts, row->key);

	if (!row->module || !fact || fact->state != NT_SYSCTL_ABSENT)
		return 0;
	return nt_facts_read_module(io, row->module, facts);
}

/* The module behind a word, when the kernel does not have it in force or on its list. */
static int read_value_module(struct nt_io *io, const struct nt_sysctl_key *row, const char *word,
			     struct nt_facts *facts)
{
	const struct nt_sysctl_fact *fact = nt_facts_sysctl(facts, row->key);
	const struct nt_sysctl_fact *list = NULL;
	char name[64];
	int n;

	if (!row->value_module || !fact || (fact->value && !strcmp(fact->value, word)))
		return 0;
	if (row->also[0])
		list = nt_facts_sysctl(facts, row->also[0]);
	if (list && list->value && nt_sysctl_lists(list->value, word))
		return 0;
	n = snprintf(name, sizeof(name), "%s%s", row->value_module, word);
	return n < 0 || (size_t)n >= sizeof(name) ? -E2BIG : nt_facts_read_module(io, name, facts);
}

static int read_row(struct nt_io *io, const struct nt_sysctl_key *row, struct nt_facts *facts)
{
	int r = read_key(io, row->key, facts);

	for (size_t i = 0; i < NT_SYSCTL_ALSO_MAX && row->also[i] && r == 0; i++)
		r = read_key(io, row->also[i], facts);
	return r == 0 ? read_key_module(io, row, facts) : r;
}

static int read_all(struct nt_io *io, struct nt_facts *facts)
{
	int r = 0;

	for (size_t i = 0; i < nt_sysctl_n_keys && r == 0; i++) {
		const struct nt_sysctl_key *row = &nt_sysctl_keys[i];

		r = read_row(io, row, facts);
		for (const char *const *w = row->usual; w && *w && r == 0; w++)
			r = read_value_module(io, row, *w, facts);
	}
	return r;
}

static int sysctl_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
		       struct nt_facts *facts, struct nt_diag *diag)
{
	uint32_t groups = NT_FACTS_KERNEL | NT_FACTS_MEMORY;
	int r = 0;

	if (n == 0)
		return read_all(io, facts);
	for (size_t i = 0; i < n && r == 0; i++) {
		const struct nt_sysctl_key *row = nt_sysctl_key_find(settings[i].key);

		if (!row)
			continue;
		groups |= row->needs;
		r = read_row(io, row, facts);
		if (r == 0)
			r = read_value_module(io, row, settings[i].value, facts);
	}
	if (r < 0)
		return nt_diag_err(diag, -r, "sysctl: cannot be read: %s", strerror(-r));
	return nt_facts_read(io, groups, facts, diag);
}

/* One write, with the newline that the kernel needs to take an empty list for a value. */
static int write_value(struct nt_io *io, const char *tunable, const char *value,
		       struct nt_diag *diag)
{
	char line[NT_IO_VALUE_MAX];
	char path[PATH_SIZE];
	int r = sysctl_path("host", tunable, path, sizeof(path));
	int len = snprintf(line, sizeof(line), "%s\n", value);

	if (r == 0 && (len < 0 || (size_t)len >= sizeof(line)))
		r = -E2BIG;
	if (r == 0)
		r = nt_io_write_file(io, path, line, (size_t)len);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: cannot be set to %s: %s", tunable, value,
				   strerror(-r));
	return 0;
}

static int sysctl_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change->tunable, change->wanted, diag);
}

/* A key that came with a module goes with it: there is no old value to write. */
static int sysctl_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change->tunable, change->seen, diag) : 0;
}

static bool sysctl_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *sysctl_describe(const char *tunable)
{
	const struct nt_sysctl_key *row = nt_sysctl_key_find(tunable);

	return row ? row->words : NULL;
}

const struct nt_tunable nt_tunable_sysctl = {
	.name = "sysctl",
	.section = "Sysctl",
	.keys = sysctl_key,
	.check = nt_sysctl_check,
	.read = sysctl_read,
	.plan = nt_sysctl_plan,
	.apply = sysctl_apply,
	.undo = sysctl_undo,
	.get = sysctl_get,
	.same = sysctl_same,
	.path = sysctl_path,
	.describe = sysctl_describe,
};
