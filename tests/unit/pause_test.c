// SPDX-License-Identifier: GPL-2.0-or-later
/* Flow control of a device. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake/fake_plan.h"

static struct fake_plan p;

static int setup(void **state)
{
	(void)state;
	fake_plan_init(&p, &nt_tunable_pause);
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
	fake_plan_accepts(&p, "Pause", "autoneg:off rx:on tx:off");
	fake_plan_refuses(&p, "Pause", "autoneq:off", "did you mean autoneg");
	fake_plan_refuses(&p, "Pause", "rx:on rx:off", "test.conf:1:13: Pause: rx twice");
	fake_plan_refuses(&p, "Pause", "rx:yes", "test.conf:1:10: Pause: rx takes on or off");
	fake_plan_refuses(&p, "Pause", "rx", "rx takes on or off");
	fake_plan_refuses(&p, "Pause", "", "is empty");
}

static void pause_is_changed_and_returned(void **state)
{
	(void)state;
	char wanted[48];
	struct fake_nic *nic = plug("eth0", "i40e");

	fake_plan_only(&p, "Pause", nic->pause.rx ? "rx:off" : "rx:on");
	snprintf(wanted, sizeof(wanted), "autoneg:%s rx:%s tx:%s",
		 nic->pause.autoneg ? "on" : "off", nic->pause.rx ? "off" : "on",
		 nic->pause.tx ? "on" : "off");
	assert_string_equal(fake_plan_find(&p, "pause")->wanted, wanted);
	assert_int_equal(fake_plan_find(&p, "pause")->outcome, NT_OUTCOME_PLANNED);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
}

static void device_without_flow_control_is_unsupported(void **state)
{
	(void)state;
	plug("eth0", "veth");
	fake_plan_only(&p, "Pause", "rx:on");
	fake_plan_expect(&p, "pause", NT_OUTCOME_UNSUPPORTED, "", "rx:on");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_refused_where_they_are_wrong),
		TEST(pause_is_changed_and_returned),
		TEST(device_without_flow_control_is_unsupported),
	};

	return cmocka_run_group_tests_name("pause", tests, NULL, NULL);
}
