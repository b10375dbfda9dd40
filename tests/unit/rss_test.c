// SPDX-License-Identifier: GPL-2.0-or-later
/* The rss domain on simulated devices. Tables themselves are tested in rss_core_test.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake/tuning.h"
#include "io/nic.h"
#include "tunable/tunable.h"

static struct tuning t;

static int setup(void **state)
{
	(void)state;
	tuning_start(&t, FAKE_LINUX_6_12, 8);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tuning_end(&t);
	return 0;
}

static const struct nt_change *change(const char *tunable, enum nt_outcome outcome)
{
	return tuning_expect(&t, tunable, outcome);
}

static void table_is_planned_applied_and_undone_to_the_default(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ice", 8, 16);

	(void)state;
	tuning_want(&t, "eth*", "Rss", "exclude(0-1)");
	tuning_must_plan(&t);
	assert_string_equal(change("rss-table", NT_OUTCOME_PLANNED)->seen, "default");
	assert_int_equal(tuning_apply(&t), 0);
	assert_true(nic->rxfh_configured);
	for (uint32_t i = 0; i < nic->n_table; i++)
		assert_in_range(nic->table[i], 2, 7);
	/* As the default, not as a copy of it. */
	assert_int_equal(tuning_undo(&t), 0);
	assert_false(nic->rxfh_configured);
}

/* Reads the host, and says that eth0 has another driver and nobody has brought it up. */
static void plan_asleep(const char *driver)
{
	tuning_forget(&t);
	assert_int_equal(tuning_read(&t), 0);
	for (size_t i = 0; i < t.facts.n_links; i++) {
		free(t.facts.links[i].driver);
		t.facts.links[i].driver = strdup(driver);
		t.facts.links[i].up = false;
	}
	assert_int_equal(tuning_plan(&t), 0);
}

static void what_a_driver_takes_from_devices_that_are_up_waits_for_that(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 8, 16);
	tuning_want(&t, "eth0", "Rss", "equal(4)");
	tuning_want(&t, "eth0", "Coalesce", "adaptive-rx:off rx-usecs:12");
	plan_asleep("mana");
	assert_non_null(strstr(change("rss-table", NT_OUTCOME_DEFERRED)->remedy, "bring it up"));
	change("coalesce.rx-usecs", NT_OUTCOME_PLANNED);
	plan_asleep("qede");
	change("rss-table", NT_OUTCOME_PLANNED);
	change("coalesce.adaptive-rx", NT_OUTCOME_DEFERRED);
	change("coalesce.rx-usecs", NT_OUTCOME_DEFERRED);
	plan_asleep("ice");
	change("coalesce.rx-usecs", NT_OUTCOME_PLANNED);
}

static void what_is_so_already_is_compliant(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "igb", 4, 8);
	tuning_want(&t, "eth0", "Rss", "equal");
	tuning_must_plan(&t);
	change("rss-table", NT_OUTCOME_COMPLIANT);
}

static void table_is_made_for_the_channels_to_come(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 8, 16);
	tuning_want(&t, "eth0", "Rss", "equal(12)");
	tuning_must_plan(&t);
	assert_non_null(strstr(change("rss-table", NT_OUTCOME_BLOCKED)->remedy, "there are 8"));
	nt_plan_free(&t.plan);
	tuning_foresee(&t, NT_PHASE_CHANNELS, "eth0", "channels", "combined:16");
	assert_int_equal(tuning_plan(&t), 0);
	assert_string_equal(change("rss-table", NT_OUTCOME_PLANNED)->wanted, "equal:12");
}

static void key_is_set_and_a_wrong_length_is_blocked(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ixgbe", 4, 8);

	(void)state;
	tuning_want(&t, "eth0", "RssKey", "symmetric");
	tuning_must_plan(&t);
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nic->key[0], 0x6d);
	assert_int_equal(nic->key[1], 0x5a);
	assert_int_equal(tuning_undo(&t), 0);
	tuning_forget(&t);
	t.lines[0].value = (char *)"01:02";
	tuning_must_plan(&t);
	assert_non_null(strstr(change("rss-key", NT_OUTCOME_BLOCKED)->remedy, "40"));
}

static void hash_function_is_set_where_the_driver_has_it(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "mlx5_core", 4, 8);

	(void)state;
	tuning_want(&t, "eth0", "RssHash", "xor");
	tuning_must_plan(&t);
	assert_string_equal(change("rss-hash", NT_OUTCOME_PLANNED)->seen, "toeplitz");
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nic->hash, 2);
	assert_int_equal(tuning_undo(&t), 0);
	assert_int_equal(nic->hash, 1);
	tuning_forget(&t);
	t.lines[0].value = (char *)"toeplitz";
	tuning_must_plan(&t);
	change("rss-hash", NT_OUTCOME_COMPLIANT);
}

static void hash_function_that_the_driver_lacks_is_refused(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "igb", 4, 8);

	(void)state;
	tuning_want(&t, "eth0", "RssHash", "xor");
	tuning_must_plan(&t);
	assert_int_equal(tuning_apply(&t), -EOPNOTSUPP);
	assert_int_equal(nic->hash, 1);
}

static void device_without_table_is_unsupported(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "veth", 4, 4);
	tuning_want(&t, "eth0", "Rss", "default");
	tuning_want(&t, "eth0", "RssKey", "symmetric");
	tuning_want(&t, "eth0", "RssHash", "xor");
	tuning_must_plan(&t);
	change("rss-table", NT_OUTCOME_UNSUPPORTED);
	change("rss-hash", NT_OUTCOME_UNSUPPORTED);
	change("rss-key", NT_OUTCOME_UNSUPPORTED);
}

static void last_line_that_matches_wins(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 8, 16);
	fake_nic_add(&t.host->io, "eth1", "ice", 8, 16);
	tuning_want(&t, "eth*", "Rss", "equal(2)");
	tuning_want(&t, "eth1", "Rss", "equal(4)");
	tuning_must_plan(&t);
	assert_string_equal(change("rss-table", NT_OUTCOME_PLANNED)->wanted, "equal:2");
	assert_string_equal(tuning_find(&t, "eth1", "rss-table")->wanted, "equal:4");
}

static struct nt_plan kept;

static const char *keep(const char *channels)
{
	nt_plan_free(&t.plan);
	nt_plan_free(&kept);
	tuning_foresee(&t, NT_PHASE_CHANNELS, "eth0", "channels", channels);
	assert_int_equal(nt_tunable_rss.keep(&t.facts, "eth0", &t.plan, &kept), 0);
	assert_true(nt_plan_find(&kept, "eth0", "rss-key")->kept);
	return nt_plan_find(&kept, "eth0", "rss-table")->wanted;
}

static void table_is_kept_as_long_as_its_rings_stay(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 8, 16);
	tuning_want(&t, "eth0", "Rss", "equal(4)");
	tuning_must_plan(&t);
	assert_string_equal(keep("combined:16"), "default");
	tuning_forget(&t);
	tuning_must_plan(&t);
	assert_int_equal(tuning_apply(&t), 0);
	tuning_forget(&t);
	assert_int_equal(tuning_read(&t), 0);
	assert_string_equal(keep("combined:16"), "equal:4");
	/* Over four of four rings it is the default. */
	assert_string_equal(keep("combined:4"), "default");
	assert_null(nt_plan_find(&kept, "eth0", "rss-hash"));
	assert_string_equal(keep("combined:2"), "default");
	assert_string_equal(nt_plan_find(&kept, "eth0", "rss-table")->seen, "equal:4");
	nt_plan_free(&kept);
}

static void wrong_lines_name_their_column(void **state)
{
	struct nt_diag diag;

	(void)state;
	assert_int_equal(tuning_check("Rss", "equal(0)", &diag), -ERANGE);
	assert_non_null(strstr(diag.message, "p.conf:3:12: Rss: "));
	assert_int_equal(tuning_check("RssKey", "6d5a", &diag), -EINVAL);
	assert_int_equal(tuning_check("RssKey", "6d:5a", &diag), 0);
	assert_int_equal(tuning_check("RssHash", "crc32", &diag), 0);
	assert_int_equal(tuning_check("RssHash", "md5", &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "RssHash: must be toeplitz"));
}

static void device_that_went_away_has_no_value(void **state)
{
	char buf[64];

	(void)state;
	assert_int_equal(nt_tunable_rss.get(&t.host->io.io, "eth7", "rss-table", buf, sizeof(buf)),
			 -ENODEV);
	fake_nic_add(&t.host->io, "eth0", "veth", 4, 4);
	assert_int_equal(nt_tunable_rss.get(&t.host->io.io, "eth0", "rss-table", buf, sizeof(buf)),
			 -EOPNOTSUPP);
}

/* A copy of the default would be left behind where the default was, and the other way round. */
static void a_table_has_one_name_with_and_without_channels(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ice", 8, 16);
	char with[NT_VALUE_MAX], without[NT_VALUE_MAX];

	(void)state;
	for (unsigned int own = 0; own < 2; own++) {
		for (uint32_t i = 0; own && i < nic->n_table; i++)
			nic->table[i] = (uint16_t)(i % 5);
		assert_int_equal(nt_tunable_rss.get(&t.host->io.io, "eth0", "rss-table", with,
						    sizeof(with)), 0);
		/* The first answer is the table, the second the channels. */
		fake_fail(&t.host->io, 2, EOPNOTSUPP);
		assert_int_equal(nt_tunable_rss.get(&t.host->io.io, "eth0", "rss-table", without,
						    sizeof(without)), 0);
		assert_string_equal(with, own ? "equal:5" : "default");
		assert_string_equal(without, with);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(table_is_planned_applied_and_undone_to_the_default),
		TEST(what_a_driver_takes_from_devices_that_are_up_waits_for_that),
		TEST(what_is_so_already_is_compliant),
		TEST(table_is_made_for_the_channels_to_come),
		TEST(key_is_set_and_a_wrong_length_is_blocked),
		TEST(hash_function_is_set_where_the_driver_has_it),
		TEST(hash_function_that_the_driver_lacks_is_refused),
		TEST(device_without_table_is_unsupported),
		TEST(last_line_that_matches_wins),
		TEST(table_is_kept_as_long_as_its_rings_stay),
		TEST(wrong_lines_name_their_column),
		TEST(device_that_went_away_has_no_value),
		TEST(a_table_has_one_name_with_and_without_channels),
	};

	return cmocka_run_group_tests_name("rss", tests, NULL, NULL);
}
