// SPDX-License-Identifier: GPL-2.0-or-later
/* Who else sets what we set: sysctl.d as systemd and procps read it, and services. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sysctld.h"
#include "fake/fake_io.h"
#include "facts/facts_read.h"
#include "lib/diag.h"

static struct fake_io fake;
static struct nt_facts facts;

static int setup(void **state)
{
	(void)state;
	fake_io_init(&fake);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nt_facts_free(&facts);
	fake_io_free(&fake);
	return 0;
}

static void read_owners(void)
{
	struct nt_diag diag = { 0 };

	assert_int_equal(nt_facts_read_owners(&fake.io, &facts, &diag), 0);
}

static void assert_owner(const char *key, const char *file, uint32_t line, const char *value)
{
	const struct nt_owner_fact *owner = nt_facts_owner(&facts, key);

	assert_non_null(owner);
	assert_string_equal(owner->file, file);
	assert_int_equal(owner->line, line);
	assert_string_equal(owner->value, value);
}

static bool runs(const char *name)
{
	for (size_t i = 0; i < facts.n_owners; i++)
		if (!facts.owners[i].key[0] && !strcmp(facts.owners[i].owner, name))
			return true;
	return false;
}

/* ---- lines ---- */

static char lines[1024];

static int write_line(const struct nt_sysctld_line *line, void *user)
{
	size_t len = strlen(lines);

	(void)user;
	snprintf(lines + len, sizeof(lines) - len, "%u%s %s=%s\n", line->line,
		 line->glob ? "*" : "", line->key, line->value ? line->value : "(none)");
	return 0;
}

static void assert_lines(const char *text, const char *expected)
{
	lines[0] = '\0';
	assert_int_equal(nt_sysctld_parse(text, strlen(text), write_line, NULL), 0);
	assert_string_equal(lines, expected);
}

static void dots_and_slashes_name_the_same_key(void **state)
{
	(void)state;
	assert_lines("net.core.somaxconn=1\nnet/core/somaxconn = 2\n"
		     "net/ipv4/conf/eth0.10/rp_filter=0\nnet.ipv4.conf.eth0/10.rp_filter=1\n",
		     "1 net.core.somaxconn=1\n2 net.core.somaxconn=2\n"
		     "3 net.ipv4.conf.eth0/10.rp_filter=0\n4 net.ipv4.conf.eth0/10.rp_filter=1\n");
}

static void comments_blanks_and_junk_are_passed_over(void **state)
{
	(void)state;
	assert_lines("# net.a=1\n; net.b=1\n\n  \t net.c \t=  4096\t87380   16777216 \r\n"
		     "no equals\n=5\nnet.d=",
		     "4 net.c=4096 87380 16777216\n7 net.d=\n");
}

static void minus_marks_leniency_or_takes_a_key_out(void **state)
{
	(void)state;
	assert_lines("-net.a=1\n- net.b = 2\n-net.c\n", "1 net.a=1\n2 net.b=2\n3 net.c=(none)\n");
}

static void globs_are_marked_and_stay_within_one_name(void **state)
{
	(void)state;
	assert_lines("net.ipv4.conf.*.rp_filter=1\n", "1* net.ipv4.conf.*.rp_filter=1\n");
	assert_true(nt_sysctld_matches("net.ipv4.tcp_*mem", "net.ipv4.tcp_rmem"));
	assert_false(nt_sysctld_matches("net.*", "net.ipv4.tcp_rmem"));
	assert_true(nt_sysctld_matches("net.ipv4.conf.*.rp_filter",
				       "net.ipv4.conf.eth0/10.rp_filter"));
}

static void long_lines_and_nul_bytes_do_not_upset_the_count(void **state)
{
	static char text[NT_SYSCTLD_LINE_MAX * 2];
	int n;

	(void)state;
	memset(text, 'a', NT_SYSCTLD_LINE_MAX + 10);
	n = snprintf(text + NT_SYSCTLD_LINE_MAX + 10, 64, "\nnet.a=1\nx");
	memcpy(text + NT_SYSCTLD_LINE_MAX + 10 + n, "\0y\nnet.b=2", 10);
	lines[0] = '\0';
	assert_int_equal(nt_sysctld_parse(text, NT_SYSCTLD_LINE_MAX + 10 + (size_t)n + 10,
					  write_line, NULL), 0);
	assert_string_equal(lines, "2 net.a=1\n4 net.b=2\n");
}

static int stop(const struct nt_sysctld_line *line, void *user)
{
	(void)line;
	++*(int *)user;
	return -ECANCELED;
}

static void parsing_stops_when_told_to(void **state)
{
	int n = 0;

	(void)state;
	assert_int_equal(nt_sysctld_parse("net.a=1\nnet.b=2\n", 16, stop, &n), -ECANCELED);
	assert_int_equal(n, 1);
}

/* ---- files ---- */

static void later_name_wins_whatever_its_folder(void **state)
{
	(void)state;
	fake_file(&fake, "/etc/sysctl.d/10-a.conf", "net.core.somaxconn=1");
	fake_file(&fake, "/usr/lib/sysctl.d/50-b.conf", "\nnet.core.somaxconn = 2");
	read_owners();
	assert_owner("net.core.somaxconn", "/usr/lib/sysctl.d/50-b.conf", 2, "2");
}

static void file_of_a_higher_folder_hides_its_namesakes(void **state)
{
	(void)state;
	fake_file(&fake, "/usr/lib/sysctl.d/50-a.conf", "net.core.somaxconn=1");
	fake_file(&fake, "/run/sysctl.d/50-a.conf", "net.ipv4.tcp_sack=0");
	fake_file(&fake, "/etc/sysctl.d/60-masked.conf", "");
	fake_file(&fake, "/usr/lib/sysctl.d/60-masked.conf", "net.core.somaxconn=3");
	read_owners();
	assert_null(nt_facts_owner(&facts, "net.core.somaxconn"));
	assert_owner("net.ipv4.tcp_sack", "/run/sysctl.d/50-a.conf", 1, "0");
}

static void later_line_of_a_file_wins(void **state)
{
	(void)state;
	fake_file(&fake, "/etc/sysctl.d/a.conf", "net.core.somaxconn=1\n-net/core/somaxconn=2");
	read_owners();
	assert_owner("net.core.somaxconn", "/etc/sysctl.d/a.conf", 2, "2");
}

static void sysctl_conf_comes_last_unless_it_is_linked_in(void **state)
{
	(void)state;
	fake_file(&fake, "/etc/sysctl.conf", "net.core.somaxconn=9");
	fake_file(&fake, "/etc/sysctl.d/zz.conf", "net.core.somaxconn=1");
	read_owners();
	assert_owner("net.core.somaxconn", "/etc/sysctl.conf", 1, "9");
	nt_facts_free(&facts);
	fake_file(&fake, "/etc/sysctl.d/99-sysctl.conf", "net.core.somaxconn=9");
	read_owners();
	assert_owner("net.core.somaxconn", "/etc/sysctl.d/zz.conf", 1, "1");
}

static void key_named_outright_is_not_touched_by_globs(void **state)
{
	(void)state;
	fake_file(&fake, "/etc/sysctl.d/1.conf", "net.ipv4.tcp_rmem=1 2 3\n-net.ipv4.tcp_mem");
	fake_file(&fake, "/etc/sysctl.d/2.conf", "net.ipv4.tcp_*mem=4 5 6");
	read_owners();
	assert_owner("net.ipv4.tcp_rmem", "/etc/sysctl.d/1.conf", 1, "1 2 3");
	assert_owner("net.ipv4.tcp_wmem", "/etc/sysctl.d/2.conf", 1, "4 5 6");
	assert_null(nt_facts_owner(&facts, "net.ipv4.tcp_mem"));
}

static void other_files_and_keys_are_of_no_interest(void **state)
{
	(void)state;
	fake_file(&fake, "/etc/sysctl.d/README", "net.core.somaxconn=1");
	fake_file(&fake, "/etc/sysctl.d/.hidden.conf", "net.core.somaxconn=1");
	fake_file(&fake, "/etc/sysctl.d/vm.conf", "vm.swappiness=1");
	read_owners();
	assert_int_equal(facts.n_owners, 0);
}

static void file_that_cannot_be_read_is_told_of(void **state)
{
	(void)state;
	fake_file(&fake, "/etc/sysctl.d/secret.conf", "net.core.somaxconn=1")->read_errno = EACCES;
	read_owners();
	assert_int_equal(facts.n_owners, 1);
	assert_string_equal(facts.owners[0].file, "/etc/sysctl.d/secret.conf");
	assert_string_equal(facts.owners[0].value, "cannot be read");
}

static void host_without_any_of_it_has_no_owners(void **state)
{
	(void)state;
	read_owners();
	assert_int_equal(facts.n_owners, 0);
	assert_true(facts.have & NT_FACTS_OWNERS);
}

/* ---- services ---- */

static void units_run_while_their_control_group_is_there(void **state)
{
	(void)state;
	fake_file(&fake, "/run/systemd/system/x", "");
	fake_file(&fake, "/sys/fs/cgroup/system.slice/tuned.service/cgroup.procs", "77");
	fake_file(&fake, "/etc/tuned/active_profile", "network-latency");
	fake_file(&fake, "/proc/5/comm", "irqbalance");
	read_owners();
	assert_int_equal(facts.n_owners, 1);
	assert_true(runs("TuneD"));
	assert_string_equal(facts.owners[0].value, "network-latency");
}

static void processes_are_looked_at_without_systemd(void **state)
{
	(void)state;
	fake_file(&fake, "/proc/5/comm", "irqbalance");
	fake_file(&fake, "/proc/600/comm", "systemd-network");
	fake_file(&fake, "/proc/meminfo/comm", "tuned");
	read_owners();
	assert_true(runs("irqbalance"));
	assert_true(runs("systemd-networkd"));
	assert_false(runs("TuneD"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dots_and_slashes_name_the_same_key),
		TEST(comments_blanks_and_junk_are_passed_over),
		TEST(minus_marks_leniency_or_takes_a_key_out),
		TEST(globs_are_marked_and_stay_within_one_name),
		TEST(long_lines_and_nul_bytes_do_not_upset_the_count),
		TEST(parsing_stops_when_told_to),
		TEST(later_name_wins_whatever_its_folder),
		TEST(file_of_a_higher_folder_hides_its_namesakes),
		TEST(later_line_of_a_file_wins),
		TEST(sysctl_conf_comes_last_unless_it_is_linked_in),
		TEST(key_named_outright_is_not_touched_by_globs),
		TEST(other_files_and_keys_are_of_no_interest),
		TEST(file_that_cannot_be_read_is_told_of),
		TEST(host_without_any_of_it_has_no_owners),
		TEST(units_run_while_their_control_group_is_there),
		TEST(processes_are_looked_at_without_systemd),
	};

	return cmocka_run_group_tests_name("owner", tests, NULL, NULL);
}
