// SPDX-License-Identifier: GPL-2.0-or-later
/* What was reviewed is planned again on a server in memory: the same, or nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/profile.h"
#include "engine/host.h"
#include "engine/plan_json.h"
#include "engine/planner.h"
#include "engine/reviewed.h"
#include "fake/fake_io.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static struct fake_io fake;
static struct nt_plan_file file;
static struct nt_planned planned;
static struct nt_diag diag;

static int setup(void **state)
{
	(void)state;
	fake_io_init(&fake);
	fake_server(&fake);
	diag = (struct nt_diag){ 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nt_plan_file_free(&file);
	nt_planned_free(&planned);
	fake_io_free(&fake);
	return 0;
}

/* Makes the plan of a [Sysctl] section and keeps it as what was reviewed. */
static const struct nt_plan_request request = { 0 };

static void review(const char *lines)
{
	struct nt_profile same_lines;
	struct nt_planned first;
	char text[512];
	int len = snprintf(text, sizeof(text), "[Sysctl]\n%s", lines);

	assert_int_equal(nt_profile_parse(text, (size_t)len, "own.conf", &file.profile,
					  &diag), 0);
	assert_int_equal(nt_profile_parse(text, (size_t)len, "own.conf", &same_lines, &diag), 0);
	assert_int_equal(nt_plan_settings(&fake.io, &same_lines, &request, &first, &diag), 0);
	file.plan = first.plan;
	memset(&first.plan, 0, sizeof(first.plan));
	nt_planned_free(&first);
}

static int replan(void)
{
	diag = (struct nt_diag){ 0 };
	return nt_reviewed_plan(&fake.io, &file, &request, "p.json", &planned, &diag);
}

static void expect_refused(int err, const char *message)
{
	assert_int_equal(replan(), err);
	assert_string_equal(diag.message, message);
	assert_int_equal(diag.refused, err == -EPERM);
	assert_int_equal(fake.io.writes, 0);
}

static void replace(char **text, const char *with)
{
	free(*text);
	*text = with ? strdup(with) : NULL;
}

static void what_was_reviewed_comes_out(void **state)
{
	(void)state;
	review("# Doubt late.\nnet.ipv4.tcp_retries1 = 4\nnet.core.rmem_max >= 16MiB\n"
	       "net.ipv4.tcp_sack = 1\n");
	assert_int_equal(replan(), 0);
	assert_int_equal(planned.plan.n_changes, 3);
	assert_int_equal(nt_plan_count(&planned.plan, NT_OUTCOME_PLANNED), 2);
	assert_string_equal(planned.plan.changes[0].reason, "Doubt late.");
	assert_string_equal(planned.plan.changes[0].origin, "own.conf:3");
	assert_string_equal(planned.plan.changes[1].wanted, "16777216");
}

static void words_are_the_reviewers(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	replace(&file.plan.changes[0].reason, "as agreed");
	assert_int_equal(replan(), 0);
	assert_string_equal(planned.plan.changes[0].reason, "as agreed");
}

static void policies_are_those_of_the_settings(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	file.plan.changes[0].policy = NT_POLICY_REQUIRE;
	expect_refused(-EINVAL, "p.json: /changes/0/policy: net.ipv4.tcp_retries1: is require, but "
		       "a plan would say prefer");
	file.profile.settings[0].policy = NT_POLICY_REQUIRE;
	assert_int_equal(replan(), 0);
	assert_int_equal(planned.plan.changes[0].policy, NT_POLICY_REQUIRE);
}

static void order_is_the_planners_whatever_the_file_says(void **state)
{
	struct nt_change kept;

	(void)state;
	review("net.ipv4.neigh.default.gc_thresh1 = 4096\n"
	       "net.ipv4.neigh.default.gc_thresh2 = 8192\n"
	       "net.ipv4.neigh.default.gc_thresh3 = 16384\n");
	kept = file.plan.changes[0];
	file.plan.changes[0] = file.plan.changes[2];
	file.plan.changes[2] = kept;
	for (size_t i = 0; i < 3; i++)
		file.plan.changes[i].undo_seq = 0;
	assert_int_equal(replan(), 0);
	assert_string_equal(planned.plan.changes[0].tunable, "net.ipv4.neigh.default.gc_thresh3");
	assert_string_equal(planned.plan.changes[2].tunable, "net.ipv4.neigh.default.gc_thresh1");
	assert_true(planned.plan.changes[2].undo_seq < planned.plan.changes[0].undo_seq);
}

static void a_change_may_be_struck_out_with_its_setting(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\nnet.ipv4.tcp_retries2 = 9\n");
	nt_change_free(&file.plan.changes[0]);
	file.plan.changes[0] = file.plan.changes[1];
	file.plan.n_changes = 1;
	expect_refused(-EINVAL, "p.json: lacks a change that follows from the settings: "
		       "net.ipv4.tcp_retries1: 4 (retransmissions after which the route is "
		       "doubted)");
	nt_setting_free(&file.profile.settings[0]);
	file.profile.settings[0] = file.profile.settings[1];
	file.profile.n_settings = 1;
	assert_int_equal(replan(), 0);
	assert_int_equal(planned.plan.n_changes, 1);
	assert_string_equal(planned.plan.changes[0].tunable, "net.ipv4.tcp_retries2");
}

static void a_stale_value_is_refused(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	fake_sysctl(&fake, "net.ipv4.tcp_retries1", "5");
	expect_refused(-EPERM, "p.json: net.ipv4.tcp_retries1 changed from 3 to 5 since it was "
		       "planned; nothing was changed, plan again");
}

static void a_value_that_was_set_meanwhile_is_stale_too(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	fake_sysctl(&fake, "net.ipv4.tcp_retries1", "4");
	expect_refused(-EPERM, "p.json: net.ipv4.tcp_retries1 changed from 3 to 4 since it was "
		       "planned; nothing was changed, plan again");
}

static void what_complied_has_to_comply_still(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\nnet.ipv4.tcp_sack = 1\n");
	fake_sysctl(&fake, "net.ipv4.tcp_sack", "0");
	expect_refused(-EPERM, "p.json: net.ipv4.tcp_sack changed from 1 to 0 since it was "
		       "planned; nothing was changed, plan again");
}

static void settings_are_checked_as_in_a_profile(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	replace(&file.profile.settings[0].value, "256");
	expect_refused(-ERANGE, "own.conf:2:25: net.ipv4.tcp_retries1: 256 is not from 0 to 255");
	replace(&file.profile.settings[0].value, "4s");
	assert_int_equal(replan(), -EINVAL);
	replace(&file.profile.settings[0].value, "kernel-default");
	expect_refused(-EINVAL, "p.json: /changes/0/outcome: net.ipv4.tcp_retries1: is planned, "
		       "but a plan would say compliant");
	replace(&file.profile.settings[0].value, "max/51");
	expect_refused(-EINVAL, "p.json: /changes/0/wanted: net.ipv4.tcp_retries1: is 4, but a "
		       "plan would say 5");
	replace(&file.plan.changes[0].wanted, "5");
	assert_int_equal(replan(), 0);
}

static void values_follow_from_the_settings(void **state)
{
	static const char *const values[] = { "5", "04", "4 ", "", "max" };

	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		replace(&file.plan.changes[0].wanted, values[i]);
		assert_int_equal(replan(), -EINVAL);
		assert_non_null(strstr(diag.message, "but a plan would say 4"));
		assert_int_equal(fake.io.writes, 0);
	}
}

static void keys_are_those_of_profiles(void **state)
{
	static const char *const keys[] = {
		"net.ipv4.ip_forward", "kernel.core_pattern", "../../../etc/passwd",
		"/proc/sys/net/ipv4/tcp_sack", "net.ipv4.tcp_retries", "",
	};

	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		replace(&file.profile.settings[0].key, keys[i]);
		replace(&file.plan.changes[0].tunable, keys[i]);
		assert_int_equal(replan(), -EINVAL);
		assert_true(!strncmp(diag.message, "own.conf:2:", 11));
		assert_int_equal(fake.io.writes, 0);
	}
}

static void sections_are_those_that_a_domain_serves(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	replace(&file.profile.settings[0].section, "Files");
	expect_refused(-EINVAL, "own.conf:2:1: section Files has no domain to serve it");
}

static void what_hurts_now_is_refused_now(void **state)
{
	(void)state;
	review("net.ipv4.tcp_mem = 400000 500000 600000\n");
	assert_int_equal(file.plan.changes[0].outcome, NT_OUTCOME_PLANNED);
	fake_file(&fake, "/proc/net/sockstat", "sockets: used 9\nTCP: inuse 9 orphan 0 tw 0 "
		  "alloc 9 mem 3000000\nUDP: inuse 0 mem 0\n");
	assert_int_equal(replan(), -EPERM);
	assert_true(diag.refused);
	assert_non_null(strstr(diag.message, "/changes/0: net.ipv4.tcp_mem: is blocked now: "));
}

static void targets_are_those_of_this_plan(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	replace(&file.plan.changes[0].target, "eth0");
	expect_refused(-EINVAL, "p.json: /changes/0: net.ipv4.tcp_retries1 of eth0: does not "
		       "follow from the settings");
}

static void the_rest_of_a_change_is_as_planned(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\n");
	file.plan.changes[0].disruptive = true;
	expect_refused(-EINVAL, "p.json: /changes/0/disruptive: net.ipv4.tcp_retries1: is true, "
		       "but a plan would say false");
	file.plan.changes[0].disruptive = false;
	file.plan.changes[0].kept = true;
	expect_refused(-EINVAL, "p.json: /changes/0/kept: net.ipv4.tcp_retries1: is true, but a "
		       "plan would say false");
	file.plan.changes[0].kept = false;
	file.plan.changes[0].phase = NT_PHASE_MODULES;
	expect_refused(-EINVAL, "p.json: /changes/0/phase: net.ipv4.tcp_retries1: is modules, "
		       "but a plan would say sysctl");
}

static void a_module_comes_with_what_needs_it(void **state)
{
	(void)state;
	review("net.netfilter.nf_conntrack_max = 500000\n");
	assert_int_equal(file.plan.n_changes, 2);
	assert_int_equal(replan(), 0);
	assert_string_equal(planned.plan.changes[0].tunable, "nf_conntrack");
	assert_null(planned.plan.changes[1].seen);
}

static void a_module_alone_is_not_loaded(void **state)
{
	(void)state;
	review("net.netfilter.nf_conntrack_max = 500000\n");
	nt_change_free(&file.plan.changes[1]);
	file.plan.n_changes = 1;
	nt_profile_free(&file.profile);
	expect_refused(-EINVAL, "p.json: /changes/0: nf_conntrack of host: does not follow from "
		       "the settings");
	replace(&file.plan.changes[0].tunable, "evil");
	assert_int_equal(replan(), -EINVAL);
}

static void what_needs_a_module_does_not_load_it_unseen(void **state)
{
	(void)state;
	review("net.netfilter.nf_conntrack_max = 500000\n");
	nt_change_free(&file.plan.changes[0]);
	file.plan.changes[0] = file.plan.changes[1];
	file.plan.n_changes = 1;
	expect_refused(-EINVAL, "p.json: lacks a change that follows from the settings: "
		       "nf_conntrack: loaded (net.netfilter.nf_conntrack_max needs it)");
}

static void two_of_one_name_are_refused(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\nnet.ipv4.tcp_retries2 = 9\n");
	replace(&file.plan.changes[1].tunable, "net.ipv4.tcp_retries1");
	assert_int_equal(replan(), -EINVAL);
	assert_non_null(strstr(diag.message, "is there twice"));
}

static void what_was_blocked_stays_left_out(void **state)
{
	(void)state;
	review("net.ipv4.tcp_retries1 = 4\nnet.ipv4.tcp_retries2 = 9\n");
	file.plan.changes[1].outcome = NT_OUTCOME_BLOCKED;
	replace(&file.plan.changes[1].remedy, "ask somebody");
	assert_int_equal(replan(), 0);
	assert_int_equal(nt_plan_count(&planned.plan, NT_OUTCOME_PLANNED), 1);
	assert_int_equal(nt_plan_count(&planned.plan, NT_OUTCOME_BLOCKED), 1);
	assert_string_equal(planned.plan.changes[1].remedy, "ask somebody");
}

static void errors_of_the_host_are_passed_on(void **state)
{
	bool failed = false;

	(void)state;
	for (unsigned int i = 1; i < 40; i++) {
		review("net.ipv4.tcp_retries1 = 4\nnet.netfilter.nf_conntrack_max = 500000\n");
		fake_fail(&fake, i, EIO);
		failed = replan() < 0 || failed;
		assert_int_equal(fake.io.writes, 0);
		fake_fail(&fake, 0, 0);
		nt_planned_free(&planned);
		nt_plan_file_free(&file);
	}
	assert_true(failed);
}

static int check_host(const char *boot_id, const char *made_in, uint64_t cookie,
		      const char *netns)
{
	struct nt_host host = { .boot_id = "0a", .netns_cookie = 7 };

	diag = (struct nt_diag){ 0 };
	snprintf(file.boot_id, sizeof(file.boot_id), "%s", boot_id);
	snprintf(file.netns, sizeof(file.netns), "%s", made_in);
	file.netns_cookie = cookie;
	return nt_reviewed_check_host(&file, &host, netns, "p.json", &diag);
}

static void a_plan_is_for_its_boot_and_namespace(void **state)
{
	(void)state;
	assert_int_equal(check_host("0a", "", 7, NULL), 0);
	assert_int_equal(check_host("0a", "blue", 7, "blue"), 0);
	assert_int_equal(check_host("", "", 0, NULL), -EPERM);
	assert_non_null(strstr(diag.message, "does not tell on which host"));
	assert_int_equal(check_host("0b", "", 7, NULL), -EPERM);
	assert_non_null(strstr(diag.message, "another host, or before this one booted"));
	assert_int_equal(check_host("0a", "blue", 7, NULL), -EPERM);
	assert_non_null(strstr(diag.message, "was made with --netns blue; apply it so"));
	assert_int_equal(check_host("0a", "", 7, "blue"), -EPERM);
	assert_non_null(strstr(diag.message, "was made without --netns; apply it so"));
	assert_int_equal(check_host("0a", "", 8, NULL), -EPERM);
	assert_non_null(strstr(diag.message, "another network namespace"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_was_reviewed_comes_out),
		TEST(words_are_the_reviewers),
		TEST(policies_are_those_of_the_settings),
		TEST(order_is_the_planners_whatever_the_file_says),
		TEST(a_change_may_be_struck_out_with_its_setting),
		TEST(a_stale_value_is_refused),
		TEST(a_value_that_was_set_meanwhile_is_stale_too),
		TEST(what_complied_has_to_comply_still),
		TEST(settings_are_checked_as_in_a_profile),
		TEST(values_follow_from_the_settings),
		TEST(sections_are_those_that_a_domain_serves),
		TEST(keys_are_those_of_profiles),
		TEST(what_hurts_now_is_refused_now),
		TEST(targets_are_those_of_this_plan),
		TEST(the_rest_of_a_change_is_as_planned),
		TEST(a_module_comes_with_what_needs_it),
		TEST(a_module_alone_is_not_loaded),
		TEST(what_needs_a_module_does_not_load_it_unseen),
		TEST(two_of_one_name_are_refused),
		TEST(what_was_blocked_stays_left_out),
		TEST(errors_of_the_host_are_passed_on),
		TEST(a_plan_is_for_its_boot_and_namespace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
