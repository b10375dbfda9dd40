// SPDX-License-Identifier: GPL-2.0-or-later
/* Fields of the receive hash: their letters, and their domain on simulated devices. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "core/rss_fields.h"
#include "fake/tuning.h"
#include "io/nic.h"
#include "tunable/tunable.h"

/* RXH_IP_SRC | RXH_IP_DST, and both ports besides */
#define SD   0x30U
#define SDFN 0xf0U

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

static void letters_have_one_order(void **state)
{
	char text[NT_RSS_FIELDS_TEXT], small[4];
	uint32_t value = 7;

	(void)state;
	assert_int_equal(nt_rss_fields_parse("nfds", &value), 0);
	assert_int_equal(value, SDFN);
	assert_int_equal(nt_rss_fields_format(value, text, sizeof(text)), 0);
	assert_string_equal(text, "sdfn");
	assert_int_equal(nt_rss_fields_format(value, small, sizeof(small)), -ENOSPC);
	assert_int_equal(nt_rss_fields_parse("none", &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(nt_rss_fields_format(0, text, sizeof(text)), 0);
	assert_string_equal(text, "none");
	assert_int_equal(nt_rss_fields_parse("rlenfdstvm", &value), 0);
	assert_int_equal(nt_rss_fields_format(value, text, sizeof(text)), 0);
	assert_string_equal(text, "mvtsdfnelr");
}

static void other_letters_are_no_fields(void **state)
{
	static const char *const wrong[] = { "", "x", "ss", "sd ", "nones", "SD" };
	char text[NT_RSS_FIELDS_TEXT];
	uint32_t value = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(nt_rss_fields_parse(wrong[i], &value), -EINVAL);
	assert_int_equal(value, 7);
	assert_int_equal(nt_rss_fields_format(1U << 20, text, sizeof(text)), -ERANGE);
}

static void fields_are_planned_applied_and_undone(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "igb", 4, 8);

	(void)state;
	tuning_want(&t, "eth*", "RssFields", "udp4:nfsd tcp4:sdfn");
	tuning_must_plan(&t);
	change("rss-fields.tcp4", NT_OUTCOME_COMPLIANT);
	assert_string_equal(change("rss-fields.udp4", NT_OUTCOME_PLANNED)->seen, "sd");
	assert_string_equal(change("rss-fields.udp4", NT_OUTCOME_PLANNED)->wanted, "sdfn");
	assert_non_null(strstr(change("rss-fields.udp4", NT_OUTCOME_PLANNED)->reason, "fragment"));
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nic->fields.value[NT_FLOW_UDP4], SDFN);
	assert_int_equal(nic->fields.value[NT_FLOW_UDP6], SD);
	assert_int_equal(tuning_undo(&t), 0);
	assert_int_equal(nic->fields.value[NT_FLOW_UDP4], SD);
}

static void what_the_driver_refuses_fails(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "igb", 4, 8);

	(void)state;
	tuning_want(&t, "eth0", "RssFields", "tcp4:sd");
	tuning_must_plan(&t);
	assert_int_equal(tuning_apply(&t), -EINVAL);
	assert_int_equal(nic->fields.value[NT_FLOW_TCP4], SDFN);
}

static void kinds_that_the_driver_lacks_are_unsupported(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "igb", 4, 8);
	fake_nic_add(&t.host->io, "eth1", "veth", 4, 4);
	tuning_want(&t, "eth*", "RssFields", "udp4:sdfn esp4:sd");
	tuning_must_plan(&t);
	assert_non_null(strstr(change("rss-fields.esp4", NT_OUTCOME_UNSUPPORTED)->remedy,
			       "leave it out"));
	assert_int_equal(tuning_find(&t, "eth1", "rss-fields.udp4")->outcome,
			 NT_OUTCOME_UNSUPPORTED);
}

/* virtnet_get_hashflow() without VIRTIO_NET_F_RSS */
static void device_without_rss_that_answers_none_is_unsupported(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "virtio_net", 4, 8);

	(void)state;
	nic->n_table = 0;
	memset(nic->fields.value, 0, sizeof(nic->fields.value));
	tuning_want(&t, "eth0", "RssFields", "udp4:sdfn");
	tuning_must_plan(&t);
	change("rss-fields.udp4", NT_OUTCOME_UNSUPPORTED);
}

static void device_that_is_not_there_is_absent(void **state)
{
	(void)state;
	tuning_want(&t, "eth0", "RssFields", "udp4:sdfn");
	tuning_must_plan(&t);
	change("rss-fields.udp4", NT_OUTCOME_ABSENT);
}

static void fields_are_kept_over_new_channels(void **state)
{
	struct nt_plan kept = { 0 };
	const struct nt_change *udp;

	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ena", 4, 8)->fields.value[NT_FLOW_UDP4] = SDFN;
	tuning_want(&t, "eth0", "RssFields", "udp6:sd");
	tuning_must_plan(&t);
	assert_int_equal(nt_tunable_rss_fields.keep(&t.facts, "eth0", &t.plan, &kept), 0);
	udp = nt_plan_find(&kept, "eth0", "rss-fields.udp4");
	assert_non_null(udp);
	assert_true(udp->kept);
	assert_string_equal(udp->wanted, "sdfn");
	nt_plan_free(&kept);
}

static void wrong_lines_name_their_column(void **state)
{
	struct nt_diag diag;

	(void)state;
	assert_int_equal(tuning_check("RssFields", "udp4:sdfn tcp6:none", &diag), 0);
	assert_int_equal(tuning_check("RssFields", "udp4:sdfn upd6:sd", &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "unknown kind of flow upd6, did you mean udp6"));
	assert_int_equal(tuning_check("RssFields", "udp4:sx", &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "letters of mvtsdfnelr"));
	assert_int_equal(tuning_check("RssFields", "udp4", &diag), -EINVAL);
	assert_int_equal(tuning_check("RssFields", "udp4:sd udp4:sdfn", &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "udp4 twice"));
	assert_int_equal(tuning_check("RssFields", "", &diag), -EINVAL);
}

static void values_that_are_not_there_are_no_values(void **state)
{
	char buf[NT_RSS_FIELDS_TEXT];

	(void)state;
	fake_nic_add(&t.host->io, "eth0", "igb", 4, 8);
	fake_nic_add(&t.host->io, "eth1", "veth", 4, 4);
	assert_int_equal(nt_tunable_rss_fields.get(&t.host->io.io, "eth0", "rss-fields.sctp4", buf,
						   sizeof(buf)), -ENOENT);
	assert_int_equal(nt_tunable_rss_fields.get(&t.host->io.io, "eth1", "rss-fields.udp4", buf,
						   sizeof(buf)), -EOPNOTSUPP);
	assert_int_equal(nt_tunable_rss_fields.get(&t.host->io.io, "eth7", "rss-fields.udp4", buf,
						   sizeof(buf)), -ENODEV);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_have_one_order),
		cmocka_unit_test(other_letters_are_no_fields),
		TEST(fields_are_planned_applied_and_undone),
		TEST(what_the_driver_refuses_fails),
		TEST(kinds_that_the_driver_lacks_are_unsupported),
		TEST(device_without_rss_that_answers_none_is_unsupported),
		TEST(device_that_is_not_there_is_absent),
		TEST(fields_are_kept_over_new_channels),
		TEST(wrong_lines_name_their_column),
		TEST(values_that_are_not_there_are_no_values),
	};

	return cmocka_run_group_tests_name("rss_fields", tests, NULL, NULL);
}
