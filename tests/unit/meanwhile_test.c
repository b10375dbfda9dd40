// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens to a host while a transaction is at work on it: a device is pulled out, a CPU goes
 * offline, somebody else changes how many queues there are. At every operation, the end is one of
 * those that have a name, and what is left of the host is as wanted or as it was.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake/trial.h"
#include "tunable/tunable.h"

#define LAST_CPU 7U
/* Channels=3 */
#define QUEUES 3U

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

static void want(const char *key, const char *value)
{
	struct trial_want *w = &trial.wants[trial.n_wants++];

	snprintf(w->key, sizeof(w->key), "%s", key);
	snprintf(w->value, sizeof(w->value), "%s", value);
}

/* What draw() asks for, of one device. */
static void want_device(const char *device)
{
	static const struct {
		const char *tunable;
		const char *value;
		unsigned int queues;
	} wants[] = {
		{ "mtu", "4000", 0 },
		{ "channels", "combined:3", 0 },
		{ "feature.rx-gro", "off", 0 },
		{ "tx-queue-len", "700", 0 },
		{ "irq-affinity.rxtx", "7", QUEUES },
		{ "xps-cpus.tx", "2", QUEUES },
		{ "rps-cpus.rx", "1-2", QUEUES },
	};
	char key[64];

	for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		snprintf(key, sizeof(key), "%s %s", device, wants[i].tunable);
		if (!wants[i].queues)
			want(key, wants[i].value);
		for (unsigned int q = 0; q < wants[i].queues; q++) {
			snprintf(key, sizeof(key), "%s %s-%u", device, wants[i].tunable, q);
			want(key, wants[i].value);
		}
	}
}

static void want_all(void)
{
	trial.n_wants = 0;
	want("net.core.somaxconn", "5000");
	want_device("eth0");
	want_device("eth1");
}

/* Two devices, and a line of every kind for both. */
static void draw(const char *driver, const char *policy)
{
	char profile[1024];

	fake_host_init(trial.before, FAKE_LINUX_6_12, LAST_CPU + 1);
	fake_nic_add(&trial.before->io, "eth0", driver, 4, 8);
	fake_nic_add(&trial.before->io, "eth1", driver, 4, 8);
	snprintf(profile, sizeof(profile),
		 "[Profile]\nOnUnsupported=%s\n[Sysctl]\nnet.core.somaxconn = 5000\n"
		 "[Device \"eth*\"]\nMtu=4000\nChannels=3\nFeatures=gro:off\nTxQueueLen=700\n"
		 "IrqPlacement=%u\nXps=2\nRps=1-2\n", policy, LAST_CPU);
	fake_file(&trial.before->io, TRIAL_PROFILE, profile);
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	want_all();
}

/* ---- what happens ---- */

static void pull_out_last(struct fake_io *fake)
{
	fake->nics->n--;
	memset(&fake->nics->list[fake->nics->n], 0, sizeof(fake->nics->list[0]));
}

/* The kernel moves interrupts away from it: irq_migrate_all_off_this_cpu(). */
static void take_cpu_offline(struct fake_io *fake)
{
	char list[16];

	fake->nics->online = fake_cpus_range(0, LAST_CPU);
	snprintf(list, sizeof(list), "0-%u", LAST_CPU - 1);
	fake_file(fake, "/sys/devices/system/cpu/online", list);
	for (size_t i = 0; i < fake->nics->n; i++) {
		struct fake_nic *nic = &fake->nics->list[i];

		for (size_t k = 0; k < nic->n_irqs; k++)
			if (fake_cpus_has(&nic->irqs[k].cpus, LAST_CPU))
				nic->irqs[k].cpus = fake_cpus_range(0, LAST_CPU);
	}
}

/* Through the door, as any program would; what that costs in operations does not count. */
static void set_channels_of_last(struct fake_io *fake)
{
	struct nt_nic_channels channels = { .combined = 6, .other = 1 };
	unsigned int n = fake->n_operations;

	channels.combined_max = 8;
	channels.other = channels.other_max = fake->nics->list[1].channels.other;
	fake->crash_at = 0;
	(void)nt_nic_channels_set(&fake->io, "eth1", &channels, NULL);
	(void)nt_nic_ready_wait(&fake->io, "eth1", NT_NIC_CARRIER, 10, NULL);
	fake->n_operations = n;
}

/* ---- at every operation ---- */

static void tell(const struct trial_end *end, unsigned int at, const char *what)
{
	for (size_t i = 0; i < end->plan.n_changes; i++) {
		const struct nt_change *c = &end->plan.changes[i];

		print_message("%s %s: %s -> %s%s, %s %s\n", c->target, c->tunable,
			      c->seen ? c->seen : "-", c->wanted, c->kept ? " (kept)" : "",
			      nt_outcome_name(c->outcome), c->extack ? c->extack : "");
	}
	fail_msg("at operation %u: %s (%d, state %d: %s)", at, what, end->r, end->state,
		 end->diag.message);
}

/* Operations until the plan is made, and all of them. */
static unsigned int count(unsigned int *ret_planning)
{
	struct trial_end end;
	unsigned int n;

	trial_start(&trial);
	trial_apply(&trial, &end);
	n = trial.host->io.n_operations;
	*ret_planning = trial.n_planning;
	if (end.r != 0)
		tell(&end, 0, "fails undisturbed");
	nt_plan_free(&end.plan);
	return n;
}

static void disturb(void (*event)(struct fake_io *fake), unsigned int at, struct trial_end *end)
{
	enum nt_txn_state state;

	trial_start(&trial);
	trial.host->io.crash = event;
	trial.host->io.crash_at = at;
	trial_apply(&trial, end);
	trial.host->io.crash_at = 0;
	if (end->state == NT_TXN_STAGED && trial_recover(&trial, &state, &end->diag) < 0)
		tell(end, at, "recover fails");
}

/* The lines of @device have no say: it is not what it was. */
static void forget(const char *device)
{
	for (size_t i = 0; i < trial.n_wants; i++)
		if (!strncmp(trial.wants[i].key, device, strlen(device)))
			trial.wants[i].key[0] = '\0';
}

static void device_that_vanishes_takes_nothing_with_it(void **state)
{
	static const char *const policies[] = { "prefer", "require" };
	unsigned int planning;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		draw("igb", policies[i]);
		for (unsigned int n = count(&planning), at = 1; at <= n; at += 1 + 2 * i) {
			struct trial_end end;
			const char *wrong;

			want_all();
			disturb(pull_out_last, at, &end);
			forget("eth1");
			if (end.state != NT_TXN_COMMITTED && end.r == 0)
				tell(&end, at, "neither committed nor an error");
			wrong = end.r < 0 ? trial_check(&trial, &(struct nt_plan){ 0 })
					  : trial_check(&trial, &end.plan);
			if (wrong)
				tell(&end, at, wrong);
			nt_plan_free(&end.plan);
		}
	}
}

static void cpu_that_goes_offline_is_no_reason_to_stop_halfway(void **state)
{
	unsigned int planning;

	(void)state;
	draw("igb", "prefer");
	for (unsigned int n = count(&planning), at = 1; at <= n; at++) {
		struct trial_end end;
		const char *wrong;

		disturb(take_cpu_offline, at, &end);
		wrong = trial_check(&trial, end.r < 0 ? &(struct nt_plan){ 0 } : &end.plan);
		/* Where interrupts are now, the kernel has chosen. */
		if (wrong && !strstr(wrong, "irq"))
			tell(&end, at, wrong);
		nt_plan_free(&end.plan);
	}
}

static void queues_that_somebody_else_changed_are_noticed(void **state)
{
	unsigned int planning, n_stale = 0;

	(void)state;
	draw("igb", "prefer");
	for (unsigned int n = count(&planning), at = planning + 1; at <= n; at++) {
		struct trial_end end;
		const char *wrong;

		want_all();
		disturb(set_channels_of_last, at, &end);
		forget("eth1");
		n_stale += end.r == -ESTALE;
		if (end.r == -ESTALE && end.writes)
			tell(&end, at, "said that nothing was changed");
		if (end.r < 0 && !*end.diag.message)
			tell(&end, at, "fails without a word");
		wrong = trial_check(&trial, end.r < 0 ? &(struct nt_plan){ 0 } : &end.plan);
		if (wrong && !strstr(wrong, "eth1"))
			tell(&end, at, wrong);
		nt_plan_free(&end.plan);
	}
	assert_true(n_stale > 0);
}

/* A driver that has no such thing for a moment: what was written has not gone with it. */
static void value_that_cannot_be_read_has_not_gone(void **state)
{
	static const struct {
		const struct nt_tunable *domain;
		const char *tunable;
	} values[] = {
		{ &nt_tunable_features, "feature.rx-gro" },
		{ &nt_tunable_channels, "channels" },
		{ &nt_tunable_rings, "rings" },
		{ &nt_tunable_pause, "pause" },
		{ &nt_tunable_coalesce, "coalesce.rx-usecs" },
		{ &nt_tunable_coalesce_queues, "coalesce.rx-usecs.rx-0" },
		{ &nt_tunable_rss, "rss-table" },
		{ &nt_tunable_rss_fields, "rss-fields.tcp4" },
	};
	char live[NT_VALUE_MAX];

	(void)state;
	draw("i40e", "prefer");
	trial_start(&trial);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct nt_io *io = &trial.host->io.io;

		assert_int_equal(values[i].domain->get(io, "eth0", values[i].tunable, live,
						       sizeof(live)), 0);
		fake_fail(&trial.host->io, 1, EOPNOTSUPP);
		assert_int_equal(values[i].domain->get(io, "eth0", values[i].tunable, live,
						       sizeof(live)), -EOPNOTSUPP);
	}
}

/* Reverts what was applied; operation @at fails, counted from 1, 0 for none. How many it took. */
static unsigned int revert_unsupported(unsigned int at)
{
	enum nt_txn_state state;
	struct trial_end end;
	unsigned int before;

	trial_start(&trial);
	trial_apply(&trial, &end);
	assert_int_equal(end.r, 0);
	nt_plan_free(&end.plan);
	before = trial.host->io.n_operations;
	trial.host->io.fail_at = at ? before + at : 0;
	trial.host->io.fail_errno = EOPNOTSUPP;
	trial_revert(&trial, &end);
	trial.host->io.fail_at = 0;
	if (end.state == NT_TXN_STAGED && trial_recover(&trial, &state, &end.diag) < 0)
		tell(&end, at, "recover fails");
	nt_plan_free(&end.plan);
	return trial.host->io.n_operations - before;
}

/* The claim on it stays, so that reverting once more finds it. */
static void value_that_cannot_be_read_can_be_reverted_later(void **state)
{
	struct trial_end end;

	(void)state;
	draw("veth", "prefer");
	fake_file(&trial.before->io, TRIAL_PROFILE,
		  "[Device \"eth0\"]\nFeatures=gro:off\nTxQueueLen=700\n");
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	for (unsigned int n = revert_unsupported(0), at = 1; at <= n; at++) {
		revert_unsupported(at);
		trial_revert(&trial, &end);
		if (end.r < 0 || !trial_is_old(&trial))
			tell(&end, at, "is not as it was");
		nt_plan_free(&end.plan);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(device_that_vanishes_takes_nothing_with_it),
		TEST(cpu_that_goes_offline_is_no_reason_to_stop_halfway),
		TEST(queues_that_somebody_else_changed_are_noticed),
		TEST(value_that_cannot_be_read_has_not_gone),
		TEST(value_that_cannot_be_read_can_be_reverted_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
