// SPDX-License-Identifier: GPL-2.0-or-later
/* Who polls busily: facts of a host in memory and of this one, their JSON, and what follows. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/busy_poll.h"
#include "fake/fake_io.h"
#include "facts/facts_read.h"
#include "io/io.h"
#include "lib/diag.h"

static struct fake_io fake;
static struct nt_facts facts;
static struct nt_diag diag;

static const struct nt_io_poller pollers[] = {
	{ .pid = 7, .process = "nginx", .protocol = IPPROTO_TCP, .busy_poll_us = 50,
	  .napi_id = 8193 },
	{ .pid = 7, .process = "nginx", .protocol = IPPROTO_TCP, .busy_poll_us = 50 },
	{ .pid = 7, .process = "nginx", .protocol = IPPROTO_TCP },
	{ .pid = 7, .process = "nginx" },
	{ .pid = 8, .process = "nginx", .protocol = IPPROTO_TCP },
	{ .pid = 9, .process = "named", .protocol = IPPROTO_UDP },
	{ .pid = 10, .process = "a", .protocol = IPPROTO_UDP },
	{ .pid = 11, .process = "b", .protocol = IPPROTO_UDP },
	{ .pid = 12, .process = "poller", .prefer = true },
	{ .pid = 13, .process = "named", .protocol = IPPROTO_UDP, .prefer = true },
};

static int setup(void **state)
{
	(void)state;
	memset(&facts, 0, sizeof(facts));
	memset(&diag, 0, sizeof(diag));
	fake_io_init(&fake);
	fake.pollers = pollers;
	fake.n_pollers = sizeof(pollers) / sizeof(*pollers);
	fake.n_unseen = 3;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nt_facts_free(&facts);
	fake_io_free(&fake);
	return 0;
}

static void what_is_told_alike_is_joined(void **state)
{
	(void)state;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_BUSY_POLL, &facts, &diag), 0);
	assert_int_equal(facts.n_pollers, 9);
	assert_int_equal(facts.n_unseen, 3);
	assert_int_equal(facts.pollers[0].n, 2);
	assert_int_equal(facts.pollers[0].n_napi, 1);
	assert_int_equal(facts.pollers[2].kind, NT_POLLER_EPOLL);
}

/* Nobody's sockets are touched for those who did not ask. */
static void it_is_read_only_when_named(void **state)
{
	(void)state;
	assert_int_equal(NT_FACTS_ALL & NT_FACTS_BUSY_POLL, 0);
	assert_int_equal(nt_facts_group("busy-poll"), NT_FACTS_BUSY_POLL);
}

static void kernels_that_cannot_tell_have_none(void **state)
{
	(void)state;
	fake.pollers_errno = EOPNOTSUPP;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_BUSY_POLL, &facts, &diag), 0);
	assert_int_equal(facts.n_pollers, 0);
	facts.have = 0;
	fake.pollers_errno = EOVERFLOW;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_BUSY_POLL, &facts, &diag), -EOVERFLOW);
	assert_non_null(strstr(diag.message, "too many"));
}

static void json_leads_back(void **state)
{
	struct nt_facts back = { 0 };
	json_t *json;

	(void)state;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_BUSY_POLL, &facts, &diag), 0);
	json = nt_facts_to_json(&facts);
	assert_int_equal(nt_facts_from_json(json, &back, &diag), 0);
	assert_int_equal(back.n_unseen, 3);
	assert_int_equal(back.n_pollers, facts.n_pollers);
	assert_memory_equal(back.pollers, facts.pollers, facts.n_pollers * sizeof(*facts.pollers));
	nt_facts_free(&back);
	json_object_set_new(json_object_get(json, "busy-poll"), "unseen", json_integer(-1));
	assert_int_equal(nt_facts_from_json(json, &back, &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "busy-poll"));
	json_decref(json);
}

static void sockets_made_before_are_named(void **state)
{
	char words[256];

	(void)state;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_BUSY_POLL, &facts, &diag), 0);
	assert_true(nt_busy_concerns("net.core.busy_read"));
	assert_false(nt_busy_concerns("net.core.somaxconn"));
	assert_true(nt_busy_advise(&facts, "net.core.busy_read", "50", words, sizeof(words)));
	assert_non_null(strstr(words, "6 of 8 sockets"));
	assert_non_null(strstr(words, "restart nginx, named, a and others"));
	assert_false(nt_busy_advise(&facts, "net.core.busy_read", "0", words, sizeof(words)));
}

static void a_timeout_that_nobody_makes_use_of_is_told(void **state)
{
	static const char *const name = "irq-suspend-timeout.rx-0";
	char words[256];

	(void)state;
	fake.n_pollers = 4;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_BUSY_POLL, &facts, &diag), 0);
	assert_true(nt_busy_concerns(name));
	assert_true(nt_busy_advise(&facts, name, "20000000", words, sizeof(words)));
	assert_non_null(strstr(words, "none of 1 epoll sets"));
	assert_false(nt_busy_advise(&facts, name, "0", words, sizeof(words)));
	nt_facts_free(&facts);
	memset(&facts, 0, sizeof(facts));
	fake.n_pollers = sizeof(pollers) / sizeof(*pollers);
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_BUSY_POLL, &facts, &diag), 0);
	assert_false(nt_busy_advise(&facts, name, "20000000", words, sizeof(words)));
}

/* The longest names leave room for the sentence. */
static void names_of_any_length_fit(void **state)
{
	static const struct nt_io_poller longest[] = {
		{ .pid = 1, .process = "aaaaaaaaaaaaaaa", .protocol = IPPROTO_TCP },
		{ .pid = 2, .process = "bbbbbbbbbbbbbbb", .protocol = IPPROTO_TCP },
		{ .pid = 3, .process = "ccccccccccccccc", .protocol = IPPROTO_TCP },
		{ .pid = 4, .process = "ddddddddddddddd", .protocol = IPPROTO_TCP },
	};
	char words[256];

	(void)state;
	fake.pollers = longest;
	fake.n_pollers = 4;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_BUSY_POLL, &facts, &diag), 0);
	assert_true(nt_busy_advise(&facts, "net.core.busy_read", "50", words, sizeof(words)));
	assert_non_null(strstr(words, "ccccccccccccccc and others"));
}

/* ---- this host ---- */

struct found {
	uint32_t pid;
	unsigned int n_udp;
	uint32_t busy_poll_us;
};

static int note(const struct nt_io_poller *poller, void *user)
{
	struct found *found = user;

	if (poller->pid == found->pid && poller->protocol == IPPROTO_UDP) {
		found->n_udp++;
		found->busy_poll_us += poller->busy_poll_us;
	}
	return 0;
}

/* A process with two sockets of which one is held twice, and one of another family. */
static void hold_sockets(int ready, int go)
{
	int us = 30;
	char byte = 0;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (socket(AF_INET6, SOCK_DGRAM, 0) < 0)
		byte = 1;
	if (dup(fd) < 0 || socket(AF_UNIX, SOCK_DGRAM, 0) < 0)
		_exit(1);
	if (setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL, &us, sizeof(us)) < 0)
		byte |= 2;
	if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
		_exit(1);
	_exit(0);
}

static void sockets_of_another_process_are_seen_once(void **state)
{
	int ready[2], go[2];
	struct found found = { 0 };
	uint32_t unseen;
	char byte = 0;
	pid_t pid;
	int r;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0)
		hold_sockets(ready[1], go[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	found.pid = (uint32_t)pid;
	r = nt_io_pollers(nt_io_live(), note, &found, &unseen);
	assert_int_equal(write(go[1], &byte, 1), 1);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	for (size_t i = 0; i < 2; i++) {
		close(ready[i]);
		close(go[i]);
	}
	/* A kernel without it, or a sandbox that lets nobody look. */
	if (r == -EOPNOTSUPP || (unseen && !found.n_udp))
		skip();
	assert_int_equal(r, 0);
	assert_int_equal(found.n_udp, byte & 1 ? 1 : 2);
	assert_int_equal(found.busy_poll_us, byte & 2 ? 0 : 30);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_told_alike_is_joined),
		TEST(it_is_read_only_when_named),
		TEST(kernels_that_cannot_tell_have_none),
		TEST(json_leads_back),
		TEST(sockets_made_before_are_named),
		TEST(a_timeout_that_nobody_makes_use_of_is_told),
		TEST(names_of_any_length_fit),
		TEST(sockets_of_another_process_are_seen_once),
	};

	return cmocka_run_group_tests_name("busy_poll", tests, NULL, NULL);
}
