// SPDX-License-Identifier: GPL-2.0-or-later
/* What facts say after a plan: queues that come and go, and where they lead. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/facts.h"
#include "core/plan.h"
#include "engine/foresee.h"
#include "tunable/queue_plan.h"
#include "tunable/tunable.h"

#define QUEUES 4U

struct host {
	struct nt_facts facts;
	struct nt_plan plan;
};

/* eth0 with four queue pairs, the interrupt of each on the CPU of its number. */
static void start(struct host *h)
{
	struct nt_nic_fact nic = { .name = "eth0", .has = NT_NIC_HAS_CHANNELS };
	char list[16];

	memset(h, 0, sizeof(*h));
	nic.channels = (struct nt_nic_channels){ .combined = QUEUES, .combined_max = 16 };
	nic.queues = calloc(2UL * QUEUES, sizeof(*nic.queues));
	nic.irqs = calloc(QUEUES + 1UL, sizeof(*nic.irqs));
	assert_true(nic.queues && nic.irqs);
	for (uint32_t i = 0; i < 2 * QUEUES; i++)
		nic.queues[nic.n_queues++] = (struct nt_queue_fact){
			.kind = i < QUEUES ? NT_QUEUE_RX : NT_QUEUE_TX, .index = i % QUEUES,
			.cpus = strdup(""), .rxqs = i < QUEUES ? NULL : strdup("") };
	for (uint32_t i = 0; i < QUEUES; i++) {
		snprintf(list, sizeof(list), "%" PRIu32, i);
		nic.irqs[nic.n_irqs++] = (struct nt_irq_fact){ .irq = 40 + i, .queue = i,
							       .role = NT_IRQ_RXTX,
							       .cpus = strdup(list) };
	}
	nic.irqs[nic.n_irqs++] = (struct nt_irq_fact){ .irq = 39, .role = NT_IRQ_OTHER,
						       .cpus = strdup("0-7") };
	assert_int_equal(nt_facts_add_nic(&h->facts, &nic), 0);
}

static void end(struct host *h)
{
	nt_facts_free(&h->facts);
	nt_plan_free(&h->plan);
}

static struct nt_change *want(struct host *h, const struct nt_tunable *domain,
			      const char *tunable, const char *wanted)
{
	const struct nt_change change = { .domain = domain,
					  .target = strdup("eth0"),
					  .tunable = strdup(tunable),
					  .wanted = strdup(wanted),
					  .outcome = NT_OUTCOME_PLANNED };

	assert_int_equal(nt_plan_add(&h->plan, &change), 0);
	return &h->plan.changes[h->plan.n_changes - 1];
}

static const struct nt_nic_fact *foresee(struct host *h)
{
	assert_int_equal(nt_foresee(&h->plan, &h->facts), 0);
	return h->facts.nics;
}

static const char *irq_cpus(const struct nt_nic_fact *nic, uint32_t queue)
{
	const struct nt_irq_fact *irq = nt_queue_find_irq(nic, NT_IRQ_RXTX, queue);

	assert_non_null(irq);
	return irq->cpus;
}

static void placed_interrupts_and_xps_are_where_the_plan_puts_them(void **state)
{
	const struct nt_nic_fact *nic;
	struct host h;

	(void)state;
	start(&h);
	want(&h, &nt_tunable_irq, "irq-affinity.rxtx-2", "7");
	want(&h, &nt_tunable_queues, "xps-cpus.tx-2", "7");
	want(&h, &nt_tunable_queues, "rps-flow-cnt.rx-1", "4096");
	nic = foresee(&h);
	assert_string_equal(irq_cpus(nic, 2), "7");
	assert_string_equal(irq_cpus(nic, 3), "3");
	assert_string_equal(nt_queue_find(nic, NT_QUEUE_TX, 2)->cpus, "7");
	assert_string_equal(nt_queue_find(nic, NT_QUEUE_RX, 2)->cpus, "");
	assert_int_equal(nt_queue_find(nic, NT_QUEUE_RX, 1)->flow_cnt, 4096);
	end(&h);
}

static void queues_go_with_their_interrupts(void **state)
{
	const struct nt_nic_fact *nic;
	struct host h;

	(void)state;
	start(&h);
	want(&h, &nt_tunable_channels, "channels", "combined:2");
	/* Kept for the way back only: there is no such queue then. */
	want(&h, &nt_tunable_irq, "irq-affinity.rxtx-3", "3")->kept = true;
	want(&h, &nt_tunable_queues, "xps-cpus.tx-3", "3")->kept = true;
	nic = foresee(&h);
	assert_int_equal(nic->n_queues, 4);
	assert_int_equal(nic->n_irqs, 3);
	assert_null(nt_queue_find_irq(nic, NT_IRQ_RXTX, 2));
	assert_null(nt_queue_find(nic, NT_QUEUE_TX, 2));
	assert_string_equal(irq_cpus(nic, 1), "1");
	assert_int_equal(nt_queue_find_irq(nic, NT_IRQ_RXTX, 1)->irq, 41);
	assert_int_equal(nic->irqs[2].irq, 39);
	end(&h);
}

static void queues_come_with_interrupts_of_no_number(void **state)
{
	const struct nt_nic_fact *nic;
	struct host h;

	(void)state;
	start(&h);
	want(&h, &nt_tunable_channels, "channels", "combined:6");
	want(&h, &nt_tunable_irq, "irq-affinity.rxtx-5", "6");
	want(&h, &nt_tunable_queues, "xps-cpus.tx-5", "6");
	nic = foresee(&h);
	assert_int_equal(nic->n_queues, 12);
	assert_int_equal(nic->n_irqs, 7);
	assert_int_equal(nt_queue_find_irq(nic, NT_IRQ_RXTX, 5)->irq, 0);
	assert_string_equal(irq_cpus(nic, 5), "6");
	assert_string_equal(irq_cpus(nic, 4), "");
	assert_string_equal(nt_queue_find(nic, NT_QUEUE_TX, 5)->cpus, "6");
	assert_string_equal(nt_queue_find(nic, NT_QUEUE_RX, 5)->cpus, "");
	assert_null(nt_queue_find(nic, NT_QUEUE_RX, 5)->rxqs);
	end(&h);
}

static void what_does_not_happen_is_not_foreseen(void **state)
{
	static const enum nt_outcome outcomes[] = {
		NT_OUTCOME_BLOCKED, NT_OUTCOME_UNSUPPORTED, NT_OUTCOME_IMMUTABLE,
		NT_OUTCOME_DEFERRED, NT_OUTCOME_ABSENT, NT_OUTCOME_COMPLIANT,
	};
	struct host h;

	(void)state;
	start(&h);
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(*outcomes); i++)
		want(&h, &nt_tunable_channels, "channels", "combined:1")->outcome = outcomes[i];
	want(&h, &nt_tunable_sysctl, "net.core.somaxconn", "1");
	assert_int_equal(foresee(&h)->n_irqs, QUEUES + 1);
	assert_int_equal(nt_unforeseen(&h.plan), 5);
	end(&h);
}

/* Recorded facts may hold anything; under the sanitizers nothing is freed twice or lost. */
static void facts_in_disorder_do_no_harm(void **state)
{
	struct nt_nic_fact *nic;
	struct host h;

	(void)state;
	start(&h);
	nic = &h.facts.nics[0];
	nic->irqs[0].queue = 3;
	nic->irqs[3].queue = 3;
	nic->queues[0].index = 2;
	nic->queues[7].kind = NT_QUEUE_RX;
	want(&h, &nt_tunable_channels, "channels", "combined:9");
	want(&h, &nt_tunable_channels, "channels", "combined:1");
	assert_int_equal(foresee(&h)->n_queues, 2);
	end(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(placed_interrupts_and_xps_are_where_the_plan_puts_them),
		cmocka_unit_test(queues_go_with_their_interrupts),
		cmocka_unit_test(queues_come_with_interrupts_of_no_number),
		cmocka_unit_test(what_does_not_happen_is_not_foreseen),
		cmocka_unit_test(facts_in_disorder_do_no_harm),
	};

	return cmocka_run_group_tests_name("foresee", tests, NULL, NULL);
}
