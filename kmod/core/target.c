// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which files the module may write.
 *
 * Sysctls of the network are allowed, less secrets and actions; those where
 * writing the old string back does not bring the old state back must be asked
 * for with force. In sysfs only named leaves of a network device are allowed;
 * the path is matched from its end, so that a device called "net" or "queues"
 * can't shift the match.
 */
#include "target.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Components counted from the end of a path; a device's folder is at most 4 up. */
#define TAIL_MAX 6

/**
 * struct part - one component of a path
 * @text: not terminated
 * @len: bytes, at least 1
 */
struct part {
	const char *text;
	size_t len;
};

/**
 * enum undoing - whether the old string, written back, restores the old state
 * @BY_VALUE: it does
 * @ONE_WAY: it does not
 * @NEVER: it is a secret, or an action that has no value
 */
enum undoing {
	BY_VALUE,
	ONE_WAY,
	NEVER,
};

/**
 * struct leaf - a sysctl by name, whatever its folder
 * @name: its last component
 * @form: how its values compare
 * @undoing: whether it can be undone
 */
struct leaf {
	const char *name;
	enum nt_value_form form;
	enum undoing undoing;
};

/**
 * struct device_leaf - a file of a network device
 * @name: its last component
 * @folder: where it lies in the folder of its queue, or NULL
 * @queue: what the queue's folder is called but for its number, or NULL for none
 * @form: how its values compare
 */
struct device_leaf {
	const char *name;
	const char *folder;
	const char *queue;
	enum nt_value_form form;
};

static const char *const proc_dirs[] = { "core/", "ipv4/", "ipv6/", "netfilter/" };

/* Below these folders a write fans out to every device that has no setting of its own. */
static const char *const proc_one_way_dirs[] = {
	"ipv4/conf/all/", "ipv4/conf/default/", "ipv6/conf/all/", "ipv6/conf/default/",
};

/* As above, but the gc_ keys live there only and fan out to nothing. */
static const char *const proc_neigh_dirs[] = {
	"ipv4/neigh/default/", "ipv6/neigh/default/",
};

/* Those that are not just fields and undone by their value. */
static const struct leaf proc_leaves[] = {
	{ "addr_gen_mode", .undoing = ONE_WAY },	/* makes addresses */
	{ "disable_ipv6", .undoing = ONE_WAY },		/* flushes addresses */
	{ "forwarding", .undoing = ONE_WAY },		/* fans out, turns off LRO */
	{ "ip_forward", .undoing = ONE_WAY },		/* resets other keys */
	{ "nf_conntrack_buckets", .undoing = ONE_WAY },	/* rehashes all connections */
	{ "nf_hooks_lwtunnel", .undoing = ONE_WAY },	/* can't be turned off again */
	{ "flush", .undoing = NEVER },			/* an action */
	{ "stable_secret", .undoing = NEVER },		/* can't be read before it is set */
	{ "tcp_fastopen_key", .undoing = NEVER },	/* a secret */
	{ "anycast_delay", .form = NT_VALUE_TICK_HUNDREDTH },
	{ "base_reachable_time_ms", .form = NT_VALUE_TICK_MS },
	{ "flow_limit_cpu_bitmap", .form = NT_VALUE_MASK },
	{ "gc_min_interval_ms", .form = NT_VALUE_TICK_MS },
	{ "icmp_ratelimit", .form = NT_VALUE_TICK_MS },
	{ "interval_probe_time_ms", .form = NT_VALUE_TICK_MS },
	{ "locktime", .form = NT_VALUE_TICK_HUNDREDTH },
	{ "mldv1_unsolicited_report_interval", .form = NT_VALUE_TICK_MS },
	{ "mldv2_unsolicited_report_interval", .form = NT_VALUE_TICK_MS },
	{ "proxy_delay", .form = NT_VALUE_TICK_HUNDREDTH },
	{ "ratelimit", .form = NT_VALUE_TICK_MS },
	{ "retrans_time", .form = NT_VALUE_TICK_HUNDREDTH },
	{ "retrans_time_ms", .form = NT_VALUE_TICK_MS },
	{ "rps_default_mask", .form = NT_VALUE_MASK },
	{ "rps_sock_flow_entries", .form = NT_VALUE_POWER_OF_TWO },
	{ "tcp_invalid_ratelimit", .form = NT_VALUE_TICK_MS },
	{ "txq_reselection_ms", .form = NT_VALUE_TICK_MS },
};

/*
 * Below a device's folder; of those of a queue, below queues/ and its folder.
 * byte_queue_limits/limit is left out: the kernel moves it by itself.
 */
static const struct device_leaf device_leaves[] = {
	{ .name = "gro_flush_timeout" },
	{ .name = "napi_defer_hard_irqs" },
	{ .name = "threaded" },
	{ .name = "tx_queue_len" },
	{ .name = "rps_cpus", .queue = "rx-", .form = NT_VALUE_MASK },
	{ .name = "rps_flow_cnt", .queue = "rx-", .form = NT_VALUE_POWER_OF_TWO },
	{ .name = "xps_cpus", .queue = "tx-", .form = NT_VALUE_MASK },
	{ .name = "xps_rxqs", .queue = "tx-", .form = NT_VALUE_MASK },
	{ .name = "hold_time", .queue = "tx-", .folder = "byte_queue_limits",
	  .form = NT_VALUE_TICK_MS },
	{ .name = "limit_max", .queue = "tx-", .folder = "byte_queue_limits" },
	{ .name = "limit_min", .queue = "tx-", .folder = "byte_queue_limits" },
};

/* Writing one of them changes what the other reads, if they are in one folder. */
static const struct {
	const char *name;
	const char *other;
} proc_pairs[] = {
	{ "base_reachable_time", "base_reachable_time_ms" },
	{ "gc_min_interval", "gc_min_interval_ms" },
	{ "retrans_time", "retrans_time_ms" },
	{ "tcp_congestion_control", "tcp_allowed_congestion_control" },
};

/* Most comparisons end at the first byte: nothing is measured before. */
static bool starts_with(const char *text, const char *prefix)
{
	while (*prefix && *text == *prefix) {
		text++;
		prefix++;
	}
	return !*prefix;
}

static bool part_is(const struct part *part, const char *text)
{
	return part->len && *part->text == *text && strncmp(part->text, text, part->len) == 0 &&
	       !text[part->len];
}

/* Whether @part is @prefix and a decimal number, as in rx-12. */
static bool part_is_queue(const struct part *part, const char *prefix)
{
	size_t i = strlen(prefix);

	if (part->len <= i || memcmp(part->text, prefix, i) != 0)
		return false;
	for (; i < part->len; i++)
		if (part->text[i] < '0' || part->text[i] > '9')
			return false;
	return true;
}

/* Cuts up to TAIL_MAX components off the end of @path, the last first; returns how many. */
static u32 split_tail(const char *path, struct part *ret_parts)
{
	size_t end = strlen(path), start;
	u32 count = 0;

	while (end > 0 && count < TAIL_MAX) {
		for (start = end; start > 0 && path[start - 1] != '/'; start--)
			;
		if (start == 0 || start == end)
			break;
		ret_parts[count].text = path + start;
		ret_parts[count].len = end - start;
		count++;
		end = start - 1;
	}
	return count;
}

static bool starts_with_one_of(const char *text, const char *const *prefixes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (starts_with(text, prefixes[i]))
			return true;
	return false;
}

static bool leaf_ends_in(const struct part *leaf, const char *suffix)
{
	size_t len = strlen(suffix);

	return leaf->len >= len && strcmp(leaf->text + leaf->len - len, suffix) == 0;
}

static bool dir_is_one_way(const char *path, const struct part *leaf)
{
	return starts_with_one_of(path, proc_one_way_dirs, ARRAY_LEN(proc_one_way_dirs)) ||
	       (!starts_with(leaf->text, "gc_") &&
		starts_with_one_of(path, proc_neigh_dirs, ARRAY_LEN(proc_neigh_dirs)));
}

/* What is known of a sysctl by its name. */
static const struct leaf *proc_leaf(const struct part *part)
{
	static const struct leaf other = { .form = NT_VALUE_FIELDS };
	size_t i;

	for (i = 0; i < ARRAY_LEN(proc_leaves); i++)
		if (part_is(part, proc_leaves[i].name))
			return &proc_leaves[i];
	return &other;
}

static int match_proc(const char *path, const struct part *parts, struct nt_target *ret_target)
{
	static const char prefix[] = "/sys/net/";
	const struct leaf *leaf = proc_leaf(&parts[0]);
	const char *below = starts_with(path, prefix) ? path + sizeof(prefix) - 1 : NULL;

	if (!below || !parts[3].len ||
	    !starts_with_one_of(below, proc_dirs, ARRAY_LEN(proc_dirs)))
		return -EPERM;
	if (leaf->undoing == NEVER || leaf_ends_in(&parts[0], "_flush"))
		return -EOPNOTSUPP;

	ret_target->fs = NT_TARGET_PROC;
	ret_target->form = leaf->form;
	ret_target->needs_force = leaf->undoing == ONE_WAY || dir_is_one_way(below, &parts[0]);
	ret_target->device_depth = 0;
	return 0;
}

/*
 * How many folders up from @leaf its device's own is; 0 if the path ends otherwise.
 * Parts that are not there are empty, and match nothing.
 */
static u32 leaf_depth(const struct device_leaf *leaf, const struct part *parts)
{
	u32 at = 1;

	if (!part_is(&parts[0], leaf->name))
		return 0;
	if (leaf->folder && !part_is(&parts[at++], leaf->folder))
		return 0;
	if (leaf->queue && !part_is_queue(&parts[at++], leaf->queue))
		return 0;
	if (leaf->queue && !part_is(&parts[at++], "queues"))
		return 0;
	return part_is(&parts[at + 1], "net") ? at : 0;
}

static int match_sysfs(const char *path, const struct part *parts, struct nt_target *ret_target)
{
	u32 depth = 0;
	size_t i;

	if (!starts_with(path, "/devices/"))
		return -EPERM;
	for (i = 0; i < ARRAY_LEN(device_leaves) && !depth; i++)
		depth = leaf_depth(&device_leaves[i], parts);
	if (!depth)
		return -EPERM;

	ret_target->fs = NT_TARGET_SYSFS;
	ret_target->form = device_leaves[i - 1].form;
	ret_target->needs_force = false;
	ret_target->device_depth = depth;
	return 0;
}

/* FNV-1a's. */
#define HASH_START 0xcbf29ce484222325ULL

static u64 fnv_add(u64 hash, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ (u8)text[i]) * 0x100000001b3ULL;
	return hash;
}

/*
 * Numbers the tunable by its path (FNV-1a), with its first name for its last
 * component. Two that happened to share a number would cost no more than the
 * look at one another's value.
 */
static u64 tunable_number(const char *path, const struct part *leaf)
{
	u64 hash = fnv_add(HASH_START, path, (size_t)(leaf->text - path));
	size_t i;

	for (i = 0; i < ARRAY_LEN(proc_pairs); i++)
		if (part_is(leaf, proc_pairs[i].other))
			return fnv_add(hash, proc_pairs[i].name, strlen(proc_pairs[i].name));
	return fnv_add(hash, leaf->text, leaf->len);
}

/**
 * nt_target_match() - say whether a file may be written
 * @fs: the file system it lives in
 * @path: its path from the root of that file system, terminated
 * @ret_target: filled in on success
 *
 * Return: 0, -EPERM if the file is not on the list, -EOPNOTSUPP if it is a
 * secret or an action.
 */
int nt_target_match(enum nt_target_fs fs, const char *path, struct nt_target *ret_target)
{
	struct part parts[TAIL_MAX] = { 0 };
	int r;

	split_tail(path, parts);
	if (fs == NT_TARGET_PROC)
		r = match_proc(path, parts, ret_target);
	else
		r = match_sysfs(path, parts, ret_target);
	if (r == 0)
		ret_target->tunable = tunable_number(path, &parts[0]);
	return r;
}

/**
 * nt_target_irq() - read the number of an interrupt off its affinity file's path
 * @path: path from the root of procfs, terminated
 * @ret_irq: the number, on success
 *
 * Return: 0, or -EPERM if it is not /irq/N/smp_affinity.
 */
int nt_target_irq(const char *path, u32 *ret_irq)
{
	struct part parts[TAIL_MAX];
	u64 irq = 0;
	size_t i;

	if (split_tail(path, parts) != 3 || parts[2].text != path + 1 || *path != '/' ||
	    !part_is(&parts[2], "irq") || !part_is(&parts[0], "smp_affinity") ||
	    parts[1].len > 9 || !part_is_queue(&parts[1], ""))
		return -EPERM;
	for (i = 0; i < parts[1].len; i++)
		irq = irq * 10 + (u64)(parts[1].text[i] - '0');
	*ret_irq = (u32)irq;
	return 0;
}

/**
 * nt_target_number() - number a tunable that has no path
 * @kind: what it is
 * @major: which one
 * @minor: which part of it
 *
 * Return: a number as in struct nt_target.
 */
u64 nt_target_number(const char *kind, u32 major, u32 minor)
{
	const u32 place[] = { major, minor };

	return fnv_add(fnv_add(HASH_START, kind, strlen(kind)), (const char *)place,
			sizeof(place));
}
