// SPDX-License-Identifier: GPL-2.0-or-later
/* Probation, on a host in memory whose clock moves only while somebody waits. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"
#include "engine/probation.h"
#include "fake/fake_io.h"
#include "lib/diag.h"

#define GATEWAY "192.0.2.1"
#define ADMIN	"198.51.100.7"

static struct fake_io fake;
static struct nt_plan plan;
static struct nt_probation probation;
static struct nt_diag diag;
static struct fake_neighbour *gateway;
static struct nt_io_node *eth0;
static struct nt_io_tcp *session;

/* A host with a default route by eth0, and a session by it that is idle. */
static int setup(void **state)
{
	const struct nt_change change = {
		.target = strdup("eth0"),
		.tunable = strdup("ring.rx"),
		.journaled = true,
	};

	(void)state;
	diag = (struct nt_diag){ 0 };
	plan = (struct nt_plan){ 0 };
	assert_int_equal(nt_plan_add(&plan, &change), 0);
	fake_io_init(&fake);
	eth0 = fake_node(&fake, FAKE_OWN, 2, "eth0", "");
	fake_route(&fake, FAKE_OWN, "", 2, GATEWAY);
	gateway = fake_neighbour(&fake, 2, GATEWAY);
	fake_holder(&fake, 50, "sshd", 500);
	session = fake_tcp(&fake, FAKE_OWN, 22, ADMIN, 500);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nt_probation_free(&probation);
	nt_plan_free(&plan);
	fake_io_free(&fake);
	return 0;
}

static void begin(void)
{
	assert_int_equal(nt_probation_begin(&fake.io, &plan, &probation, &diag), 0);
}

static void expect_pass(void)
{
	if (nt_probation_pass(&fake.io, &probation, &diag) < 0)
		fail_msg("%s", diag.message);
}

static void expect_failure(const char *words)
{
	uint64_t started_ms = fake.paths.now_ms;

	assert_int_equal(nt_probation_pass(&fake.io, &probation, &diag), -ENETUNREACH);
	if (!strstr(diag.message, words))
		fail_msg("\"%s\" does not say \"%s\"", diag.message, words);
	assert_in_range(fake.paths.now_ms - started_ms, NT_PROBATION_MS, NT_PROBATION_MS + 100);
}

static void a_change_that_does_no_harm_passes_soon(void **state)
{
	uint64_t started_ms;

	(void)state;
	begin();
	assert_int_equal(probation.n_hops, 1);
	assert_int_equal(probation.n_sessions, 1);
	started_ms = fake.paths.now_ms;
	expect_pass();
	assert_in_range(fake.paths.now_ms - started_ms, NT_PROBATION_LEAST_MS,
			NT_PROBATION_LEAST_MS + 100);
	assert_int_equal(fake.io.writes, 0);
}

static void a_gateway_that_falls_silent_fails(void **state)
{
	(void)state;
	begin();
	gateway->answers_ms = UINT32_MAX;
	expect_failure(GATEWAY " answered before the change");
}

static void an_answer_from_before_the_change_does_not_count(void **state)
{
	(void)state;
	begin();
	assert_int_equal(gateway->state, NT_NEIGHBOUR_REACHABLE);
	gateway->answers_ms = UINT32_MAX;
	expect_failure(GATEWAY);
}

static void a_gateway_that_answers_late_passes(void **state)
{
	(void)state;
	begin();
	gateway->answers_ms = 4500;
	expect_pass();
}

static void a_gateway_that_was_silent_before_is_not_asked_for(void **state)
{
	(void)state;
	gateway->answers_ms = UINT32_MAX;
	begin();
	assert_int_equal(probation.n_hops, 0);
	expect_pass();
}

static void forget_neighbour(struct fake_io *io)
{
	(void)io;
	if (gateway->n_asked == 2)
		gateway->state = NT_NEIGHBOUR_NONE;
}

static void a_neighbour_that_the_change_made_forgotten_is_asked_again(void **state)
{
	(void)state;
	begin();
	gateway->answers_ms = 100;
	fake.paths.on_wait = forget_neighbour;
	expect_pass();
	assert_true(gateway->n_asked >= 3);
}

static void a_session_without_progress_fails(void **state)
{
	(void)state;
	begin();
	session->unacked = 3;
	expect_failure("the SSH session from " ADMIN " makes no progress");
}

static void acknowledge(struct fake_io *io)
{
	(void)io;
	session->bytes_acked += 10;
}

static void a_session_with_progress_passes(void **state)
{
	(void)state;
	begin();
	session->unacked = 3;
	fake.paths.on_wait = acknowledge;
	expect_pass();
}

static void receive(struct fake_io *io)
{
	(void)io;
	session->bytes_received += 10;
}

static void what_only_comes_in_is_no_progress(void **state)
{
	(void)state;
	begin();
	session->unacked = 3;
	fake.paths.on_wait = receive;
	expect_failure("makes no progress");
}

static void confirm_what_was_on_its_way(struct fake_io *io)
{
	if (io->paths.now_ms < 1000300)
		session->bytes_acked += 10;
}

static void progress_that_ends_is_no_progress(void **state)
{
	(void)state;
	begin();
	session->unacked = 3;
	fake.paths.on_wait = confirm_what_was_on_its_way;
	expect_failure("makes no progress");
}

static void send_into_the_void(struct fake_io *io)
{
	session->unacked = io->paths.now_ms > 1000500 ? 1 : 0;
}

static void a_session_that_was_idle_at_first_is_watched(void **state)
{
	(void)state;
	begin();
	fake.paths.on_wait = send_into_the_void;
	expect_failure("makes no progress");
}

static void progress_from_before_the_change_does_not_count(void **state)
{
	(void)state;
	begin();
	session->bytes_acked += 1000;
	session->unacked = 3;
	expect_failure("makes no progress");
}

static void a_session_that_hung_before_is_not_asked_for(void **state)
{
	(void)state;
	session->unacked = 1;
	session->retransmits = 4;
	begin();
	expect_pass();
}

static void a_session_that_was_closed_is_not_asked_for(void **state)
{
	(void)state;
	begin();
	session->unacked = 3;
	session->cookie++;
	expect_pass();
}

static void lift_carrier(struct fake_io *io)
{
	eth0->carrier = io->paths.now_ms >= 1002000;
}

static void a_link_that_comes_back_passes(void **state)
{
	(void)state;
	begin();
	eth0->carrier = false;
	fake.paths.on_wait = lift_carrier;
	expect_pass();
	assert_true(fake.paths.now_ms >= 1002000);
}

static void a_link_that_stays_down_fails(void **state)
{
	(void)state;
	begin();
	eth0->carrier = false;
	expect_failure("eth0 has no carrier");
}

static void a_link_that_was_down_before_is_not_asked_for(void **state)
{
	(void)state;
	eth0->carrier = false;
	begin();
	expect_pass();
}

static void a_device_that_carries_nobody_is_not_watched(void **state)
{
	(void)state;
	free(plan.changes[0].target);
	plan.changes[0].target = strdup("eth1");
	fake_node(&fake, FAKE_OWN, 3, "eth1", "");
	begin();
	assert_int_equal(gateway->n_asked, 0);
	eth0->carrier = false;
	gateway->answers_ms = UINT32_MAX;
	expect_pass();
}

static void the_host_is_not_looked_at_for_what_is_no_device(void **state)
{
	struct nt_io nothing = { 0 };

	(void)state;
	free(plan.changes[0].target);
	plan.changes[0].target = strdup("host");
	assert_int_equal(nt_probation_begin(&nothing, &plan, &probation, &diag), 0);
	assert_int_equal(nt_probation_pass(&nothing, &probation, &diag), 0);
}

static void a_port_of_the_bond_puts_the_bonds_gateway_on_probation(void **state)
{
	(void)state;
	eth0->master_ifindex = 9;
	fake_node(&fake, FAKE_OWN, 9, "bond0", "bond");
	fake.paths.routes[0].route.ifindex = 9;
	gateway->ifindex = 9;
	begin();
	assert_int_equal(probation.n_hops, 1);
	gateway->answers_ms = UINT32_MAX;
	expect_failure(GATEWAY);
}

static void a_peer_on_the_link_is_its_own_next_hop(void **state)
{
	struct fake_neighbour *peer = fake_neighbour(&fake, 2, ADMIN);

	(void)state;
	fake_route(&fake, FAKE_OWN, ADMIN, 2, "");
	begin();
	assert_int_equal(probation.n_hops, 2);
	peer->answers_ms = UINT32_MAX;
	expect_failure(ADMIN " answered before");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_that_does_no_harm_passes_soon),
		TEST(a_gateway_that_falls_silent_fails),
		TEST(an_answer_from_before_the_change_does_not_count),
		TEST(a_gateway_that_answers_late_passes),
		TEST(a_gateway_that_was_silent_before_is_not_asked_for),
		TEST(a_neighbour_that_the_change_made_forgotten_is_asked_again),
		TEST(a_session_without_progress_fails),
		TEST(a_session_with_progress_passes),
		TEST(what_only_comes_in_is_no_progress),
		TEST(progress_that_ends_is_no_progress),
		TEST(a_session_that_was_idle_at_first_is_watched),
		TEST(progress_from_before_the_change_does_not_count),
		TEST(a_session_that_hung_before_is_not_asked_for),
		TEST(a_session_that_was_closed_is_not_asked_for),
		TEST(a_link_that_comes_back_passes),
		TEST(a_link_that_stays_down_fails),
		TEST(a_link_that_was_down_before_is_not_asked_for),
		TEST(a_device_that_carries_nobody_is_not_watched),
		TEST(the_host_is_not_looked_at_for_what_is_no_device),
		TEST(a_port_of_the_bond_puts_the_bonds_gateway_on_probation),
		TEST(a_peer_on_the_link_is_its_own_next_hop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
