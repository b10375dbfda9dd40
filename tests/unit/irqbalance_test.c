// SPDX-License-Identifier: GPL-2.0-or-later
/* The irqbalance domain, and its words, on a host where irqbalance runs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "core/irqbalance.h"
#include "fake/tuning.h"
#include "io/nic.h"
#include "tunable/tunable.h"

static struct tuning t;

static int setup(void **state)
{
	(void)state;
	tuning_start(&t, FAKE_LINUX_6_12, 8);
	fake_irqbalance_start(&t.host->io);
	tuning_want(&t, "eth*", "IrqPlacement", "one-per-core");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tuning_end(&t);
	return 0;
}

static void plan(void)
{
	tuning_forget(&t);
	assert_int_equal(tuning_read(&t), 0);
	assert_int_equal(tuning_plan(&t), 0);
}

static void interrupts_are_banned_beside_others_and_given_back(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);
	uint32_t irq = fake_irq_find(nic, NT_IRQ_RXTX, 3)->irq;

	(void)state;
	nt_idset_add(&t.host->io.banned, 7);
	plan();
	assert_string_equal(tuning_find(&t, "eth0", "irqbalance")->seen, "moved");
	assert_null(tuning_find(&t, "eth0", "irq-affinity.rxtx-0")->owner);
	assert_int_equal(tuning_apply(&t), 0);
	assert_true(nt_idset_has(&t.host->io.banned, 7));
	assert_true(nt_idset_has(&t.host->io.banned, irq));
	assert_int_equal(tuning_undo(&t), 0);
	assert_true(nt_idset_has(&t.host->io.banned, 7));
	assert_false(nt_idset_has(&t.host->io.banned, irq));
}

static void what_it_leaves_alone_already_is_compliant(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);
	plan();
	assert_int_equal(tuning_apply(&t), 0);
	plan();
	assert_int_equal(tuning_find(&t, "eth0", "irqbalance")->outcome, NT_OUTCOME_COMPLIANT);
}

/* Somebody had two of them left alone: undo leaves those, and no others. */
static void what_was_left_alone_in_part_is_so_again(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);

	(void)state;
	nt_idset_add(&t.host->io.banned, fake_irq_find(nic, NT_IRQ_RXTX, 1)->irq);
	nt_idset_add(&t.host->io.banned, fake_irq_find(nic, NT_IRQ_RXTX, 3)->irq);
	plan();
	assert_string_equal(tuning_find(&t, "eth0", "irqbalance")->seen, "left-alone rxtx 1,3");
	assert_int_equal(tuning_apply(&t), 0);
	assert_true(nt_idset_has(&t.host->io.banned, fake_irq_find(nic, NT_IRQ_RXTX, 0)->irq));
	assert_int_equal(tuning_undo(&t), 0);
	for (uint32_t queue = 0; queue < 4; queue++)
		assert_int_equal(nt_idset_has(&t.host->io.banned,
					      fake_irq_find(nic, NT_IRQ_RXTX, queue)->irq),
				 queue == 1 || queue == 3);
}

static void states_have_words(void **state)
{
	static const char *const bad[] = {
		"", "alone", "moved ", "left-alone rxtx", "left-alone rxtx x", "left-alone other 0",
		"left-alone 0-3", "left-alone rxtx 0 ", "left-alone rxtx 0 rx", "left-alonerxtx 0",
	};
	const struct nt_irq_fact irqs[] = {
		{ .irq = 20, .role = NT_IRQ_RX, .queue = 0 },
		{ .irq = 21, .role = NT_IRQ_RX, .queue = 1 },
		{ .irq = 22, .role = NT_IRQ_TX, .queue = 0 }, { .irq = 23, .role = NT_IRQ_OTHER },
	};
	struct nt_idset banned = { { 0 } };
	char buf[32];

	(void)state;
	nt_idset_add(&banned, 23);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(nt_irqbalance_ban_state(bad[i], irqs, 4, &banned), -EINVAL);
	assert_int_equal(nt_idset_size(&banned), 1);
	assert_int_equal(nt_irqbalance_ban_state("left-alone rx 1 tx 0,9", irqs, 4, &banned), 0);
	assert_int_equal(nt_irqbalance_format_state(irqs, 4, &banned, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "left-alone rx 1 tx 0");
	assert_int_equal(nt_irqbalance_format_state(irqs, 4, &banned, buf, 18), -E2BIG);
	assert_int_equal(nt_irqbalance_ban_state("moved", irqs, 4, &banned), 0);
	assert_true(nt_idset_has(&banned, 23));
	assert_int_equal(nt_idset_size(&banned), 1);
}

static void new_numbers_are_moved_again(void **state)
{
	struct nt_nic_channels channels;
	char buf[32];

	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ixgbe", 4, 8);
	plan();
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nt_nic_channels_get(&t.host->io.io, "eth0", &channels, &t.diag), 0);
	channels.combined = 2;
	assert_int_equal(nt_nic_channels_set(&t.host->io.io, "eth0", &channels, &t.diag), 0);
	assert_int_equal(nt_tunable_irqbalance.get(&t.host->io.io, "eth0", "irqbalance", buf,
						   sizeof(buf)), 0);
	assert_string_equal(buf, "moved");
}

/* An old irqbalance takes 500 bytes and does not say that it lost the rest. */
static void list_that_was_cut_is_noticed(void **state)
{
	(void)state;
	for (unsigned int irq = 10000; irq < 10100; irq++)
		nt_idset_add(&t.host->io.banned, irq);
	t.host->nics.next_irq = 20000;
	fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);
	plan();
	assert_int_equal(tuning_apply(&t), -EILSEQ);
	for (unsigned int irq = 1; irq < 10000; irq++)
		assert_false(nt_idset_has(&t.host->io.banned, irq));
	t.host->io.irqbalance_takes = 16383;
	plan();
	assert_int_equal(tuning_apply(&t), 0);
}

static void one_that_does_not_answer_is_only_named(void **state)
{
	char buf[32];

	(void)state;
	fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);
	t.host->io.irqbalance = false;
	plan();
	assert_null(tuning_find(&t, "eth0", "irqbalance"));
	assert_non_null(strstr(tuning_find(&t, "eth0", "irq-affinity.rxtx-0")->owner,
			       "irqbalance"));
	assert_int_equal(nt_tunable_irqbalance.get(&t.host->io.io, "eth0", "irqbalance", buf,
						   sizeof(buf)), -ENOENT);
}

static void answers_that_are_none_are_refused(void **state)
{
	static const char *const answers[] = {
		"", "SLEEP", "SLEEP 10 ", "BANNED 0", "SLEEP 10 IRQ BANNED 0",
		"SLEEP 10 IRQ 65536 LOAD 0 BANNED 0", "SLEEP 10 IRQ 7x BANNED 0",
		"SLEEP 10 IRQ 123456789012345678901234567890 BANNED 0",
	};
	struct nt_idset set;

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		assert_int_equal(nt_irqbalance_parse_setup(answers[i], &set), -EINVAL);
	assert_int_equal(nt_irqbalance_parse_setup("SLEEP 10 BANNED 00000003", &set), 0);
	assert_int_equal(nt_idset_size(&set), 0);
}

static void requests_name_what_there_is(void **state)
{
	struct nt_idset set = { { 0 } };
	char buf[64];

	(void)state;
	assert_int_equal(nt_irqbalance_format_ban(&set, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "settings ban irqs NONE");
	nt_idset_add(&set, 24);
	nt_idset_add(&set, 131);
	assert_int_equal(nt_irqbalance_format_ban(&set, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "settings ban irqs 24 131");
	assert_int_equal(nt_irqbalance_format_ban(&set, buf, 24), -E2BIG);
	assert_int_equal(nt_irqbalance_format_ban(&set, buf, 8), -E2BIG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(interrupts_are_banned_beside_others_and_given_back),
		TEST(what_it_leaves_alone_already_is_compliant),
		TEST(what_was_left_alone_in_part_is_so_again),
		TEST(states_have_words),
		TEST(new_numbers_are_moved_again),
		TEST(list_that_was_cut_is_noticed),
		TEST(one_that_does_not_answer_is_only_named),
		TEST(answers_that_are_none_are_refused),
		TEST(requests_name_what_there_is),
	};

	return cmocka_run_group_tests_name("irqbalance", tests, NULL, NULL);
}
