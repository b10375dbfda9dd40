// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel backend against a module that is played here: order, refusals, results, idleness. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/backend.h"
#include "engine/nettune_genl.h"
#include "io/io.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

struct nt_genl {
	int unused;
};

/* What the played module was asked to do and what it is to answer. */
static struct {
	char order[256];
	const char *refuse; /* value of the operation that is not on the list */
	const char *fail;   /* value of the operation that the host refuses */
	int apply_errno;
	unsigned int busy; /* how often it still says that something is pending */
	bool hides_counters;
	char values[8][32];
	size_t n;
	bool undone;
} module;

static void note(const char *who, const char *value)
{
	size_t len = strlen(module.order);

	snprintf(module.order + len, sizeof(module.order) - len, "%s%s:%s", len ? " " : "", who,
		 value);
}

int nt_genl_open(struct nt_genl **ret_genl)
{
	static struct nt_genl only;

	*ret_genl = &only;
	return 0;
}

void nt_genl_close(struct nt_genl *genl)
{
	(void)genl;
}

void nt_genl_closep(struct nt_genl **genl)
{
	(void)genl;
}

int nt_genl_capability(struct nt_genl *genl, struct nt_genl_capability *ret)
{
	(void)genl;
	*ret = (struct nt_genl_capability){ .has_counters = !module.hides_counters,
					    .txns_pending = module.busy ? module.busy-- : 0 };
	return 0;
}

int nt_genl_apply(struct nt_genl *genl, const struct nt_genl_op *ops, size_t n, uint64_t cookie,
		  struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	(void)genl;
	(void)cookie;
	if (module.apply_errno)
		return -module.apply_errno;
	for (size_t i = 0; i < n; i++)
		if (module.refuse && !memcmp(ops[i].value, module.refuse, ops[i].value_len)) {
			ret_refusal->op = (uint32_t)i;
			strcpy(ret_refusal->message, "not on the list");
			return -EPERM;
		}
	module.n = n;
	for (size_t i = 0; i < n; i++) {
		snprintf(module.values[i], sizeof(module.values[i]), "%.*s",
			 (int)ops[i].value_len, (const char *)ops[i].value);
		note("module", module.values[i]);
	}
	*ret_txn = (struct nt_genl_txn){ .id = 1 };
	return 0;
}

int nt_genl_wait(struct nt_genl *genl, uint64_t id, uint32_t timeout_ms, struct nt_genl_txn *ret)
{
	(void)genl;
	(void)timeout_ms;
	*ret = (struct nt_genl_txn){
		.id = id,
		.state = module.undone ? NETTUNE_TXN_STATE_UNDONE : NETTUNE_TXN_STATE_COMMITTED,
		.failed_op = module.undone ? 0 : NT_GENL_OP_NONE,
	};
	return 0;
}

int nt_genl_get(struct nt_genl *genl, uint64_t id, struct nt_genl_txn *ret)
{
	return nt_genl_wait(genl, id, 0, ret);
}

int nt_genl_results(struct nt_genl *genl, uint64_t id, struct nt_genl_result *ret, size_t n)
{
	(void)genl;
	(void)id;
	assert_int_equal(n, module.n);
	for (size_t i = 0; i < n; i++) {
		ret[i] = (struct nt_genl_result){ 0 };
		if (module.fail && !strcmp(module.values[i], module.fail))
			ret[i].error = -EBUSY;
		else
			assert_true(asprintf(&ret[i].readback, "%s\t1 \n", module.values[i]) > 0);
	}
	return 0;
}

void nt_genl_results_free(struct nt_genl_result *results, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(results[i].readback);
}

static int fake_open(struct nt_io *io, const char *path)
{
	(void)io;
	(void)path;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

static const struct nt_io_ops io_ops = { .open_rw = fake_open };
static struct nt_io io = { .ops = &io_ops };
static char host[32];

static int here(struct nt_io *fake, const struct nt_change *change, struct nt_diag *diag)
{
	(void)fake;
	(void)diag;
	note("here", change->wanted);
	snprintf(host, sizeof(host), "%s", change->wanted);
	return 0;
}

static int get(struct nt_io *fake, const char *target, const char *tunable, char *buf, size_t size)
{
	(void)fake;
	(void)target;
	(void)tunable;
	snprintf(buf, size, "%s", host);
	return 0;
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static int path(const char *target, const char *tunable, char *buf, size_t size)
{
	(void)target;
	if (!strncmp(tunable, "module", 6))
		return -EOPNOTSUPP;
	snprintf(buf, size, "/%s", tunable);
	return 0;
}

static const struct nt_tunable domain = {
	.name = "fake", .section = "Fake", .apply = here, .undo = here, .get = get, .same = same,
	.path = path,
};

#define CHANGES 4

static struct nt_change changes[CHANGES];

static int apply(const char *const *names, size_t n, struct nt_diag *diag)
{
	struct nt_change *list[CHANGES];
	struct nt_backend *backend;
	int r;

	assert_int_equal(nt_backend_kernel_open(&backend, diag), 0);
	for (size_t i = 0; i < n; i++) {
		changes[i] = (struct nt_change){ .domain = &domain, .tunable = (char *)names[i],
						 .wanted = (char *)names[i] };
		list[i] = &changes[i];
	}
	r = backend->ops->apply(backend, &io, list, n, diag);
	nt_backend_close(backend);
	return r;
}

static int setup(void **state)
{
	(void)state;
	memset(&module, 0, sizeof(module));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHANGES; i++) {
		free(changes[i].readback);
		free(changes[i].extack);
	}
	memset(changes, 0, sizeof(changes));
	return 0;
}

static void files_go_in_one_transaction_with_their_readback(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	assert_int_equal(apply((const char *const[]){ "a", "b" }, 2, &diag), 0);
	assert_string_equal(module.order, "module:a module:b");
	assert_int_equal(changes[1].outcome, NT_OUTCOME_APPLIED);
	assert_string_equal(changes[1].readback, "b 1");
}

static void plan_order_holds_around_what_the_module_does_not_take(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	module.refuse = "b";
	assert_int_equal(apply((const char *const[]){ "a", "b", "c" }, 3, &diag), 0);
	assert_string_equal(module.order, "module:a here:b module:c");
	teardown(NULL);
	setup(NULL);
	assert_int_equal(apply((const char *const[]){ "a", "module x", "c" }, 3, &diag), 0);
	assert_string_equal(module.order, "module:a here:module x module:c");
}

static void an_error_of_the_request_is_no_refusal(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	module.apply_errno = ENOMEM;
	assert_int_equal(apply((const char *const[]){ "a", "b" }, 2, &diag), -ENOMEM);
	assert_string_equal(module.order, "");
	assert_non_null(strstr(diag.message, "nettune.ko"));
}

static void an_empty_value_is_an_empty_line(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	assert_int_equal(apply((const char *const[]){ "a", "" }, 2, &diag), 0);
	assert_string_equal(module.order, "module:a module:\n");
}

static void what_the_module_undid_is_not_applied(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	module.undone = true;
	module.fail = "a";
	assert_int_equal(apply((const char *const[]){ "a", "b" }, 2, &diag), -ECANCELED);
	assert_int_equal(changes[0].outcome, NT_OUTCOME_BLOCKED);
	assert_int_not_equal(changes[1].outcome, NT_OUTCOME_APPLIED);
}

static void settling_waits_until_the_module_is_idle(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	module.busy = 3;
	assert_int_equal(nt_backend_settle(&diag), 0);
	assert_int_equal(module.busy, 0);
}

static void who_may_not_see_the_counters_cannot_tell_idleness(void **state)
{
	struct nt_backend *backend;
	struct nt_diag diag = { 0 }, again = { 0 };

	(void)state;
	module.hides_counters = true;
	assert_int_equal(nt_backend_settle(&diag), -EPERM);
	assert_int_equal(nt_backend_kernel_open(&backend, &again), -EPERM);
	assert_int_equal(nt_backend_open("auto", &backend, &diag), 0);
	assert_string_equal(backend->ops->name, "user");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(files_go_in_one_transaction_with_their_readback),
		TEST(plan_order_holds_around_what_the_module_does_not_take),
		TEST(an_error_of_the_request_is_no_refusal),
		TEST(an_empty_value_is_an_empty_line),
		TEST(what_the_module_undid_is_not_applied),
		TEST(settling_waits_until_the_module_is_idle),
		TEST(who_may_not_see_the_counters_cannot_tell_idleness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
