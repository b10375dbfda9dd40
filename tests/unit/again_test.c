// SPDX-License-Identifier: GPL-2.0-or-later
/* Planning devices once more, in the middle of a transaction. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "engine/planner.h"
#include "fake/trial.h"
#include "tunable/tunable.h"

static struct trial trial;

static void plan(struct nt_planned *ret)
{
	const char *const names[] = { TRIAL_PROFILE };
	const struct nt_plan_request request = {
		.names = names,
		.n = 1,
		.allow_disruptive = true,
	};
	struct nt_diag diag = { 0 };

	if (nt_plan_profiles(&trial.host->io.io, &request, ret, &diag) < 0)
		fail_msg("%s", diag.message);
}

/* What was so when the first plan was made stands in the facts; sysctls have been written since. */
static void sysctls_of_the_same_plan_are_seen(void **state)
{
	const char *const devices[] = { "eth0" };
	struct nt_replan_source source;
	struct nt_planned planned;
	struct nt_plan again = { 0 };
	struct nt_diag diag = { 0 };
	const struct nt_change *flows;

	(void)state;
	trial_open(&trial);
	fake_host_init(trial.before, FAKE_LINUX_6_12, 8);
	fake_nic_add(&trial.before->io, "eth0", "veth", 4, 8);
	fake_file(&trial.before->io, "/proc/sys/net/core/rps_sock_flow_entries", "0\n");
	fake_file(&trial.before->io, TRIAL_PROFILE,
		  "[Sysctl]\nnet.core.rps_sock_flow_entries = 4096\n"
		  "[Device \"eth0\"]\nChannels=2\nRfs=1024\n");
	trial_start(&trial);
	plan(&planned);
	nt_plan_find(&planned.plan, "host", "net.core.rps_sock_flow_entries")->outcome =
		NT_OUTCOME_APPLIED;
	source = (struct nt_replan_source){ .io = &trial.host->io.io, .planned = &planned };
	assert_int_equal(nt_planned_again(&source, devices, 1, &again, &diag), 0);
	flows = nt_plan_find(&again, "eth0", "rps-flow-cnt.rx-0");
	assert_non_null(flows);
	assert_int_equal(flows->outcome, NT_OUTCOME_PLANNED);
	nt_plan_free(&again);
	nt_planned_free(&planned);
	trial_close(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sysctls_of_the_same_plan_are_seen),
	};

	return cmocka_run_group_tests_name("again", tests, NULL, NULL);
}
