// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process that applies, reverts or recovers is killed at every operation on the host, at every
 * system call on the journal, and in the middle of every write to it. Whoever looks next finds the
 * old state or the new one, never a mixture, and the journal says which.
 *
 * The host is in a file that the killed process shares, the journal in a folder. NT_SEED is the
 * first seed (4), NT_KILLS the least number of kills (1000).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake/trial.h"

enum where {
	ON_HOST,
	BEFORE_CALL,
	WITHIN_WRITE,
	PLACES,
};

/**
 * struct watch - shared with the process that is killed
 * @n_calls: system calls on the journal so far
 * @n_writes: writes among them
 */
struct watch {
	unsigned int n_calls;
	unsigned int n_writes;
};

static struct watch *watch;
static struct trial trial;

/* What the child is to die of. */
static bool armed;
static enum where where;
static unsigned int at;

/* Kills that were made, and what was found behind them. */
static unsigned int n_kills[PLACES];
static unsigned int n_old, n_new;

/* ---- system calls ---- */

static void call(void)
{
	if (armed && ++watch->n_calls == at && where == BEFORE_CALL)
		raise(SIGKILL);
}

ssize_t __real_write(int fd, const void *buf, size_t n);
ssize_t __wrap_write(int fd, const void *buf, size_t n);
ssize_t __real_pwrite(int fd, const void *buf, size_t n, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *buf, size_t n, off_t offset);
int __real_ftruncate(int fd, off_t length);
int __wrap_ftruncate(int fd, off_t length);
int __real_fallocate(int fd, int mode, off_t offset, off_t len);
int __wrap_fallocate(int fd, int mode, off_t offset, off_t len);
int __real_renameat2(int from, const char *a, int to, const char *b, unsigned int flags);
int __wrap_renameat2(int from, const char *a, int to, const char *b, unsigned int flags);
int __real_unlinkat(int fd, const char *name, int flags);
int __wrap_unlinkat(int fd, const char *name, int flags);
int __real_mkdirat(int fd, const char *name, mode_t mode);
int __wrap_mkdirat(int fd, const char *name, mode_t mode);
int __real_openat(int fd, const char *name, int flags, ...);
int __wrap_openat(int fd, const char *name, int flags, ...);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);

ssize_t __wrap_write(int fd, const void *buf, size_t n)
{
	call();
	if (armed && ++watch->n_writes == at && where == WITHIN_WRITE) {
		/* Not always at the same place of a line. */
		(void)!__real_write(fd, buf, n * (1 + trial.seed % 7) / 8);
		raise(SIGKILL);
	}
	return __real_write(fd, buf, n);
}

ssize_t __wrap_pwrite(int fd, const void *buf, size_t n, off_t offset)
{
	call();
	return __real_pwrite(fd, buf, n, offset);
}

int __wrap_ftruncate(int fd, off_t length)
{
	call();
	return __real_ftruncate(fd, length);
}

int __wrap_fallocate(int fd, int mode, off_t offset, off_t len)
{
	call();
	return __real_fallocate(fd, mode, offset, len);
}

int __wrap_renameat2(int from, const char *a, int to, const char *b, unsigned int flags)
{
	call();
	return __real_renameat2(from, a, to, b, flags);
}

int __wrap_unlinkat(int fd, const char *name, int flags)
{
	call();
	return __real_unlinkat(fd, name, flags);
}

int __wrap_mkdirat(int fd, const char *name, mode_t mode)
{
	call();
	return __real_mkdirat(fd, name, mode);
}

int __wrap_openat(int fd, const char *name, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = (mode_t)va_arg(args, unsigned int);
	va_end(args);
	if (flags & O_CREAT)
		call();
	return __real_openat(fd, name, flags, mode);
}

/* What a killed process wrote is there without it: only a power cut takes that. */
int __wrap_fdatasync(int fd)
{
	(void)fd;
	call();
	return 0;
}

int __wrap_fsync(int fd)
{
	(void)fd;
	call();
	return 0;
}

/* ---- one kill ---- */

typedef void (*deed_fn)(void);

static void apply(void)
{
	struct trial_end end;

	trial_apply(&trial, &end);
	nt_plan_free(&end.plan);
}

static void revert(void)
{
	struct trial_end end;

	trial_revert(&trial, &end);
	nt_plan_free(&end.plan);
}

static void recover(void)
{
	enum nt_txn_state state;
	struct nt_diag diag = { 0 };

	trial_recover(&trial, &state, &diag);
}

static void die(struct fake_io *fake)
{
	(void)fake;
	raise(SIGKILL);
}

static _Noreturn void be_killed(deed_fn deed, enum where place, unsigned int nth)
{
	armed = true;
	where = place;
	at = nth;
	trial.host->io.crash = die;
	trial.host->io.n_operations = 0;
	trial.host->io.crash_at = place == ON_HOST ? nth : 0;
	deed();
	_exit(0);
}

/* Does @deed until it is killed at the @nth @place; false when it ends before. */
static bool kill_at(deed_fn deed, enum where place, unsigned int nth)
{
	int status;
	pid_t pid;

	*watch = (struct watch){ 0 };
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		be_killed(deed, place, nth);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	trial.host->io.crash_at = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return false;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	n_kills[place]++;
	return true;
}

/* ---- what is found behind it ---- */

static void expect_no_mixture(const char *deed, enum where place, unsigned int nth)
{
	static const char *const places[] = { "operation", "call", "write" };
	enum nt_txn_state state = NT_TXN_STAGED;
	struct nt_diag diag = { 0 };
	int r = trial_recover(&trial, &state, &diag);
	bool is_old = trial_is_old(&trial);
	const char *wrong = trial_check(&trial, NULL);

	if (r < 0 || (!is_old && wrong))
		fail_msg("seed %llu, %s killed at %s %u: %s (recover %d: %s)\n%s",
			 (unsigned long long)trial.seed, deed, places[place], nth,
			 wrong ? wrong : "", r, diag.message, trial.profile);
	n_old += is_old;
	n_new += !is_old;
}

/* The journal says which state it is. */
static void expect_told(enum where place, unsigned int nth)
{
	enum nt_txn_state state = NT_TXN_STAGED;
	struct nt_diag diag = { 0 };

	assert_int_equal(trial_recover(&trial, &state, &diag), 0);
	if ((state == NT_TXN_COMMITTED) == trial_is_old(&trial) && trial.n_wants)
		fail_msg("seed %llu, apply killed at %u %u: state %d, but the host is %s",
			 (unsigned long long)trial.seed, place, nth, state,
			 trial_is_old(&trial) ? "old" : "new");
}

static void kill_apply(void)
{
	for (enum where place = ON_HOST; place < PLACES; place++)
		for (unsigned int nth = 1;; nth++) {
			trial_start(&trial);
			if (!kill_at(apply, place, nth))
				break;
			expect_no_mixture("apply", place, nth);
			expect_told(place, nth);
		}
}

static void kill_revert(void)
{
	for (enum where place = ON_HOST; place < PLACES; place++)
		for (unsigned int nth = 1;; nth++) {
			trial_start(&trial);
			apply();
			if (!kill_at(revert, place, nth))
				break;
			expect_no_mixture("revert", place, nth);
		}
}

/* Recovery is killed, too, again and again, each time a little later. */
static void kill_recovery(void)
{
	for (unsigned int nth = 1; nth < 400; nth += 7)
		for (enum where place = ON_HOST; place < PLACES; place++) {
			trial_start(&trial);
			if (!kill_at(apply, ON_HOST, nth))
				return;
			for (unsigned int k = 1; kill_at(recover, place, k);)
				k++;
			expect_no_mixture("recover", place, nth);
			assert_true(trial_is_old(&trial));
		}
}

/* ---- */

static unsigned int kills(void)
{
	unsigned int n = 0;

	for (enum where place = ON_HOST; place < PLACES; place++)
		n += n_kills[place];
	return n;
}

static unsigned long number_of(const char *name, unsigned long fallback)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : fallback;
}

static int setup(void **state)
{
	(void)state;
	watch = mmap(NULL, sizeof(*watch), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	assert_true(watch != MAP_FAILED);
	trial_open(&trial);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	trial_close(&trial);
	munmap(watch, sizeof(*watch));
	return 0;
}

static void a_kill_leaves_the_old_state_or_the_new_one(void **state)
{
	unsigned long seed = number_of("NT_SEED", 4), least = number_of("NT_KILLS", 1000);

	(void)state;
	for (; kills() < least; seed++) {
		trial_draw(&trial, seed, true);
		kill_apply();
		kill_revert();
		kill_recovery();
	}
	print_message("%u kills: %u at operations on the host, %u before system calls, %u within "
		      "writes; found the old state %u times, the new one %u times\n", kills(),
		      n_kills[ON_HOST], n_kills[BEFORE_CALL], n_kills[WITHIN_WRITE], n_old, n_new);
	assert_true(kills() >= least && n_old && n_new);
}

static void want(const char *key, const char *value)
{
	struct trial_want *w = &trial.wants[trial.n_wants++];

	snprintf(w->key, sizeof(w->key), "%s", key);
	snprintf(w->value, sizeof(w->value), "%s", value);
}

/* @lines ask for a time of 64, and what was wanted before. */
static void kill_at_coalescing(const char *driver, const char *lines)
{
	struct nt_nic_coalesce own = { .has = 1U << NT_COALESCE_RX_USECS };
	struct fake_nic *nic;

	fake_host_init(trial.before, FAKE_LINUX_6_12, 4);
	nic = fake_nic_add(&trial.before->io, "eth0", driver, 3, 4);
	nic->coalesce.value[NT_COALESCE_RX_USECS] = 30;
	nic->coalesce.value[NT_COALESCE_RX_FRAMES] = 70;
	fake_nic_spread_coalesce(nic);
	for (uint32_t q = 0; q < 2 && nic->driver->by_queue; q++) {
		own.value[NT_COALESCE_RX_USECS] = 12 + 2 * q;
		assert_int_equal(nt_nic_queue_coalesce_set(&trial.before->io.io, "eth0", q, &own,
							   NULL), 0);
	}
	want("eth0 coalesce.rx-usecs", "64");
	snprintf(trial.profile, sizeof(trial.profile), "[Device \"eth0\"]\n%s", lines);
	fake_file(&trial.before->io, TRIAL_PROFILE, trial.profile);
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	kill_apply();
	kill_revert();
	trial.n_wants = 0;
}

/* What one write makes of several values: killed right behind it, all of them are as they were. */
static void values_that_others_overwrite_are_returned_after_a_kill(void **state)
{
	(void)state;
	kill_at_coalescing("i40e", "Coalesce=rx-usecs:64\n");
	want("eth0 coalesce.tx-usecs of 2", "20");
	kill_at_coalescing("virtio_net", "Coalesce=rx-usecs:64\nCoalesceQueues=2:tx-usecs=20\n");
	want("eth0 coalesce.adaptive-rx", "off");
	kill_at_coalescing("mlx5_core", "Coalesce=adaptive-rx:off rx-usecs:64\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_kill_leaves_the_old_state_or_the_new_one, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			values_that_others_overwrite_are_returned_after_a_kill, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
