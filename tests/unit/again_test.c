// SPDX-License-Identifier: GPL-2.0-or-later
/* Planning devices once more, in the middle of a transaction. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "engine/planner.h"
#include "fake/trial.h"
#include "io/nic.h"
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

static void set_up(const char *driver, const char *lines)
{
	trial_open(&trial);
	fake_host_init(trial.before, FAKE_LINUX_6_12, 8);
	fake_nic_add(&trial.before->io, "eth0", driver, 8, 16);
	fake_file(&trial.before->io, TRIAL_PROFILE, lines);
}

static struct fake_nic *eth0(struct fake_host *host)
{
	return fake_nic_find(&host->io, "eth0");
}

static const struct nt_change *apply(struct trial_end *end, const char *tunable)
{
	trial_apply(&trial, end);
	return nt_plan_find(&end->plan, "eth0", tunable);
}

/* The driver pins interrupts itself when queues are made anew. */
static void xps_follows_interrupts_to_where_they_are_put_back(void **state)
{
	struct trial_end end;
	struct fake_nic *nic;

	(void)state;
	set_up("ena", "[Device \"eth0\"]\nChannels=4\nXps=follow-irq\n");
	nic = eth0(trial.before);
	for (uint32_t q = 0; q < 8; q++) {
		struct fake_cpus *cpus = &fake_irq_find(nic, NT_IRQ_RXTX, q)->cpus;

		memset(cpus, 0, sizeof(*cpus));
		fake_cpus_add(cpus, 7 - q);
	}
	trial_start(&trial);
	apply(&end, "channels");
	assert_int_equal(end.r, 0);
	nic = eth0(trial.host);
	for (uint32_t q = 0; q < 4; q++) {
		assert_true(fake_cpus_has(&nic->queues[q].xps, 7 - q));
		assert_memory_equal(&nic->queues[q].xps,
				    &fake_irq_find(nic, NT_IRQ_RXTX, q)->cpus,
				    sizeof(struct fake_cpus));
	}
	nt_plan_free(&end.plan);
	apply(&end, "channels");
	assert_int_equal(end.writes, 0);
	nt_plan_free(&end.plan);
	trial_close(&trial);
}

/* veth has NAPI only while it has GRO. */
static void threads_are_given_up_before_what_they_need(void **state)
{
	struct trial_end end;

	(void)state;
	set_up("veth", "[Device \"eth0\"]\nFeatures=gro:on\nBusyPoll=threaded:on\n");
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	trial_start(&trial);
	assert_int_equal(apply(&end, "threaded")->outcome, NT_OUTCOME_APPLIED);
	nt_plan_free(&end.plan);
	trial_revert(&trial, &end);
	assert_int_equal(end.r, 0);
	assert_true(trial_is_old(&trial));
	nt_plan_free(&end.plan);
	trial_close(&trial);
}

static int (*channels_set)(struct nt_io *io, const char *dev, const struct nt_nic_channels *want,
			   struct nt_diag *diag);

static int rdma_comes_first(struct nt_io *io, const char *dev, const struct nt_nic_channels *want,
			    struct nt_diag *diag)
{
	eth0(trial.host)->rdma = true;
	return channels_set(io, dev, want, diag);
}

/* Asks for fewer channels with somebody's own table, which has to be there in the end. */
static void channels_end_as(int (*set)(struct nt_io *io, const char *dev,
				       const struct nt_nic_channels *want, struct nt_diag *diag),
			    enum nt_outcome outcome, struct trial_end *end)
{
	struct nt_io_ops door;
	struct nt_nic_ops ops;
	struct fake_nic *nic;

	set_up("ice", "[Device \"eth0\"]\nChannels=4\n");
	nic = eth0(trial.before);
	for (uint32_t i = 0; i < nic->n_table; i++)
		nic->table[i] = i % 2 ? 7 : 5;
	nic->rxfh_configured = true;
	trial_start(&trial);
	door = *trial.host->io.io.ops;
	ops = *door.nic;
	channels_set = ops.channels_set;
	ops.channels_set = set;
	door.nic = &ops;
	trial.host->io.io.ops = &door;
	assert_int_equal(apply(end, "channels")->outcome, outcome);
	nic = eth0(trial.host);
	for (uint32_t i = 0; i < nic->n_table; i++)
		assert_int_equal(nic->table[i], i % 2 ? 7 : 5);
}

/* It would go back to the default for channels which then do not come. */
static void table_stays_when_channels_are_refused(void **state)
{
	struct trial_end end;

	(void)state;
	channels_end_as(rdma_comes_first, NT_OUTCOME_BLOCKED, &end);
	assert_int_equal(nt_plan_find(&end.plan, "eth0", "rss-table")->outcome,
			 NT_OUTCOME_COMPLIANT);
	nt_plan_free(&end.plan);
	trial_close(&trial);
}

static int refuses_behind_it(struct nt_io *io, const char *dev, const struct nt_nic_channels *want,
			     struct nt_diag *diag)
{
	int r = channels_set(io, dev, want, diag);

	return r < 0 || want->combined != 4 ? r : -EIO;
}

/* There and back again: the driver has forgotten it by then. */
static void table_is_put_back_when_channels_were_and_had_cost_it(void **state)
{
	struct trial_end end;

	(void)state;
	channels_end_as(refuses_behind_it, NT_OUTCOME_FAILED, &end);
	nt_plan_free(&end.plan);
	trial_close(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sysctls_of_the_same_plan_are_seen),
		cmocka_unit_test(xps_follows_interrupts_to_where_they_are_put_back),
		cmocka_unit_test(threads_are_given_up_before_what_they_need),
		cmocka_unit_test(table_stays_when_channels_are_refused),
		cmocka_unit_test(table_is_put_back_when_channels_were_and_had_cost_it),
	};

	return cmocka_run_group_tests_name("again", tests, NULL, NULL);
}
