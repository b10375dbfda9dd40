// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports of a bond are reset one after the other, on the way there and on every way back: never is
 * a second one without a carrier, and one that does not get it back ends the transaction.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake/trial.h"

#define DRIVER "igb"

/* Every kind of change that resets such a device, and some that do not. */
#define LINES                         \
	"[Device \"eth*\"]\n"         \
	"Features=rxhash:off\n"       \
	"Mtu=4000\n"                  \
	"RingRx=1024\n"               \
	"Coalesce=rx-usecs:50\n"      \
	"[Device \"bond0.7\"]\n"      \
	"Channels=2\n"                \
	"IrqPlacement=one-per-core\n" \
	"Xps=follow-irq\n"

static struct trial trial;

static int setup(void **state)
{
	(void)state;
	trial_open(&trial);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	trial_close(&trial);
	return 0;
}

/* A bond and a VLAN on it; indices are none that ports have. */
static void stack(void)
{
	struct nt_io_link bond = {
		.ifindex = 100, .name = "bond0", .kind = "bond", .driver = "bonding", .bus = "",
		.address = "", .numa_node = -1,
	};
	struct nt_io_link vlan = {
		.ifindex = 101, .lower_ifindex = 100, .name = "bond0.7", .kind = "vlan",
		.driver = "802.1Q VLAN Support", .bus = "", .address = "", .numa_node = -1,
	};

	fake_link(&trial.before->io, &bond);
	fake_link(&trial.before->io, &vlan);
}

/* Two ports, and what the profile says of both. @last is for the second alone. */
static void draw(const char *last)
{
	char profile[1024];

	trial.n_wants = 0;
	fake_host_init(trial.before, FAKE_LINUX_6_12, 8);
	fake_nic_add(&trial.before->io, "eth0", DRIVER, 8, 8)->master = 100;
	fake_nic_add(&trial.before->io, "eth1", DRIVER, 8, 8)->master = 100;
	stack();
	snprintf(profile, sizeof(profile), LINES "%s", last);
	fake_file(&trial.before->io, TRIAL_PROFILE, profile);
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	trial_start(&trial);
}

static struct fake_nic *port(const char *name)
{
	return fake_nic_find(&trial.host->io, name);
}

static void assert_one_at_a_time(void)
{
	assert_int_equal(trial.host->nics.n_down, 1);
	assert_true(port("eth0")->link.carrier);
	assert_true(port("eth1")->link.carrier);
}

static void assert_old(void)
{
	if (!trial_is_old(&trial))
		fail_msg("%s", trial.now);
}

static void ports_are_reset_one_at_a_time(void **state)
{
	struct trial_end end;

	(void)state;
	draw("");
	trial_apply(&trial, &end);
	assert_int_equal(end.r, 0);
	assert_int_equal(end.state, NT_TXN_COMMITTED);
	assert_int_equal(port("eth0")->channels.combined, 2);
	assert_int_equal(port("eth1")->channels.combined, 2);
	assert_true(port("eth0")->n_resets >= 3);
	assert_true(port("eth1")->n_resets >= 3);
	assert_one_at_a_time();
	nt_plan_free(&end.plan);

	trial_revert(&trial, &end);
	assert_int_equal(end.r, 0);
	assert_int_equal(end.state, NT_TXN_COMMITTED);
	assert_old();
	assert_one_at_a_time();
	nt_plan_free(&end.plan);
}

/* The structure of one is finished before that of the next begins. */
static void structure_of_one_port_is_finished_before_the_next(void **state)
{
	struct trial_end end;
	size_t last_of_first = 0, first_of_second = SIZE_MAX;

	(void)state;
	draw("");
	trial_apply(&trial, &end);
	for (size_t i = 0; i < end.plan.n_changes; i++) {
		const struct nt_change *change = &end.plan.changes[i];

		if (nt_phase_batch(change->phase) != NT_BATCH_STRUCTURAL)
			continue;
		if (!strcmp(change->target, "eth0"))
			last_of_first = i;
		else if (first_of_second == SIZE_MAX)
			first_of_second = i;
	}
	assert_true(first_of_second != SIZE_MAX);
	assert_true(last_of_first < first_of_second);
	nt_plan_free(&end.plan);
}

static void port_that_loses_its_link_ends_the_transaction(void **state)
{
	struct trial_end end;

	(void)state;
	draw("");
	port("eth0")->link_lost_by = 2;
	trial_apply(&trial, &end);
	assert_int_equal(end.r, -ECANCELED);
	assert_int_equal(end.state, NT_TXN_UNDONE);
	assert_non_null(strstr(end.diag.message, "eth0"));
	assert_non_null(strstr(end.diag.message, "no carrier"));
	assert_int_equal(port("eth1")->n_resets, 0);
	assert_old();
	assert_one_at_a_time();
	nt_plan_free(&end.plan);
}

/* The one that was done is not taken down again before the other is back. */
static void port_done_before_is_undone_behind_the_one_that_lost_its_link(void **state)
{
	struct trial_end end;

	(void)state;
	draw("");
	port("eth1")->link_lost_by = 1;
	trial_apply(&trial, &end);
	assert_int_equal(end.r, -ECANCELED);
	assert_int_equal(end.state, NT_TXN_UNDONE);
	assert_old();
	assert_one_at_a_time();
	nt_plan_free(&end.plan);
}

static void port_whose_link_stays_lost_is_told_and_the_rest_undone(void **state)
{
	struct trial_end end;

	(void)state;
	draw("");
	port("eth1")->loses_link = true;
	trial_apply(&trial, &end);
	assert_int_equal(end.r, -ECANCELED);
	assert_int_equal(end.state, NT_TXN_UNDONE);
	assert_old();
	assert_true(port("eth0")->link.carrier);
	nt_plan_free(&end.plan);
}

static void refusal_behind_both_ports_is_undone_one_at_a_time(void **state)
{
	struct trial_end end;

	(void)state;
	/* tx-usecs with queue pairs: igb_set_coalesce() */
	draw("[Profile]\nOnUnsupported=require\n[Device \"eth1\"]\nCoalesce=rx-usecs:5\n");
	trial_apply(&trial, &end);
	assert_int_equal(end.r, -ECANCELED);
	assert_int_equal(end.state, NT_TXN_UNDONE);
	assert_true(port("eth0")->n_resets >= 6);
	assert_true(port("eth1")->n_resets >= 6);
	assert_old();
	assert_one_at_a_time();
	nt_plan_free(&end.plan);
}

/* A port without a cable has no carrier to wait for. */
static void port_without_a_carrier_is_not_waited_for(void **state)
{
	struct trial_end end;

	(void)state;
	draw("");
	port("eth0")->link.carrier = false;
	port("eth0")->loses_link = true;
	trial_apply(&trial, &end);
	assert_int_equal(end.r, 0);
	assert_int_equal(end.state, NT_TXN_COMMITTED);
	nt_plan_free(&end.plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_reset_one_at_a_time),
		cmocka_unit_test(structure_of_one_port_is_finished_before_the_next),
		cmocka_unit_test(port_that_loses_its_link_ends_the_transaction),
		cmocka_unit_test(port_done_before_is_undone_behind_the_one_that_lost_its_link),
		cmocka_unit_test(port_whose_link_stays_lost_is_told_and_the_rest_undone),
		cmocka_unit_test(refusal_behind_both_ports_is_undone_one_at_a_time),
		cmocka_unit_test(port_without_a_carrier_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
