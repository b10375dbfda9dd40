// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel backend against a module that is played here: order, refusals, results, idleness, and
 * what is no file.
 */
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
#include "engine/module_txn.h"
#include "engine/nettune_genl.h"
#include "engine/state.h"
#include "io/io.h"
#include "lib/diag.h"
#include "tunable/operation.h"
#include "tunable/tunable.h"

struct nt_genl {
	int unused;
};

/* What the played module was asked to do and what it is to answer. */
static struct {
	char order[256];
	const char *refuse; /* value of the operation that is not on the list */
	const char *fail;   /* value of the operation that the host refuses */
	int fail_error;     /* with that, or 0 for -EBUSY */
	int apply_errno;
	unsigned int busy; /* how often it still says that something is pending */
	bool hides_counters;
	uint32_t kinds;
	char values[8][32];
	size_t n;
	uint32_t kind[8];
	uint32_t flags[8];
	unsigned int told; /* how often its results were asked for */
	bool undone;
	bool undo_fails;
	struct nt_genl_txn txn;
} module;

/* What changes that are no files read. */
static char host[32];

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
	*ret = (struct nt_genl_capability){
		.has_counters = !module.hides_counters,
		.op_kinds = module.kinds,
	};
	return 0;
}

int nt_genl_begin(struct nt_genl *genl, uint64_t cookie, uint32_t open_ms,
		  struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	(void)genl;
	(void)open_ms;
	(void)ret_refusal;
	module.txn = (struct nt_genl_txn){ .id = 7, .cookie = cookie,
					   .state = NETTUNE_TXN_STATE_OPEN };
	*ret_txn = module.txn;
	return 0;
}

int nt_genl_add(struct nt_genl *genl, uint64_t id, const struct nt_genl_batch *batch,
		struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	(void)genl;
	assert_int_equal(id, 7);
	if (module.apply_errno)
		return -module.apply_errno;
	for (size_t i = 0; i < batch->count; i++)
		if (module.refuse &&
		    !memcmp(batch->ops[i].value, module.refuse, batch->ops[i].value_len)) {
			ret_refusal->op = (uint32_t)i;
			strcpy(ret_refusal->message, "not on the list");
			return -EPERM;
		}
	for (size_t i = 0; i < batch->count; i++, module.n++) {
		snprintf(module.values[module.n], sizeof(module.values[module.n]), "%.*s",
			 (int)batch->ops[i].value_len, (const char *)batch->ops[i].value);
		module.kind[module.n] = batch->ops[i].kind;
		module.flags[module.n] = batch->ops[i].flags;
		note("module", module.values[module.n]);
		if (batch->ops[i].kind)
			snprintf(host, sizeof(host), "%s", module.values[module.n]);
	}
	if (module.undone)
		module.txn.state = NETTUNE_TXN_STATE_UNDONE;
	module.txn.failed_op = module.undone ? 0 : NT_GENL_OP_NONE;
	*ret_txn = module.txn;
	return 0;
}

int nt_genl_commit(struct nt_genl *genl, uint64_t id, uint32_t deadline_ms,
		   struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	(void)genl;
	(void)ret_refusal;
	assert_int_equal(id, 7);
	module.txn.state = deadline_ms ? NETTUNE_TXN_STATE_AWAITING : NETTUNE_TXN_STATE_COMMITTED;
	module.txn.deadline_ms = deadline_ms;
	*ret_txn = module.txn;
	return 0;
}

int nt_genl_confirm(struct nt_genl *genl, uint64_t id, uint32_t extend_ms,
		    struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	if (extend_ms)
		return nt_genl_commit(genl, id, extend_ms, ret_txn, ret_refusal);
	return nt_genl_commit(genl, id, 0, ret_txn, ret_refusal);
}

int nt_genl_rollback(struct nt_genl *genl, uint64_t id, struct nt_genl_txn *ret_txn,
		     struct nt_genl_refusal *ret_refusal)
{
	(void)genl;
	(void)ret_refusal;
	assert_int_equal(id, 7);
	note("module", "undo");
	module.txn.state = module.undo_fails ? NETTUNE_TXN_STATE_UNDO_FAILED
					     : NETTUNE_TXN_STATE_UNDONE;
	*ret_txn = module.txn;
	return 0;
}

/* Somebody else's transaction is at work as long as "busy" says. */
int nt_genl_list(struct nt_genl *genl, struct nt_genl_txn **ret_txns, size_t *ret_count)
{
	(void)genl;
	*ret_txns = calloc(2, sizeof(**ret_txns));
	assert_non_null(*ret_txns);
	(*ret_txns)[0] = (struct nt_genl_txn){
		.id = 3, .cookie = 1,
		.state = module.busy ? NETTUNE_TXN_STATE_APPLYING : NETTUNE_TXN_STATE_AWAITING,
	};
	module.busy -= module.busy > 0;
	(*ret_txns)[1] = module.txn;
	*ret_count = module.txn.id ? 2 : 1;
	return 0;
}

bool nt_genl_ended(const struct nt_genl_txn *txn)
{
	return txn->state != NETTUNE_TXN_STATE_OPEN && txn->state != NETTUNE_TXN_STATE_AWAITING &&
	       txn->state != NETTUNE_TXN_STATE_APPLYING;
}

bool nt_genl_settled(const struct nt_genl_txn *txn)
{
	return txn->state != NETTUNE_TXN_STATE_APPLYING;
}

int nt_genl_wait(struct nt_genl *genl, uint64_t id, uint32_t timeout_ms, struct nt_genl_txn *ret)
{
	(void)genl;
	(void)timeout_ms;
	assert_int_equal(id, 7);
	*ret = module.txn;
	return 0;
}

int nt_genl_results(struct nt_genl *genl, uint64_t id, struct nt_genl_result *ret, size_t n)
{
	(void)genl;
	(void)id;
	assert_int_equal(n, module.n);
	module.told++;
	for (size_t i = 0; i < n; i++) {
		ret[i] = (struct nt_genl_result){ 0 };
		if (module.fail && !strcmp(module.values[i], module.fail))
			ret[i].error = module.fail_error ? module.fail_error : -EBUSY;
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

static int fake_open(struct nt_io *io, struct nt_io_folder *folder, const char *path)
{
	(void)io;
	(void)folder;
	(void)path;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

static const struct nt_io_ops io_ops = { .open_rw = fake_open };
static struct nt_io io = { .ops = &io_ops };

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

/* As interrupts and channels are told the module. */
static int operation(struct nt_io *fake, const struct nt_change *change,
		     const struct nt_plan_device *device, struct nt_operation *ret)
{
	(void)fake;
	assert_string_equal(device->name, "eth0");
	*ret = (struct nt_operation){
		.kind = change->phase == NT_PHASE_IRQ ? NETTUNE_OP_KIND_IRQ : NETTUNE_OP_KIND_ETHNL,
		.value = strdup(change->wanted),
		.value_len = strlen(change->wanted),
		.force = change->phase == NT_PHASE_CHANNELS,
	};
	assert_non_null(ret->value);
	strcpy(ret->path, change->phase == NT_PHASE_IRQ ? "/irq" : "");
	return 0;
}

static const struct nt_tunable told = {
	.name = "told", .section = "Fake", .apply = here, .undo = here, .get = get, .same = same,
	.operation = operation,
};

#define CHANGES 4

static struct nt_change changes[CHANGES];

static const struct nt_state folder = { .path = "/some/where" };
static uint32_t confirm_s;

static int apply_changes(size_t n, struct nt_diag *diag)
{
	struct nt_plan_device device = { .name = "eth0", .ifindex = 3 };
	const struct nt_plan plan = { .changes = changes, .n_changes = n,
				      .devices = &device, .n_devices = 1 };
	struct nt_change *list[CHANGES];
	struct nt_diag undone = { 0 };
	struct nt_backend *backend;
	int r;

	assert_int_equal(nt_backend_kernel_open(&backend, diag), 0);
	for (size_t i = 0; i < n; i++)
		list[i] = &changes[i];
	assert_int_equal(backend->ops->begin(backend, &folder, 5, &plan, diag), 0);
	r = backend->ops->apply(backend, &io, list, n, diag);
	if (r < 0)
		assert_int_equal(backend->ops->undo(backend, &undone), 0);
	else
		assert_int_equal(backend->ops->keep(backend, confirm_s, diag), 0);
	nt_backend_close(backend);
	return r;
}

static int apply(const char *const *names, size_t n, struct nt_diag *diag)
{
	for (size_t i = 0; i < n; i++)
		changes[i] = (struct nt_change){ .domain = &domain, .target = "eth0",
						 .tunable = (char *)names[i],
						 .wanted = (char *)names[i] };
	return apply_changes(n, diag);
}

/* The host reads "old", and the module knows operations of all kinds. */
static struct nt_change *plan_told(size_t at, enum nt_phase phase, char *wanted)
{
	module.kinds = 7;
	strcpy(host, "old");
	changes[at] = (struct nt_change){ .domain = &told, .target = "eth0", .tunable = "told",
					  .phase = phase, .seen = "old", .wanted = wanted,
					  .policy = NT_POLICY_PREFER };
	return &changes[at];
}

static int setup(void **state)
{
	(void)state;
	memset(&module, 0, sizeof(module));
	confirm_s = 0;
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
	assert_int_equal(module.told, 1);
	assert_string_equal(changes[0].readback, "a 1");
	assert_string_equal(changes[2].readback, "c 1");
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
	assert_string_equal(module.order, "module:undo");
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

static void what_is_not_confirmed_is_undone_by_the_module_a_little_later(void **state)
{
	struct nt_diag diag = { 0 };
	uint64_t cookie = nt_module_cookie(&folder, 5);

	(void)state;
	confirm_s = 60;
	assert_int_equal(apply((const char *const[]){ "a" }, 1, &diag), 0);
	assert_int_equal(module.txn.state, NETTUNE_TXN_STATE_AWAITING);
	assert_int_equal(module.txn.cookie, cookie);
	assert_int_equal(module.txn.deadline_ms, 60000 + NT_MODULE_GRACE_MS);
	assert_int_equal(nt_module_confirm(cookie, 100, &diag), 0);
	assert_int_equal(module.txn.deadline_ms, 100000 + NT_MODULE_GRACE_MS);
	assert_int_equal(nt_module_confirm(cookie, 0, &diag), 0);
	assert_int_equal(module.txn.state, NETTUNE_TXN_STATE_COMMITTED);
}

static void what_the_module_undid_cannot_be_confirmed(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	confirm_s = 60;
	assert_int_equal(apply((const char *const[]){ "a" }, 1, &diag), 0);
	module.txn.state = NETTUNE_TXN_STATE_UNDONE;
	assert_int_equal(nt_module_confirm(nt_module_cookie(&folder, 5), 0, &diag), -ETIMEDOUT);
}

static void undoing_finds_ours_and_waits_until_the_module_rests(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	confirm_s = 60;
	assert_int_equal(apply((const char *const[]){ "a" }, 1, &diag), 0);
	module.busy = 3;
	assert_int_equal(nt_module_undo(nt_module_cookie(&folder, 6), &diag), 0);
	assert_int_equal(module.busy, 0);
	assert_int_equal(module.txn.state, NETTUNE_TXN_STATE_AWAITING);
	assert_int_equal(nt_module_undo(nt_module_cookie(&folder, 5), &diag), 0);
	assert_int_equal(module.txn.state, NETTUNE_TXN_STATE_UNDONE);
	assert_string_equal(module.order, "module:a module:undo");
}

static void what_the_module_cannot_put_back_is_said(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	confirm_s = 60;
	assert_int_equal(apply((const char *const[]){ "a" }, 1, &diag), 0);
	module.undo_fails = true;
	assert_int_equal(nt_module_undo(nt_module_cookie(&folder, 5), &diag), -EIO);
}

static void interrupts_go_to_the_module(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	plan_told(0, NT_PHASE_IRQ, "new")->policy = NT_POLICY_REQUIRE;
	assert_int_equal(apply_changes(1, &diag), 0);
	assert_string_equal(module.order, "module:new");
	assert_int_equal(module.kind[0], NETTUNE_OP_KIND_IRQ);
	/* What it cannot do is tried from here, so that it never ends the transaction. */
	assert_int_equal(module.flags[0], NETTUNE_OP_FLAG_PREFER);
	assert_int_equal(changes[0].outcome, NT_OUTCOME_APPLIED);
	assert_string_equal(changes[0].readback, "new");
}

static void channels_go_to_the_module_by_themselves(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	plan_told(0, NT_PHASE_CHANNELS, "new");
	changes[1] = (struct nt_change){ .domain = &domain, .target = "eth0", .tunable = "a",
					 .wanted = "a", .phase = NT_PHASE_RPS };
	assert_int_equal(apply_changes(2, &diag), 0);
	assert_string_equal(module.order, "module:new module:a");
	assert_int_equal(module.flags[0], NETTUNE_OP_FLAG_PREFER | NETTUNE_OP_FLAG_FORCE);
	/* Before what follows was given. */
	assert_int_equal(module.told, 2);
	assert_string_equal(changes[0].readback, "new");
	assert_string_equal(changes[1].readback, "a 1");
}

static void what_a_reset_made_of_a_value_is_not_for_the_module_to_return_to(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	plan_told(0, NT_PHASE_IRQ, "new");
	strcpy(host, "reset");
	assert_int_equal(apply_changes(1, &diag), 0);
	assert_string_equal(module.order, "here:new");
	teardown(NULL);
	setup(NULL);
	strcpy(host, "reset");
	changes[0] = (struct nt_change){ .domain = &domain, .target = "eth0", .tunable = "a",
					 .seen = "old", .wanted = "a", .disturbed = true };
	assert_int_equal(apply_changes(1, &diag), 0);
	assert_string_equal(module.order, "here:a");
	teardown(NULL);
	setup(NULL);
	strcpy(host, "old");
	changes[0] = (struct nt_change){ .domain = &domain, .target = "eth0", .tunable = "a",
					 .seen = "old", .wanted = "a", .disturbed = true };
	assert_int_equal(apply_changes(1, &diag), 0);
	assert_string_equal(module.order, "module:a");
}

static void what_the_module_cannot_do_is_tried_from_here(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	plan_told(0, NT_PHASE_IRQ, "new");
	module.fail = "new";
	assert_int_equal(apply_changes(1, &diag), 0);
	assert_string_equal(module.order, "module:new here:new");
	assert_int_equal(changes[0].outcome, NT_OUTCOME_APPLIED);
	assert_int_equal(changes[0].err, 0);
	teardown(NULL);
	setup(NULL);
	/* A kernel without such operations is not asked. */
	plan_told(0, NT_PHASE_IRQ, "new");
	module.kinds = 1;
	assert_int_equal(apply_changes(1, &diag), 0);
	assert_string_equal(module.order, "here:new");
}

static void channels_that_the_module_fears_are_not_written_from_here(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	plan_told(0, NT_PHASE_CHANNELS, "new");
	module.fail = "new";
	module.fail_error = -EPERM;
	assert_int_equal(apply_changes(1, &diag), 0);
	assert_string_equal(module.order, "module:new");
	assert_int_equal(changes[0].outcome, NT_OUTCOME_BLOCKED);
	teardown(NULL);
	setup(NULL);
	plan_told(0, NT_PHASE_CHANNELS, "new")->policy = NT_POLICY_REQUIRE;
	module.fail = "new";
	module.fail_error = -EPERM;
	assert_int_equal(apply_changes(1, &diag), -ECANCELED);
	assert_string_equal(module.order, "module:new module:undo");
}

static void who_may_not_see_the_counters_cannot_tell_idleness(void **state)
{
	struct nt_backend *backend;
	struct nt_diag diag = { 0 }, again = { 0 };

	(void)state;
	module.hides_counters = true;
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
		TEST(what_is_not_confirmed_is_undone_by_the_module_a_little_later),
		TEST(what_the_module_undid_cannot_be_confirmed),
		TEST(undoing_finds_ours_and_waits_until_the_module_rests),
		TEST(what_the_module_cannot_put_back_is_said),
		TEST(interrupts_go_to_the_module),
		TEST(channels_go_to_the_module_by_themselves),
		TEST(what_a_reset_made_of_a_value_is_not_for_the_module_to_return_to),
		TEST(what_the_module_cannot_do_is_tried_from_here),
		TEST(channels_that_the_module_fears_are_not_written_from_here),
		TEST(who_may_not_see_the_counters_cannot_tell_idleness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
