// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why the plan has the order it has: the same changes in the order of other tools, or with queues
 * before their device's structure, do not lead to what is wanted where drivers forget.
 *
 * TuneD's order is that of its net plugin's commands, NetworkManager's that of
 * _ethtool_state_set(); both set coalescing before channels.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/planner.h"
#include "fake/trial.h"
#include "tunable/tunable.h"

static struct trial trial;

/* A rank for each phase; those without come last, in the planner's order. */
struct order {
	const char *name;
	unsigned int rank[NT_PHASES];
};

#define LAST(phase) [phase] = 100 + (phase)
#define PLACEMENT_LAST                                                                      \
	LAST(NT_PHASE_RSS), LAST(NT_PHASE_IRQBALANCE), LAST(NT_PHASE_IRQ), LAST(NT_PHASE_XPS), \
		LAST(NT_PHASE_RPS), LAST(NT_PHASE_NAPI), LAST(NT_PHASE_NAPI_QUEUE)

static const struct order tuned = {
	.name = "TuneD's",
	.rank = { [NT_PHASE_MTU] = 1, [NT_PHASE_FEATURE_OFF] = 2, [NT_PHASE_FEATURE_ON] = 2,
		  [NT_PHASE_COALESCE_MODE] = 3, [NT_PHASE_COALESCE] = 3, [NT_PHASE_PAUSE] = 4,
		  [NT_PHASE_RINGS] = 5, [NT_PHASE_CHANNELS] = 6, PLACEMENT_LAST },
};

static const struct order network_manager = {
	.name = "NetworkManager's",
	.rank = { [NT_PHASE_FEATURE_OFF] = 1, [NT_PHASE_FEATURE_ON] = 1,
		  [NT_PHASE_COALESCE_MODE] = 2, [NT_PHASE_COALESCE] = 2, [NT_PHASE_RINGS] = 3,
		  [NT_PHASE_PAUSE] = 4, [NT_PHASE_CHANNELS] = 5, [NT_PHASE_MTU] = 6,
		  PLACEMENT_LAST },
};

/* Scripts that place interrupts and queues once, and leave channels to somebody else. */
static const struct order queues_first = {
	.name = "queues before structure",
	.rank = { [NT_PHASE_RSS] = 1, [NT_PHASE_IRQ] = 2, [NT_PHASE_XPS] = 3, [NT_PHASE_RPS] = 4,
		  LAST(NT_PHASE_FEATURE_OFF), LAST(NT_PHASE_MTU), LAST(NT_PHASE_CHANNELS),
		  LAST(NT_PHASE_RINGS), LAST(NT_PHASE_FEATURE_ON), LAST(NT_PHASE_PAUSE),
		  LAST(NT_PHASE_COALESCE_MODE), LAST(NT_PHASE_COALESCE) },
};

static const struct order planners = {
	.name = "the planner's",
	.rank = { LAST(NT_PHASE_FEATURE_OFF), LAST(NT_PHASE_MTU), LAST(NT_PHASE_CHANNELS),
		  LAST(NT_PHASE_RINGS), LAST(NT_PHASE_FEATURE_ON), LAST(NT_PHASE_PAUSE),
		  LAST(NT_PHASE_COALESCE_MODE), LAST(NT_PHASE_COALESCE), PLACEMENT_LAST },
};

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

static void want(const char *key, const char *value)
{
	struct trial_want *w = &trial.wants[trial.n_wants++];

	snprintf(w->key, sizeof(w->key), "%s", key);
	snprintf(w->value, sizeof(w->value), "%s", value);
}

/* A device with eight channels and a profile that wants @channels of it and @lines. */
static void set_up(const char *driver, uint32_t channels, const char *lines)
{
	char profile[1024], value[32];
	bool separate = !strcmp(driver, "veth");

	trial.n_wants = 0;
	fake_host_init(trial.before, FAKE_LINUX_6_12, 8);
	fake_nic_add(&trial.before->io, "eth0", driver, 8, 8);
	snprintf(profile, sizeof(profile), "[Device \"eth0\"]\nChannels=%u\n%s", channels, lines);
	fake_file(&trial.before->io, TRIAL_PROFILE, profile);
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	snprintf(value, sizeof(value), separate ? "rx:%u tx:%u" : "combined:%u", channels,
		 channels);
	want("eth0 channels", value);
}

/* ---- carrying out by hand ---- */

static const struct order *order;

static int by_rank(const void *a, const void *b)
{
	const struct nt_change *x = *(struct nt_change *const *)a;
	const struct nt_change *y = *(struct nt_change *const *)b;
	unsigned int i = order->rank[x->phase], k = order->rank[y->phase];

	return i != k ? (i < k ? -1 : 1) : x < y ? -1 : x > y;
}

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

/* Applies what was asked for in @how's order and goes on past errors, as those tools do. */
static const char *carry_out(const struct order *how)
{
	struct nt_change *changes[256];
	struct nt_planned planned;
	struct nt_diag diag;
	size_t n = 0;

	trial_start(&trial);
	plan(&planned);
	for (size_t i = 0; i < planned.plan.n_changes && n < 256; i++)
		if (planned.plan.changes[i].outcome == NT_OUTCOME_PLANNED &&
		    !planned.plan.changes[i].kept)
			changes[n++] = &planned.plan.changes[i];
	order = how;
	qsort(changes, n, sizeof(*changes), by_rank);
	for (size_t i = 0; i < n; i++) {
		memset(&diag, 0, sizeof(diag));
		changes[i]->domain->apply(&trial.host->io.io, changes[i], &diag);
	}
	nt_planned_free(&planned);
	return trial_check(&trial, NULL);
}

static void expect_lost(const struct order *how, const char *key)
{
	const char *wrong = carry_out(how);

	if (!wrong || strncmp(wrong, key, strlen(key)) != 0)
		fail_msg("%s order: expected to lose %s, got: %s", how->name, key,
			 wrong ? wrong : "what was wanted");
}

static void expect_reached(const struct order *how)
{
	const char *wrong = carry_out(how);

	if (wrong)
		fail_msg("%s order: %s", how->name, wrong);
}

/* What apply does: the planner's order, with what is kept and a look in between. */
static void expect_engine_reaches(void)
{
	struct trial_end end;
	const char *wrong;

	trial_start(&trial);
	trial_apply(&trial, &end);
	assert_int_equal(end.r, 0);
	wrong = trial_check(&trial, NULL);
	if (wrong)
		fail_msg("apply: %s", wrong);
	nt_plan_free(&end.plan);
}

/* ---- tests ---- */

static void i40e_forgets_coalescing_that_is_set_before_channels(void **state)
{
	(void)state;
	set_up("i40e", 4, "RingRx=1024\nRingTx=1024\nFeatures=rx-hashing:off\n"
	       "Coalesce=adaptive-rx:off rx-usecs:8\n");
	want("eth0 rings", "rx:1024 tx:1024");
	want("eth0 feature.rx-hashing", "off");
	want("eth0 coalesce.adaptive-rx", "off");
	want("eth0 coalesce.rx-usecs", "8");
	expect_lost(&tuned, "eth0 coalesce.");
	expect_lost(&network_manager, "eth0 coalesce.");
	expect_reached(&planners);
	expect_engine_reaches();
}

static void veth_queues_forget_what_they_are_told_before_they_are_there(void **state)
{
	(void)state;
	set_up("veth", 4, "Xps=3\n");
	trial.before->nics.list[0].channels.rx = trial.before->nics.list[0].channels.tx = 2;
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	for (int i = 0; i < 4; i++) {
		char key[48];

		snprintf(key, sizeof(key), "eth0 xps-cpus.tx-%d", i);
		want(key, "3");
	}
	expect_lost(&queues_first, "eth0 xps-cpus.tx-2");
	expect_reached(&planners);
	expect_engine_reaches();
}

/* Drivers that place queues and interrupts anew with every change of channels. */
static void queues_are_placed_anew_with_channels(void **state)
{
	static const struct {
		const char *driver;
		const char *line;
		const char *lost;
	} rows[] = {
		{ "mlx5_core", "Xps=3\n", "eth0 xps-cpus.tx" },
		{ "virtio_net", "Xps=3\n", "eth0 xps-cpus.tx" },
		{ "i40e", "Xps=3\n", "eth0 xps-cpus.tx" },
		{ "ice", "Xps=3\n", "eth0 xps-cpus.tx" },
		{ "ixgbe", "IrqPlacement=3\n", "eth0 irq-affinity.rxtx" },
		{ "igb", "IrqPlacement=3\n", "eth0 irq-affinity.rxtx" },
		{ "bnxt_en", "IrqPlacement=3\n", "eth0 irq-affinity.rxtx" },
		{ "ena", "IrqPlacement=3\n", "eth0 irq-affinity.rxtx" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		set_up(rows[i].driver, 4, rows[i].line);
		for (int q = 0; q < 4; q++) {
			char key[48];

			snprintf(key, sizeof(key), "%s-%d", rows[i].lost, q);
			want(key, "3");
		}
		expect_lost(&queues_first, rows[i].lost);
		expect_engine_reaches();
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(i40e_forgets_coalescing_that_is_set_before_channels),
		TEST(veth_queues_forget_what_they_are_told_before_they_are_there),
		TEST(queues_are_placed_anew_with_channels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
