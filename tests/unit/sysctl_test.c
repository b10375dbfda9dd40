// SPDX-License-Identifier: GPL-2.0-or-later
/* The sysctl domain, on a server in memory. */
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
#include "tunable/sysctl.h"
#include "tunable/tunable.h"

#define SETTINGS_MAX 8U

/*
 * Every key: a value that it takes and how that reads back, one that it refuses, and what
 * "kernel-default" is on the fake server (NULL: cannot be known, or no such word).
 */
static const struct {
	const char *key;
	const char *good;
	const char *canonical;
	const char *bad;
	const char *dflt;
} rows[] = {
	{ "net.core.busy_poll", "50us", "50", "50KiB", "0" },
	{ "net.core.busy_read", "50", "50", "-1", "0" },
	{ "net.core.default_qdisc", "fq", "fq", "fq codel", NULL },
	{ "net.core.dev_weight", "128", "128", "0", "64" },
	{ "net.core.flow_limit_table_len", "5000", "8192", "65537", "4096" },
	{ "net.core.gro_normal_batch", "16", "16", "0", "8" },
	{ "net.core.netdev_budget", "600", "600", "600 700", "300" },
	{ "net.core.netdev_budget_usecs", "16ms", "16000", "1000", NULL },
	{ "net.core.netdev_max_backlog", "65535", "65535", "2147483648", "1000" },
	{ "net.core.optmem_max", "64KiB", "65536", "2GiB", "131072" },
	{ "net.core.rmem_default", "256KiB", "262144", "2KiB", "212992" },
	{ "net.core.rmem_max", "16MiB", "16777216", "4GiB", "212992" },
	{ "net.core.rps_sock_flow_entries", "3000", "4096", "1073741824", "0" },
	{ "net.core.somaxconn", "65535", "65535", "65535B", "4096" },
	{ "net.core.wmem_default", "256KiB", "262144", "4607", "212992" },
	{ "net.core.wmem_max", "16MiB", "16777216", "16777216 junk", "212992" },
	{ "net.ipv4.ip_local_port_range", "10000 65535", "10000 65535", "60000 1024",
	  "32768 60999" },
	{ "net.ipv4.ip_local_reserved_ports", "8081,8080,9000-9001", "8080-8081,9000-9001", "70000",
	  NULL },
	{ "net.ipv4.neigh.default.gc_thresh1", "1024", "1024", "-1", "128" },
	{ "net.ipv4.neigh.default.gc_thresh2", "4096", "4096", "4k", "512" },
	{ "net.ipv4.neigh.default.gc_thresh3", "8192", "8192", "", "1024" },
	{ "net.ipv4.tcp_abort_on_overflow", "1", "1", "2", "0" },
	{ "net.ipv4.tcp_autocorking", "0", "0", "2", "1" },
	{ "net.ipv4.tcp_base_mss", "1200", "1200", "40", "1024" },
	{ "net.ipv4.tcp_congestion_control", "bbr", "bbr", "bbr!", NULL },
	{ "net.ipv4.tcp_dsack", "0", "0", "2", "1" },
	{ "net.ipv4.tcp_ecn", "1", "1", "6", "2" },
	{ "net.ipv4.tcp_fastopen", "3", "3", "1544", "1" },
	{ "net.ipv4.tcp_fastopen_blackhole_timeout_sec", "1h", "3600", "1MiB", "0" },
	{ "net.ipv4.tcp_fin_timeout", "15s", "15", "0", "60" },
	{ "net.ipv4.tcp_keepalive_intvl", "1min", "60", "1500ms", "75" },
	{ "net.ipv4.tcp_keepalive_probes", "3", "3", "256", "9" },
	{ "net.ipv4.tcp_keepalive_time", "10min", "600", "600 60", "7200" },
	{ "net.ipv4.tcp_limit_output_bytes", "4MiB", "4194304", "4MB", "1048576" },
	{ "net.ipv4.tcp_max_orphans", "65536", "65536", "2147483648", NULL },
	{ "net.ipv4.tcp_max_syn_backlog", "65535", "65535", "0", NULL },
	{ "net.ipv4.tcp_max_tw_buckets", "1440000", "1440000", "-1", NULL },
	{ "net.ipv4.tcp_mem", "5%ram 10%ram 20%ram", "822932 1645864 3291728", "1 2", NULL },
	{ "net.ipv4.tcp_moderate_rcvbuf", "0", "0", "2", "1" },
	{ "net.ipv4.tcp_mtu_probing", "1", "1", "3", "0" },
	{ "net.ipv4.tcp_no_metrics_save", "1", "1", "yes", "0" },
	{ "net.ipv4.tcp_notsent_lowat", "128KiB", "131072", "4294967296", "4294967295" },
	{ "net.ipv4.tcp_orphan_retries", "3", "3", "256", "0" },
	{ "net.ipv4.tcp_retries1", "4", "4", "256", "3" },
	{ "net.ipv4.tcp_retries2", "8", "8", "256", "15" },
	{ "net.ipv4.tcp_rfc1337", "1", "1", "2", "0" },
	{ "net.ipv4.tcp_rmem", "4KiB 87380 16MiB", "4096 87380 16777216", "4096 87380",
	  "4096 131072 6291456" },
	{ "net.ipv4.tcp_sack", "0", "0", "2", "1" },
	{ "net.ipv4.tcp_slow_start_after_idle", "0", "0", "2", "1" },
	{ "net.ipv4.tcp_syn_retries", "3", "3", "128", "6" },
	{ "net.ipv4.tcp_synack_retries", "3", "3", "256", "5" },
	{ "net.ipv4.tcp_syncookies", "2", "2", "3", "1" },
	{ "net.ipv4.tcp_timestamps", "2", "2", "3", "1" },
	{ "net.ipv4.tcp_tw_reuse", "1", "1", "3", "2" },
	{ "net.ipv4.tcp_window_scaling", "0", "0", "2", "1" },
	{ "net.ipv4.tcp_wmem", "4096 65536 max/128", "4096 65536 16777215", "1 65536 16777216",
	  "4096 16384 4194304" },
	{ "net.ipv4.udp_mem", "1GiB 2GiB 4GiB", "262144 524288 1048576", "3 2 1", NULL },
	{ "net.ipv4.udp_rmem_min", "16KiB", "16384", "0", "4096" },
	{ "net.ipv4.udp_wmem_min", "16KiB", "16384", "0", "4096" },
	{ "net.ipv6.neigh.default.gc_thresh1", "1024", "1024", "-1", "128" },
	{ "net.ipv6.neigh.default.gc_thresh2", "4096", "4096", "1e3", "512" },
	{ "net.ipv6.neigh.default.gc_thresh3", "8192", "8192", "0x10", "1024" },
	{ "net.netfilter.nf_conntrack_buckets", "300000", "300032", "1023", "262144" },
	{ "net.netfilter.nf_conntrack_generic_timeout", "5min", "300", "0", "600" },
	{ "net.netfilter.nf_conntrack_max", "1048576", "1048576", "0", "262144" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_close_wait", "30s", "30", "0", "60" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_established", "24h", "86400", "3000000",
	  "432000" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_fin_wait", "30s", "30", "0", "120" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_last_ack", "20s", "20", "0", "30" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_syn_recv", "30s", "30", "0", "60" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_syn_sent", "30s", "30", "0", "120" },
	{ "net.netfilter.nf_conntrack_tcp_timeout_time_wait", "30s", "30", "0", "120" },
	{ "net.netfilter.nf_conntrack_udp_timeout", "20s", "20", "0", "30" },
	{ "net.netfilter.nf_conntrack_udp_timeout_stream", "3min", "180", "0", "120" },
	{ "net.nf_conntrack_max", "1048576", "1048576", "0", "262144" },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* A profile's lines, the host that they are for, and what came of them. */
struct fixture {
	struct fake_io fake;
	struct nt_setting settings[SETTINGS_MAX];
	size_t n_settings;
	struct nt_facts facts;
	struct nt_plan plan;
	struct nt_diag diag;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	fake_io_init(&f->fake);
	fake_server(&f->fake);
	*state = f;
	return 0;
}

static void forget(struct fixture *f)
{
	nt_facts_free(&f->facts);
	nt_plan_free(&f->plan);
	f->n_settings = 0;
	f->diag = (struct nt_diag){ 0 };
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	forget(f);
	fake_io_free(&f->fake);
	free(f);
	return 0;
}

static struct nt_setting *want(struct fixture *f, const char *key, const char *value)
{
	struct nt_setting *s = &f->settings[f->n_settings++];

	*s = (struct nt_setting){
		.section = (char *)"Sysctl",
		.selector = (char *)"",
		.key = (char *)key,
		.value = (char *)value,
		.reason = (char *)"",
		.profile = (char *)"test",
		.file = (char *)"test.conf",
		.line = (uint32_t)f->n_settings,
		.column = 1,
		.value_column = 20,
	};
	return s;
}

static int check(struct fixture *f, const char *key, const char *value)
{
	forget(f);
	return nt_tunable_sysctl.check(want(f, key, value), &f->diag);
}

static int plan(struct fixture *f)
{
	int r = nt_tunable_sysctl.read(&f->fake.io, f->settings, f->n_settings, &f->facts,
				       &f->diag);

	if (r == 0)
		r = nt_tunable_sysctl.plan(f->settings, f->n_settings, &f->facts, &f->plan,
					   &f->diag);
	if (r == 0)
		r = nt_plan_sort(&f->plan);
	return r;
}

/* The change of @tunable; the test fails when the plan has none. */
static struct nt_change *find(struct fixture *f, const char *tunable)
{
	for (size_t i = 0; i < f->plan.n_changes; i++)
		if (!strcmp(f->plan.changes[i].tunable, tunable))
			return &f->plan.changes[i];
	fail_msg("no change of %s", tunable);
	return NULL;
}

static struct nt_change *plan_one(struct fixture *f, const char *key, const char *value)
{
	forget(f);
	want(f, key, value);
	assert_int_equal(plan(f), 0);
	return find(f, key);
}

static size_t place_of(struct fixture *f, const char *tunable)
{
	return (size_t)(find(f, tunable) - f->plan.changes);
}

static bool undone_before(struct fixture *f, const char *first, const char *second)
{
	return find(f, first)->undo_seq < find(f, second)->undo_seq;
}

static void apply_all(struct fixture *f)
{
	for (size_t i = 0; i < f->plan.n_changes; i++) {
		struct nt_change *c = &f->plan.changes[i];

		if (c->outcome == NT_OUTCOME_PLANNED)
			assert_int_equal(c->domain->apply(&f->fake.io, c, &f->diag), 0);
	}
}

static void assert_live(struct fixture *f, const char *key, const char *value)
{
	char live[NT_IO_VALUE_MAX];

	assert_int_equal(nt_tunable_sysctl.get(&f->fake.io, "host", key, live, sizeof(live)), 0);
	assert_string_equal(live, value);
}

static void assert_says(const struct fixture *f, const char *words)
{
	if (!strstr(f->diag.message, words))
		fail_msg("\"%s\" does not say \"%s\"", f->diag.message, words);
}

static void assert_remedy(const struct nt_change *c, enum nt_outcome outcome, const char *words)
{
	assert_int_equal(c->outcome, outcome);
	assert_non_null(c->remedy);
	if (!strstr(c->remedy, words))
		fail_msg("\"%s\" does not say \"%s\"", c->remedy, words);
}

static void load_conntrack(struct fixture *f)
{
	f->fake.io.ops->module_load(&f->fake.io, "nf_conntrack", NULL);
}

/* ---- the table ---- */

static void every_key_has_a_row_in_this_test(void **state)
{
	const char *key;

	(void)state;
	for (unsigned int i = 0; (key = nt_tunable_sysctl.keys(i)); i++) {
		size_t row = 0;

		while (row < N_ROWS && strcmp(rows[row].key, key) != 0)
			row++;
		if (row == N_ROWS)
			fail_msg("no row for %s", key);
		assert_non_null(nt_tunable_sysctl.describe(key));
	}
}

static void bounds_are_keys_and_have_no_cycles(void **state)
{
	(void)state;
	for (size_t i = 0; i < nt_sysctl_n_keys; i++) {
		const struct nt_sysctl_key *row = &nt_sysctl_keys[i];

		for (unsigned int steps = 0; row->bound; steps++) {
			assert_true(steps < 8);
			row = nt_sysctl_key_find(row->bound);
			assert_non_null(row);
		}
	}
}

static void every_key_takes_good_values_and_returns(void **state)
{
	struct fixture *f = *state;

	load_conntrack(f);
	for (size_t i = 0; i < N_ROWS; i++) {
		struct nt_change *c;
		char *before;

		assert_int_equal(check(f, rows[i].key, rows[i].good), 0);
		c = plan_one(f, rows[i].key, rows[i].good);
		if (c->outcome != NT_OUTCOME_PLANNED)
			fail_msg("%s: %s", rows[i].key, c->remedy ? c->remedy : "not planned");
		assert_string_equal(c->wanted, rows[i].canonical);
		before = strdup(c->seen);
		apply_all(f);
		assert_live(f, rows[i].key, rows[i].canonical);
		assert_int_equal(find(f, rows[i].key)->domain->undo(&f->fake.io, c, &f->diag), 0);
		assert_live(f, rows[i].key, before);
		free(before);
	}
}

static void every_key_refuses_bad_values_with_their_place(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < N_ROWS; i++) {
		int r = check(f, rows[i].key, rows[i].bad);

		if (r != -EINVAL && r != -ERANGE)
			fail_msg("%s takes %s", rows[i].key, rows[i].bad);
		assert_says(f, "test.conf:1:");
	}
}

static void every_key_knows_its_default_or_says_why_not(void **state)
{
	static const char *const default_words[] = {
		"kernel-default", "kernel-default", "kernel-default kernel-default",
		"kernel-default kernel-default kernel-default",
	};
	struct fixture *f = *state;

	load_conntrack(f);
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct nt_sysctl_key *key = nt_sysctl_key_find(rows[i].key);
		struct nt_change *c;

		if (key->type == NT_SYSCTL_PORTS)
			continue;
		c = plan_one(f, rows[i].key, default_words[key->fields]);
		if (!rows[i].dflt)
			assert_remedy(c, NT_OUTCOME_BLOCKED, "default is not known");
		else
			assert_string_equal(c->wanted, rows[i].dflt);
	}
}

/* ---- values ---- */

static void defaults_of_vectors_are_told_field_by_field(void **state)
{
	struct fixture *f = *state;
	struct nt_change *c = plan_one(f, "net.ipv4.tcp_rmem",
				       "kernel-default kernel-default kernel-default");

	assert_string_equal(c->wanted, "4096 131072 6291456");
	assert_int_equal(c->outcome, NT_OUTCOME_COMPLIANT);
}

static void defaults_follow_the_kernel(void **state)
{
	struct fixture *f = *state;

	fake_sysctl(&f->fake, "kernel.osrelease", "6.18.1")->kind = FAKE_TEXT;
	assert_string_equal(plan_one(f, "net.core.rmem_max", "kernel-default")->wanted, "4194304");
	fake_file(&f->fake, "/proc/sys/kernel/osrelease", "6.1.0-40-amd64");
	assert_string_equal(plan_one(f, "net.core.rmem_max", "kernel-default")->wanted, "212992");
	assert_string_equal(plan_one(f, "net.core.optmem_max", "kernel-default")->wanted, "20480");
}

static void default_that_depends_on_free_memory_is_not_guessed(void **state)
{
	struct fixture *f = *state;

	fake_file(&f->fake, "/proc/meminfo", "MemTotal:         524288 kB");
	assert_remedy(plan_one(f, "net.ipv4.tcp_rmem", "4096 131072 kernel-default"),
		      NT_OUTCOME_BLOCKED, "default is not known");
}

static void shortened_vector_is_refused_with_its_place(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(check(f, "net.ipv4.tcp_rmem", "8192"), -EINVAL);
	assert_says(f, "test.conf:1:20: net.ipv4.tcp_rmem: takes 3 values, here is 1");
}

static void junk_behind_a_number_is_refused_with_its_place(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(check(f, "net.ipv4.tcp_fin_timeout", "30  junk"), -EINVAL);
	assert_says(f, "test.conf:1:24:");
	assert_int_equal(check(f, "net.ipv4.tcp_rmem", "4096 87380 16777216x"), -EINVAL);
	assert_says(f, "test.conf:1:39:");
}

static void number_beyond_int32_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(check(f, "net.core.rmem_max", "2147483647"), 0);
	assert_int_equal(check(f, "net.core.rmem_max", "2147483648"), -ERANGE);
	assert_says(f, "2147483648 is not from 2304 to 2147483647");
}

static void share_of_ram_beyond_int32_is_refused_when_planned(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(check(f, "net.core.rmem_max", "50%ram"), 0);
	want(f, "net.core.rmem_max", "50%ram");
	assert_int_equal(plan(f), -ERANGE);
	assert_says(f, "test.conf:1:20: net.core.rmem_max:");
}

static void vector_out_of_order_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(check(f, "net.ipv4.tcp_wmem", "4096 16777216 65536"), -ERANGE);
	assert_says(f, "field 3, 65536, is below field 2, 16777216");
}

static void at_least_takes_the_greater_field_by_field(void **state)
{
	struct fixture *f = *state;
	struct nt_change *c;

	want(f, "net.ipv4.tcp_rmem", "8192 65536 16777216")->relation = NT_AT_LEAST;
	assert_int_equal(plan(f), 0);
	c = find(f, "net.ipv4.tcp_rmem");
	assert_int_equal(c->outcome, NT_OUTCOME_PLANNED);
	assert_string_equal(c->wanted, "8192 131072 16777216");
}

static void at_least_complies_when_more_was_seen(void **state)
{
	struct fixture *f = *state;

	want(f, "net.core.somaxconn", "1024")->relation = NT_AT_LEAST;
	assert_int_equal(plan(f), 0);
	assert_int_equal(find(f, "net.core.somaxconn")->outcome, NT_OUTCOME_COMPLIANT);
}

static void at_least_joins_lists_of_ports(void **state)
{
	struct fixture *f = *state;

	snprintf(fake_find_sysctl(&f->fake, "net.ipv4.ip_local_reserved_ports")->value, 64,
		 "8080");
	want(f, "net.ipv4.ip_local_reserved_ports", "8081,9000")->relation = NT_AT_LEAST;
	assert_int_equal(plan(f), 0);
	assert_string_equal(find(f, "net.ipv4.ip_local_reserved_ports")->wanted, "8080-8081,9000");
}

static void at_least_a_word_is_refused(void **state)
{
	struct fixture *f = *state;
	struct nt_setting *s = want(f, "net.ipv4.tcp_congestion_control", "bbr");

	s->relation = NT_AT_LEAST;
	assert_int_equal(nt_tunable_sysctl.check(s, &f->diag), -EINVAL);
	assert_says(f, "needs a number");
}

static void tabs_of_the_kernel_compare_as_spaces(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(fake_value(&f->fake, "net.ipv4.tcp_wmem"), "4096\t16384\t4194304");
	assert_int_equal(plan_one(f, "net.ipv4.tcp_wmem", "4096 16384 4194304")->outcome,
			 NT_OUTCOME_COMPLIANT);
}

/* ---- keys ---- */

static void misspelt_key_gets_a_suggestion(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(check(f, "net.core.rmem_mx", "1"), -EINVAL);
	assert_says(f, "test.conf:1:1: unknown key net.core.rmem_mx, did you mean "
		       "net.core.rmem_max");
}

static void keys_that_cannot_be_undone_are_refused_with_the_reason(void **state)
{
	static const char *const keys[] = {
		"net.ipv4.ip_forward",		 "net.ipv4.conf.all.rp_filter",
		"net.ipv6.conf.eth0.forwarding", "net.ipv6.conf.eth0.disable_ipv6",
		"net.ipv6.conf.default.stable_secret",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_int_equal(check(f, keys[i], "1"), -EINVAL);
		assert_says(f, "cannot be undone");
	}
	assert_int_equal(check(f, "net.ipv4.route.flush", "1"), -EINVAL);
	assert_says(f, "an action, not a setting");
	assert_int_equal(check(f, "vm.swappiness", "1"), -EINVAL);
	assert_says(f, "not a network setting");
}

/* ---- what stands in the way ---- */

static void key_that_this_kernel_lacks_is_unsupported(void **state)
{
	struct fixture *f = *state;

	fake_remove_sysctl(&f->fake, "net.ipv4.tcp_autocorking");
	assert_remedy(plan_one(f, "net.ipv4.tcp_autocorking", "0"), NT_OUTCOME_UNSUPPORTED,
		      "no net.ipv4.tcp_autocorking");
}

static void init_only_key_is_absent_in_another_namespace(void **state)
{
	struct fixture *f = *state;

	fake_enter_netns(&f->fake);
	assert_remedy(plan_one(f, "net.core.netdev_max_backlog", "5000"), NT_OUTCOME_ABSENT,
		      "initial network namespace");
	assert_remedy(plan_one(f, "net.core.rmem_max", "16MiB"), NT_OUTCOME_IMMUTABLE,
		      "initial network namespace");
	assert_int_equal(plan_one(f, "net.core.rmem_max", "212992")->outcome,
			 NT_OUTCOME_COMPLIANT);
	assert_int_equal(plan_one(f, "net.ipv4.tcp_sack", "0")->outcome, NT_OUTCOME_PLANNED);
}

static void facts_that_do_not_tell_of_a_key_block_it(void **state)
{
	struct fixture *f = *state;

	want(f, "net.ipv4.tcp_sack", "0");
	assert_int_equal(nt_tunable_sysctl.plan(f->settings, 1, &f->facts, &f->plan, &f->diag),
			 -EINVAL);
	assert_says(f, "kernel and memory");
	f->diag = (struct nt_diag){ 0 };
	assert_int_equal(nt_facts_read(&f->fake.io, NT_FACTS_KERNEL | NT_FACTS_MEMORY, &f->facts,
				       &f->diag), 0);
	assert_int_equal(nt_tunable_sysctl.plan(f->settings, 1, &f->facts, &f->plan, &f->diag), 0);
	assert_remedy(find(f, "net.ipv4.tcp_sack"), NT_OUTCOME_BLOCKED, "record the facts again");
}

static void readonly_mount_makes_keys_immutable(void **state)
{
	struct fixture *f = *state;

	f->fake.mount_readonly = true;
	assert_remedy(plan_one(f, "net.ipv4.tcp_sack", "0"), NT_OUTCOME_IMMUTABLE, "read-only");
	assert_int_equal(plan_one(f, "net.ipv4.tcp_sack", "1")->outcome, NT_OUTCOME_COMPLIANT);
}

static void unreadable_key_is_blocked_by_privilege(void **state)
{
	struct fixture *f = *state;

	fake_find_sysctl(&f->fake, "net.ipv4.tcp_sack")->read_errno = EACCES;
	assert_remedy(plan_one(f, "net.ipv4.tcp_sack", "0"), NT_OUTCOME_BLOCKED, "root");
}

static void plan_without_privilege_shows_what_root_would_do(void **state)
{
	struct fixture *f = *state;

	f->fake.unprivileged = true;
	assert_int_equal(plan_one(f, "net.ipv4.tcp_sack", "0")->outcome, NT_OUTCOME_PLANNED);
}

/* ---- modules ---- */

static void absent_key_loads_its_module_first_and_unloads_it_last(void **state)
{
	struct fixture *f = *state;

	want(f, "net.ipv4.tcp_sack", "0");
	want(f, "net.netfilter.nf_conntrack_max", "1048576");
	want(f, "net.netfilter.nf_conntrack_udp_timeout", "20s")->policy = NT_POLICY_REQUIRE;
	assert_int_equal(plan(f), 0);
	assert_int_equal(f->plan.n_changes, 4);
	assert_int_equal(place_of(f, "nf_conntrack"), 0);
	assert_int_equal(find(f, "nf_conntrack")->policy, NT_POLICY_REQUIRE);
	assert_true(undone_before(f, "net.netfilter.nf_conntrack_max", "nf_conntrack"));
	assert_true(undone_before(f, "net.ipv4.tcp_sack", "nf_conntrack"));
	apply_all(f);
	assert_live(f, "net.netfilter.nf_conntrack_max", "1048576");
}

static void module_that_is_not_installed_makes_the_key_absent(void **state)
{
	struct fixture *f = *state;

	fake_module(&f->fake, "nf_conntrack", NT_MODULE_ABSENT);
	assert_remedy(plan_one(f, "net.netfilter.nf_conntrack_max", "1048576"), NT_OUTCOME_ABSENT,
		      "nf_conntrack");
	fake_module(&f->fake, "nf_conntrack", NT_MODULE_UNKNOWN);
	assert_remedy(plan_one(f, "net.netfilter.nf_conntrack_max", "1048576"), NT_OUTCOME_ABSENT,
		      "cannot be seen");
	fake_module(&f->fake, "nf_conntrack", NT_MODULE_IMPOSSIBLE);
	assert_remedy(plan_one(f, "net.netfilter.nf_conntrack_max", "1048576"), NT_OUTCOME_ABSENT,
		      "cannot load modules");
	assert_int_equal(f->plan.n_changes, 1);
}

static void congestion_control_loads_its_module(void **state)
{
	struct fixture *f = *state;

	want(f, "net.ipv4.tcp_congestion_control", "bbr");
	assert_int_equal(plan(f), 0);
	assert_int_equal(f->plan.n_changes, 2);
	assert_string_equal(f->plan.changes[0].tunable, "tcp_bbr");
	assert_string_equal(f->plan.changes[0].seen, "absent");
	apply_all(f);
	assert_live(f, "net.ipv4.tcp_congestion_control", "bbr");
}

static void module_that_modprobe_d_forbids_blocks_what_needs_it(void **state)
{
	struct fixture *f = *state;

	fake_module(&f->fake, "tcp_bbr", NT_MODULE_FORBIDDEN);
	fake_module(&f->fake, "nf_conntrack", NT_MODULE_FORBIDDEN);
	assert_remedy(plan_one(f, "net.ipv4.tcp_congestion_control", "bbr"), NT_OUTCOME_BLOCKED,
		      "allow the module tcp_bbr in modprobe.d");
	assert_int_equal(f->plan.n_changes, 1);
	assert_remedy(plan_one(f, "net.netfilter.nf_conntrack_max", "1048576"),
		      NT_OUTCOME_BLOCKED, "allow the module nf_conntrack");
}

static void available_congestion_control_needs_no_module(void **state)
{
	struct fixture *f = *state;

	plan_one(f, "net.ipv4.tcp_congestion_control", "reno");
	assert_int_equal(f->plan.n_changes, 1);
	assert_int_equal(f->plan.changes[0].outcome, NT_OUTCOME_PLANNED);
}

static void congestion_control_that_nobody_has_is_absent(void **state)
{
	struct fixture *f = *state;

	assert_remedy(plan_one(f, "net.ipv4.tcp_congestion_control", "warp"), NT_OUTCOME_ABSENT,
		      "tcp_warp");
	assert_int_equal(f->plan.n_changes, 1);
}

static void restricted_congestion_control_is_blocked_in_another_namespace(void **state)
{
	struct fixture *f = *state;

	f->fake.io.ops->module_load(&f->fake.io, "tcp_bbr", NULL);
	fake_enter_netns(&f->fake);
	assert_remedy(plan_one(f, "net.ipv4.tcp_congestion_control", "bbr"), NT_OUTCOME_BLOCKED,
		      "tcp_allowed_congestion_control");
	assert_int_equal(plan_one(f, "net.ipv4.tcp_congestion_control", "reno")->outcome,
			 NT_OUTCOME_PLANNED);
}

static void two_names_of_one_setting_are_one_change_or_a_conflict(void **state)
{
	struct fixture *f = *state;

	load_conntrack(f);
	want(f, "net.nf_conntrack_max", "300000");
	want(f, "net.netfilter.nf_conntrack_max", "400000");
	assert_int_equal(plan(f), -EINVAL);
	assert_says(f, "test.conf:2:1: net.netfilter.nf_conntrack_max = 400000 conflicts with "
		       "net.nf_conntrack_max = 300000 at test.conf:1:1");
	forget(f);
	want(f, "net.nf_conntrack_max", "300000")->policy = NT_POLICY_PREFER;
	want(f, "net.netfilter.nf_conntrack_max", "300000")->policy = NT_POLICY_REQUIRE;
	want(f, "net.nf_conntrack_max", "300000")->policy = NT_POLICY_IGNORE;
	assert_int_equal(plan(f), 0);
	assert_int_equal(f->plan.n_changes, 1);
	assert_int_equal(f->plan.changes[0].policy, NT_POLICY_REQUIRE);
}

static void qdisc_loads_its_module_and_builtin_ones_need_none(void **state)
{
	struct fixture *f = *state;

	plan_one(f, "net.core.default_qdisc", "fq");
	assert_string_equal(f->plan.changes[0].tunable, "sch_fq");
	apply_all(f);
	assert_live(f, "net.core.default_qdisc", "fq");
	plan_one(f, "net.core.default_qdisc", "pfifo_fast");
	assert_int_equal(f->plan.n_changes, 1);
	assert_remedy(plan_one(f, "net.core.default_qdisc", "warp"), NT_OUTCOME_ABSENT, "sch_warp");
}

/* ---- order ---- */

static void maximum_is_raised_before_what_it_bounds_and_lowered_after(void **state)
{
	struct fixture *f = *state;

	want(f, "net.core.rmem_default", "1MiB");
	want(f, "net.ipv4.tcp_sack", "0");
	want(f, "net.core.rmem_max", "16MiB");
	assert_int_equal(plan(f), 0);
	assert_true(place_of(f, "net.core.rmem_max") < place_of(f, "net.core.rmem_default"));
	assert_true(undone_before(f, "net.core.rmem_default", "net.core.rmem_max"));
	apply_all(f);
	forget(f);
	want(f, "net.core.rmem_max", "256KiB");
	want(f, "net.core.rmem_default", "128KiB");
	assert_int_equal(plan(f), 0);
	assert_true(place_of(f, "net.core.rmem_default") < place_of(f, "net.core.rmem_max"));
	assert_true(undone_before(f, "net.core.rmem_max", "net.core.rmem_default"));
}

static void chain_of_maxima_is_raised_from_outside_and_lowered_from_inside(void **state)
{
	static const char *const keys[] = {
		"net.ipv4.neigh.default.gc_thresh1", "net.ipv4.neigh.default.gc_thresh2",
		"net.ipv4.neigh.default.gc_thresh3",
	};
	struct fixture *f = *state;

	want(f, keys[0], "1024");
	want(f, keys[1], "2048");
	want(f, keys[2], "4096");
	assert_int_equal(plan(f), 0);
	assert_true(place_of(f, keys[2]) < place_of(f, keys[1]));
	assert_true(place_of(f, keys[1]) < place_of(f, keys[0]));
	assert_true(undone_before(f, keys[0], keys[1]) && undone_before(f, keys[1], keys[2]));
	forget(f);
	want(f, keys[2], "64");
	want(f, keys[0], "16");
	want(f, keys[1], "32");
	assert_int_equal(plan(f), 0);
	assert_true(place_of(f, keys[0]) < place_of(f, keys[1]));
	assert_true(place_of(f, keys[1]) < place_of(f, keys[2]));
	assert_true(undone_before(f, keys[2], keys[1]) && undone_before(f, keys[1], keys[0]));
}

static void conntrack_buckets_grow_before_the_limit(void **state)
{
	struct fixture *f = *state;

	load_conntrack(f);
	want(f, "net.netfilter.nf_conntrack_max", "1048576");
	want(f, "net.netfilter.nf_conntrack_buckets", "524288");
	assert_int_equal(plan(f), 0);
	assert_true(place_of(f, "net.netfilter.nf_conntrack_buckets") <
		    place_of(f, "net.netfilter.nf_conntrack_max"));
}

static void unrelated_keys_keep_the_order_of_the_profile(void **state)
{
	struct fixture *f = *state;

	want(f, "net.ipv4.tcp_sack", "0");
	want(f, "net.core.somaxconn", "100");
	want(f, "net.ipv4.tcp_dsack", "0");
	assert_int_equal(plan(f), 0);
	assert_int_equal(place_of(f, "net.ipv4.tcp_sack"), 0);
	assert_int_equal(place_of(f, "net.core.somaxconn"), 1);
	assert_int_equal(place_of(f, "net.ipv4.tcp_dsack"), 2);
}

static void undo_seq_is_unique_over_several_plannings(void **state)
{
	struct fixture *f = *state;

	want(f, "net.ipv4.tcp_congestion_control", "bbr");
	want(f, "net.core.rmem_max", "16MiB");
	assert_int_equal(plan(f), 0);
	f->n_settings = 0;
	want(f, "net.netfilter.nf_conntrack_max", "1048576");
	want(f, "net.core.wmem_max", "16MiB");
	assert_int_equal(plan(f), 0);
	assert_int_equal(f->plan.n_changes, 6);
	for (size_t i = 0; i < f->plan.n_changes; i++)
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(f->plan.changes[i].undo_seq,
					     f->plan.changes[j].undo_seq);
}

/* ---- values that would hurt now ---- */

static void port_range_that_swallows_listeners_is_blocked(void **state)
{
	struct fixture *f = *state;

	fake_listener(&f->fake, IPPROTO_TCP, 8080);
	fake_listener(&f->fake, IPPROTO_TCP, 8080);
	fake_listener(&f->fake, IPPROTO_UDP, 5353);
	fake_listener(&f->fake, IPPROTO_TCP, 22);
	fake_listener(&f->fake, IPPROTO_TCP, 40000); /* was in the range before */
	assert_remedy(plan_one(f, "net.ipv4.ip_local_port_range", "1024 65535"),
		      NT_OUTCOME_BLOCKED, "add 5353,8080 to net.ipv4.ip_local_reserved_ports");
	assert_int_equal(plan_one(f, "net.ipv4.ip_local_port_range", "10000 65535")->outcome,
			 NT_OUTCOME_PLANNED);
}

static void reserved_ports_are_not_swallowed(void **state)
{
	struct fixture *f = *state;

	fake_listener(&f->fake, IPPROTO_TCP, 8080);
	want(f, "net.ipv4.ip_local_port_range", "1024 65535");
	want(f, "net.ipv4.ip_local_reserved_ports", "8080");
	assert_int_equal(plan(f), 0);
	assert_int_equal(find(f, "net.ipv4.ip_local_port_range")->outcome, NT_OUTCOME_PLANNED);
	/* Reserved first; on the way back the range shrinks first. */
	assert_int_equal(place_of(f, "net.ipv4.ip_local_reserved_ports"), 0);
	assert_true(undone_before(f, "net.ipv4.ip_local_port_range",
				  "net.ipv4.ip_local_reserved_ports"));
}

static void port_range_below_the_privileged_ports_is_blocked(void **state)
{
	struct fixture *f = *state;

	assert_remedy(plan_one(f, "net.ipv4.ip_local_port_range", "1000 65535"),
		      NT_OUTCOME_BLOCKED, "1024");
}

static void conntrack_max_below_what_is_tracked_is_blocked(void **state)
{
	struct fixture *f = *state;

	load_conntrack(f);
	snprintf(fake_find_sysctl(&f->fake, "net.netfilter.nf_conntrack_count")->value, 16,
		 "1000");
	assert_remedy(plan_one(f, "net.netfilter.nf_conntrack_max", "999"), NT_OUTCOME_BLOCKED,
		      "1000 connections");
	assert_int_equal(plan_one(f, "net.netfilter.nf_conntrack_max", "1000")->outcome,
			 NT_OUTCOME_PLANNED);
}

static void memory_limits_below_use_or_above_ram_are_blocked(void **state)
{
	struct fixture *f = *state;

	assert_remedy(plan_one(f, "net.ipv4.tcp_mem", "10 20 39"), NT_OUTCOME_BLOCKED,
		      "40 pages that are in use");
	assert_remedy(plan_one(f, "net.ipv4.udp_mem", "1 2 11"), NT_OUTCOME_BLOCKED,
		      "12 pages that are in use");
	/* The seed's values, bytes taken for pages: 64 GiB on a host of 62. */
	assert_remedy(plan_one(f, "net.ipv4.tcp_mem", "8388608 12582912 16777216"),
		      NT_OUTCOME_BLOCKED, "pages, not bytes");
}

/* ---- the rest of a change ---- */

static void change_tells_reason_origin_owner_and_target(void **state)
{
	struct fixture *f = *state;
	struct nt_change *c;

	want(f, "net.core.somaxconn", "1024")->reason = (char *)"as many as we want";
	want(f, "net.ipv4.tcp_sack", "0");
	assert_int_equal(nt_facts_add_owner(&f->facts, "sysctl.d", "net.core.somaxconn", "8192",
					    "/etc/sysctl.d/9.conf", 7), 0);
	strcpy(f->facts.kernel.netns, "blue");
	assert_int_equal(plan(f), 0);
	c = find(f, "net.core.somaxconn");
	assert_string_equal(c->reason, "as many as we want");
	assert_string_equal(c->origin, "test.conf:1");
	assert_string_equal(c->owner, "/etc/sysctl.d/9.conf:7 (to 8192)");
	assert_string_equal(c->target, "netns:blue");
	assert_string_equal(c->seen, "4096");
	assert_string_equal(find(f, "net.ipv4.tcp_sack")->reason,
			    nt_tunable_sysctl.describe("net.ipv4.tcp_sack"));
}

static void apply_is_one_write_and_reports_what_the_kernel_said(void **state)
{
	struct fixture *f = *state;
	struct nt_change *c = plan_one(f, "net.ipv4.tcp_sack", "0");

	assert_int_equal(c->domain->apply(&f->fake.io, c, &f->diag), 0);
	assert_int_equal(f->fake.io.writes, 1);
	fake_find_sysctl(&f->fake, "net.ipv4.tcp_sack")->write_errno = EPERM;
	assert_int_equal(c->domain->apply(&f->fake.io, c, &f->diag), -EPERM);
	assert_says(f, "net.ipv4.tcp_sack: cannot be set to 0");
}

static void list_of_ports_returns_to_empty(void **state)
{
	struct fixture *f = *state;
	struct nt_change *c = plan_one(f, "net.ipv4.ip_local_reserved_ports", "8080");

	apply_all(f);
	assert_live(f, "net.ipv4.ip_local_reserved_ports", "8080");
	assert_int_equal(c->domain->undo(&f->fake.io, c, &f->diag), 0);
	assert_live(f, "net.ipv4.ip_local_reserved_ports", "");
}

static void paths_are_of_known_keys_only(void **state)
{
	char path[128];

	(void)state;
	assert_int_equal(nt_tunable_sysctl.path("host", "net.ipv4.tcp_rmem", path, sizeof(path)),
			 0);
	assert_string_equal(path, "/proc/sys/net/ipv4/tcp_rmem");
	assert_int_equal(nt_tunable_sysctl.path("host", "kernel.sysrq", path, sizeof(path)),
			 -ENOENT);
	assert_int_equal(nt_tunable_sysctl.path("host", "net.ipv4.tcp_rmem", path, 8), -E2BIG);
}

static void reading_asks_only_for_what_settings_need(void **state)
{
	struct fixture *f = *state;

	plan_one(f, "net.ipv4.tcp_sack", "0");
	assert_int_equal(f->facts.n_sysctls, 1);
	assert_int_equal(f->facts.n_modules, 0);
	assert_int_equal(f->facts.have, NT_FACTS_KERNEL | NT_FACTS_MEMORY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_key_has_a_row_in_this_test),
		TEST(bounds_are_keys_and_have_no_cycles),
		TEST(every_key_takes_good_values_and_returns),
		TEST(every_key_refuses_bad_values_with_their_place),
		TEST(every_key_knows_its_default_or_says_why_not),
		TEST(defaults_of_vectors_are_told_field_by_field),
		TEST(defaults_follow_the_kernel),
		TEST(default_that_depends_on_free_memory_is_not_guessed),
		TEST(shortened_vector_is_refused_with_its_place),
		TEST(junk_behind_a_number_is_refused_with_its_place),
		TEST(number_beyond_int32_is_refused),
		TEST(share_of_ram_beyond_int32_is_refused_when_planned),
		TEST(vector_out_of_order_is_refused),
		TEST(at_least_takes_the_greater_field_by_field),
		TEST(at_least_complies_when_more_was_seen),
		TEST(at_least_joins_lists_of_ports),
		TEST(at_least_a_word_is_refused),
		TEST(tabs_of_the_kernel_compare_as_spaces),
		TEST(misspelt_key_gets_a_suggestion),
		TEST(keys_that_cannot_be_undone_are_refused_with_the_reason),
		TEST(key_that_this_kernel_lacks_is_unsupported),
		TEST(init_only_key_is_absent_in_another_namespace),
		TEST(facts_that_do_not_tell_of_a_key_block_it),
		TEST(readonly_mount_makes_keys_immutable),
		TEST(unreadable_key_is_blocked_by_privilege),
		TEST(plan_without_privilege_shows_what_root_would_do),
		TEST(absent_key_loads_its_module_first_and_unloads_it_last),
		TEST(module_that_is_not_installed_makes_the_key_absent),
		TEST(congestion_control_loads_its_module),
		TEST(module_that_modprobe_d_forbids_blocks_what_needs_it),
		TEST(available_congestion_control_needs_no_module),
		TEST(congestion_control_that_nobody_has_is_absent),
		TEST(restricted_congestion_control_is_blocked_in_another_namespace),
		TEST(two_names_of_one_setting_are_one_change_or_a_conflict),
		TEST(qdisc_loads_its_module_and_builtin_ones_need_none),
		TEST(maximum_is_raised_before_what_it_bounds_and_lowered_after),
		TEST(chain_of_maxima_is_raised_from_outside_and_lowered_from_inside),
		TEST(conntrack_buckets_grow_before_the_limit),
		TEST(unrelated_keys_keep_the_order_of_the_profile),
		TEST(undo_seq_is_unique_over_several_plannings),
		TEST(port_range_that_swallows_listeners_is_blocked),
		TEST(reserved_ports_are_not_swallowed),
		TEST(port_range_below_the_privileged_ports_is_blocked),
		TEST(conntrack_max_below_what_is_tracked_is_blocked),
		TEST(memory_limits_below_use_or_above_ram_are_blocked),
		TEST(change_tells_reason_origin_owner_and_target),
		TEST(apply_is_one_write_and_reports_what_the_kernel_said),
		TEST(list_of_ports_returns_to_empty),
		TEST(paths_are_of_known_keys_only),
		TEST(reading_asks_only_for_what_settings_need),
	};

	return cmocka_run_group_tests_name("sysctl", tests, NULL, NULL);
}
