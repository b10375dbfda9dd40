// SPDX-License-Identifier: GPL-2.0-or-later
/* What a device does for its host. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake/fake_plan.h"

static struct fake_plan p;

static int setup(void **state)
{
	(void)state;
	fake_plan_init(&p, &nt_tunable_features);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_plan_free(&p);
	return 0;
}

static struct fake_nic *plug(const char *name, const char *driver)
{
	return fake_nic_add(&p.host->io, name, driver, 4, 16);
}

static void lines_are_refused_where_they_are_wrong(void **state)
{
	(void)state;
	fake_plan_accepts(&p, "Features", "lro:off rx-gro-hw:off ntuple:on tso:on");
	fake_plan_refuses(&p, "Features", "lro:off rx-gro-hv:off", "test.conf:1:18: Features: "
			  "unknown feature rx-gro-hv, did you mean rx-gro-hw");
	fake_plan_refuses(&p, "Features", "lro", "lro takes on or off");
	fake_plan_refuses(&p, "Features", "lro:maybe", "test.conf:1:14");
	fake_plan_refuses(&p, "Features", "", "is empty");
}

static void legacy_words_are_the_groups_that_the_device_has(void **state)
{
	(void)state;
	plug("eth0", "ixgbe");
	fake_plan_only(&p, "Features", "tso:off");
	assert_true(p.plan.n_changes >= 2);
	fake_plan_expect(&p, "feature.tx-tcp-segmentation", NT_OUTCOME_PLANNED, "on", "off");
	fake_plan_expect(&p, "feature.tx-tcp6-segmentation", NT_OUTCOME_PLANNED, "on", "off");
	assert_int_equal(fake_plan_find(&p, "feature.tx-tcp-segmentation")->phase,
			 NT_PHASE_FEATURE_OFF);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
}

static void what_is_needed_goes_on_first_and_off_last(void **state)
{
	const struct nt_change *sg, *tso;

	(void)state;
	plug("eth0", "ixgbe");
	fake_plan_only(&p, "Features", "sg:off tx-tcp-segmentation:off tx-tcp6-segmentation:off");
	sg = fake_plan_find(&p, "feature.tx-scatter-gather");
	tso = fake_plan_find(&p, "feature.tx-tcp-segmentation");
	assert_true(tso < sg);
	assert_true(sg->undo_seq < tso->undo_seq);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_only(&p, "Features", "tx-tcp-segmentation:on sg:on");
	sg = fake_plan_find(&p, "feature.tx-scatter-gather");
	tso = fake_plan_find(&p, "feature.tx-tcp-segmentation");
	assert_int_equal(tso->phase, NT_PHASE_FEATURE_ON);
	assert_true(sg < tso);
	assert_int_equal(fake_plan_apply(&p), 0);
}

static void chains_of_needs_are_followed_to_their_end(void **state)
{
	const struct nt_change *tso, *mangle;
	struct nt_nic_features *features;

	(void)state;
	plug("eth0", "ixgbe");
	fake_plan_only(&p, "Features", "tso:off");
	features = p.facts.nics[0].features;
	features->list[features->n++] = (struct nt_nic_feature){
		.name = "tx-tcp-mangleid-segmentation", .hw = true, .active = true };
	fake_plan_again(&p);
	tso = fake_plan_find(&p, "feature.tx-tcp-segmentation");
	mangle = fake_plan_find(&p, "feature.tx-tcp-mangleid-segmentation");
	assert_true(mangle < tso);
	assert_true(tso->undo_seq < mangle->undo_seq);
}

static void feature_that_cannot_come_into_effect_fails_with_its_cause(void **state)
{
	(void)state;
	plug("eth0", "ixgbe");
	fake_plan_only(&p, "Features", "tso:off sg:off");
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_only(&p, "Features", "tx-tcp-segmentation:on");
	assert_int_equal(fake_plan_apply(&p), -EOPNOTSUPP);
	assert_non_null(strstr(p.diag.message, "needs tx-scatter-gather"));
	assert_int_equal(fake_nic_find(&p.host->io, "eth0")->wanted & FAKE_BIT(FAKE_TSO), 0);
}

static void request_that_failed_is_taken_back(void **state)
{
	struct fake_nic *nic = plug("eth0", "ixgbe");

	(void)state;
	fake_plan_only(&p, "Features", "gro:off");
	p.host->io.short_write_at = p.host->io.n_operations + 2;
	assert_int_equal(fake_plan_apply(&p), -EIO);
	assert_true(nic->wanted & FAKE_BIT(FAKE_GRO));
}

static void fixed_features_are_immutable_unless_they_are_as_wanted(void **state)
{
	(void)state;
	plug("eth0", "ixgbe");
	fake_plan_only(&p, "Features", "highdma:off");
	fake_plan_expect(&p, "feature.highdma", NT_OUTCOME_IMMUTABLE, "on", "off");
	fake_plan_only(&p, "Features", "highdma:on");
	fake_plan_expect(&p, "feature.highdma", NT_OUTCOME_COMPLIANT, "on", "on");
}

static void feature_that_the_device_does_not_have_is_unsupported(void **state)
{
	(void)state;
	plug("eth0", "ixgbe");
	fake_plan_only(&p, "Features", "macsec-hw-offload:on");
	fake_plan_expect(&p, "feature.macsec-hw-offload", NT_OUTCOME_UNSUPPORTED, "", "on");
}

static void later_word_for_a_feature_holds(void **state)
{
	(void)state;
	plug("eth0", "ixgbe");
	fake_plan_only(&p, "Features", "tso:off tx-tcp6-segmentation:on");
	fake_plan_expect(&p, "feature.tx-tcp6-segmentation", NT_OUTCOME_COMPLIANT, "on", "on");
	fake_plan_expect(&p, "feature.tx-tcp-segmentation", NT_OUTCOME_PLANNED, "on", "off");
}

static void only_what_resets_the_device_is_disruptive(void **state)
{
	(void)state;
	plug("eth0", "ixgbe");
	fake_plan_only(&p, "Features", "lro:off ntuple:on gro:off");
	assert_true(fake_plan_find(&p, "feature.rx-ntuple-filter")->disruptive);
	assert_true(fake_plan_find(&p, "feature.rx-lro")->disruptive);
	assert_false(fake_plan_find(&p, "feature.rx-gro")->disruptive);
	fake_host_init(p.host, FAKE_LINUX_6_12, 8);
	plug("eth0", "veth");
	fake_plan_only(&p, "Features", "tso:off gro:on");
	for (size_t i = 0; i < p.plan.n_changes; i++)
		assert_false(p.plan.changes[i].disruptive);
}

static void absent_device_keeps_its_words(void **state)
{
	(void)state;
	fake_plan_only(&p, "Features", "lro:off gro:on");
	fake_plan_expect(&p, "feature.lro", NT_OUTCOME_ABSENT, "", "off");
	fake_plan_expect(&p, "feature.gro", NT_OUTCOME_ABSENT, "", "on");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_refused_where_they_are_wrong),
		TEST(legacy_words_are_the_groups_that_the_device_has),
		TEST(what_is_needed_goes_on_first_and_off_last),
		TEST(chains_of_needs_are_followed_to_their_end),
		TEST(feature_that_cannot_come_into_effect_fails_with_its_cause),
		TEST(request_that_failed_is_taken_back),
		TEST(fixed_features_are_immutable_unless_they_are_as_wanted),
		TEST(feature_that_the_device_does_not_have_is_unsupported),
		TEST(later_word_for_a_feature_holds),
		TEST(only_what_resets_the_device_is_disruptive),
		TEST(absent_device_keeps_its_words),
	};

	return cmocka_run_group_tests_name("features", tests, NULL, NULL);
}
