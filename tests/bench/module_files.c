// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a transaction of the module costs beside a bare loop and beside the user backend.
 *
 * usage: module_files ROUNDS FILE…
 *        module_files memory OPS FILE…
 *
 * Each FILE holds a number. In each round every contender in turn writes to all of them that number
 * and one more by turns, so that each write changes something; opening and closing is included:
 *
 *   loop     open, write, close: knows neither what was there nor whether it took
 *   checked  open, read, write, read, close: knows both, but undoes nothing
 *   user     the user backend: reads what was there, then writes and reads back
 *   module   one transaction of nettune.ko by its client
 *   kernel   the same by the kernel backend: begin, one batch after the other, commit
 *
 * The first three open by path; module and kernel from the folder above the file's, as nettunectl
 * opens files for the module.
 *
 * Prints the best round of each in microseconds, and ratios. With "memory", prints what the slabs
 * and mapped areas of the kernel grow by while one transaction of OPS operations awaits
 * confirmation.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "engine/backend.h"
#include "engine/nettune_genl.h"
#include "engine/state.h"
#include "io/io.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

#define ROUNDS_MAX 101
#define TEXT_MAX 24
#define AWAIT_MS 60000

/**
 * struct bench - files and what to write
 * @paths: @count files
 * @start: what each held
 * @seen: the same as text
 * @wanted: what the contender under way writes
 * @fds: room for as many descriptors
 * @ops: room for as many operations
 * @changes: one for each file
 * @order: pointers to them
 * @count: how many
 * @genl: the module
 */
struct bench {
	char **paths;
	long *start;
	char (*seen)[TEXT_MAX];
	char (*wanted)[TEXT_MAX];
	int *fds;
	struct nt_genl_op *ops;
	struct nt_change *changes;
	struct nt_change **order;
	size_t count;
	struct nt_genl *genl;
};

/**
 * struct contender - one way to write all files
 * @name: as printed
 * @run: does it; ends the process if it cannot
 */
struct contender {
	const char *name;
	void (*run)(struct bench *bench);
};

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *need(void *memory)
{
	if (!memory)
		die("memory");
	return memory;
}

static int open_or_die(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(path);
	return fd;
}

static void read_or_die(int fd, const char *path)
{
	/* No more than the module asks for: handlers clear what they are asked to fill. */
	char text[31];

	if (pread(fd, text, sizeof(text), 0) <= 0)
		die(path);
}

static void write_or_die(int fd, const char *path, const char *text)
{
	if (pwrite(fd, text, strlen(text), 0) < 0)
		die(path);
}

static void loop(struct bench *bench)
{
	for (size_t i = 0; i < bench->count; i++) {
		int fd = open_or_die(bench->paths[i]);

		write_or_die(fd, bench->paths[i], bench->wanted[i]);
		close(fd);
	}
}

static void checked(struct bench *bench)
{
	for (size_t i = 0; i < bench->count; i++) {
		int fd = open_or_die(bench->paths[i]);

		read_or_die(fd, bench->paths[i]);
		write_or_die(fd, bench->paths[i], bench->wanted[i]);
		read_or_die(fd, bench->paths[i]);
		close(fd);
	}
}

static void open_all(struct bench *bench, size_t n_ops)
{
	struct nt_io_folder folder = { .fd = -1 };

	for (size_t i = 0; i < bench->count; i++) {
		bench->fds[i] = nt_io_open_rw(nt_io_live(), &folder, bench->paths[i]);
		if (bench->fds[i] < 0)
			die(bench->paths[i]);
	}
	nt_io_folder_close(&folder);
	for (size_t i = 0; i < n_ops; i++) {
		size_t file = i % bench->count;

		bench->ops[i] = (struct nt_genl_op){
			.fd = bench->fds[file],
			.value = bench->wanted[file],
			.value_len = strlen(bench->wanted[file]),
		};
	}
}

static void close_all(struct bench *bench)
{
	for (size_t i = 0; i < bench->count; i++)
		close(bench->fds[i]);
}

static void module(struct bench *bench)
{
	struct nt_genl_txn txn;

	open_all(bench, bench->count);
	if (nt_genl_apply(bench->genl, bench->ops, bench->count, 1, &txn, NULL) < 0 ||
	    nt_genl_wait(bench->genl, txn.id, NT_GENL_WAIT_MS, &txn) < 0 ||
	    txn.state != NETTUNE_TXN_STATE_COMMITTED || txn.ops_written != bench->count)
		die("transaction");
	close_all(bench);
}

/* --- a domain for the backends: a tunable is a file by its path --- */

static int file_path(const char *target, const char *tunable, char *buf, size_t size)
{
	(void)target;
	return snprintf(buf, size, "%s", tunable) < (int)size ? 0 : -ENAMETOOLONG;
}

static int file_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		    size_t size)
{
	int r = nt_io_read_file(io, tunable, buf, size, NULL);

	(void)target;
	if (r == 0)
		buf[strcspn(buf, "\n")] = '\0';
	return r;
}

static int file_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	(void)diag;
	return nt_io_write_file(io, change->tunable, change->wanted, strlen(change->wanted));
}

static bool file_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const struct nt_tunable file_domain = {
	.name = "file", .apply = file_apply, .get = file_get, .same = file_same, .path = file_path,
};

static void apply_by(struct nt_backend *backend, struct bench *bench)
{
	struct nt_diag diag = { 0 };

	if (backend->ops->apply(backend, nt_io_live(), bench->order, bench->count, &diag) < 0) {
		fprintf(stderr, "%s: %s\n", backend->ops->name, diag.message);
		exit(1);
	}
	for (size_t i = 0; i < bench->count; i++)
		if (bench->changes[i].outcome != NT_OUTCOME_APPLIED)
			die(bench->paths[i]);
}

static void user(struct bench *bench)
{
	char text[TEXT_MAX];

	for (size_t i = 0; i < bench->count; i++)
		if (file_get(nt_io_live(), "host", bench->paths[i], text, sizeof(text)) < 0)
			die(bench->paths[i]);
	apply_by(nt_backend_user(), bench);
}

static void kernel(struct bench *bench)
{
	const struct nt_state state = { 0 };
	const struct nt_plan plan = { 0 };
	struct nt_backend *backend;
	struct nt_diag diag = { 0 };

	if (nt_backend_kernel_open(&backend, &diag) < 0 ||
	    backend->ops->begin(backend, &state, 1, &plan, &diag) < 0)
		die("kernel backend");
	apply_by(backend, bench);
	if (backend->ops->keep(backend, 0, &diag) < 0)
		die("commit");
	nt_backend_close(backend);
}

static const struct contender contenders[] = {
	{ "loop", loop }, { "checked", checked }, { "user", user },
	{ "module", module }, { "kernel", kernel },
};

enum { LOOP, CHECKED, USER, MODULE, KERNEL, CONTENDERS };

/* What the contender writes, and what the backends know beforehand. */
static void want(struct bench *bench, long add)
{
	for (size_t i = 0; i < bench->count; i++) {
		struct nt_change *change = &bench->changes[i];

		memcpy(bench->seen[i], bench->wanted[i], TEXT_MAX);
		snprintf(bench->wanted[i], TEXT_MAX, "%ld", bench->start[i] + add);
		free(change->readback);
		*change = (struct nt_change){
			.domain = &file_domain, .target = "host", .tunable = bench->paths[i],
			.seen = bench->seen[i], .wanted = bench->wanted[i],
			.policy = NT_POLICY_REQUIRE,
		};
		bench->order[i] = change;
	}
}

static void bench_init(struct bench *bench, char **paths, int count, size_t n_ops)
{
	struct rlimit limit = { 16384, 16384 };
	char text[TEXT_MAX];

	setrlimit(RLIMIT_NOFILE, &limit);
	*bench = (struct bench){ .paths = paths, .count = (size_t)count };
	bench->start = need(calloc(bench->count, sizeof(*bench->start)));
	bench->seen = need(calloc(bench->count, sizeof(*bench->seen)));
	bench->wanted = need(calloc(bench->count, sizeof(*bench->wanted)));
	bench->fds = need(calloc(bench->count, sizeof(*bench->fds)));
	bench->ops = need(calloc(n_ops ? n_ops : bench->count, sizeof(*bench->ops)));
	bench->changes = need(calloc(bench->count, sizeof(*bench->changes)));
	bench->order = need(calloc(bench->count, sizeof(*bench->order)));
	if (nt_genl_open(&bench->genl) < 0)
		die("module");
	for (size_t i = 0; i < bench->count; i++) {
		if (file_get(nt_io_live(), "host", paths[i], text, sizeof(text)) < 0)
			die(paths[i]);
		bench->start[i] = strtol(text, NULL, 10);
	}
	want(bench, 0);
}

static void bench_free(struct bench *bench)
{
	for (size_t i = 0; i < bench->count; i++)
		free(bench->changes[i].readback);
	nt_genl_close(bench->genl);
	free(bench->start);
	free(bench->seen);
	free(bench->wanted);
	free(bench->fds);
	free(bench->ops);
	free(bench->changes);
	free(bench->order);
}

/* What else runs on the machine can only add to it. */
static double least(const double *values, int count)
{
	double best = values[0];

	for (int i = 1; i < count; i++)
		if (values[i] < best)
			best = values[i];
	return best;
}

static void report(const struct bench *bench, const double us[CONTENDERS][ROUNDS_MAX],
		   int rounds)
{
	double m[CONTENDERS];

	printf("files=%zu", bench->count);
	for (size_t i = 0; i < CONTENDERS; i++) {
		m[i] = least(us[i], rounds);
		printf(" %s_us=%.0f", contenders[i].name, m[i]);
	}
	printf("\nmodule/loop=%.2f module/checked=%.2f module/user=%.2f\n", m[MODULE] / m[LOOP],
	       m[MODULE] / m[CHECKED], m[MODULE] / m[USER]);
	printf("kernel/loop=%.2f kernel/checked=%.2f kernel/user=%.2f\n", m[KERNEL] / m[LOOP],
	       m[KERNEL] / m[CHECKED], m[KERNEL] / m[USER]);
	puts("accesses of each file: loop 1, checked 3, user 4, module and kernel 4:\n"
	     "read before all writes, read just before its own, written, read after it");
}

/* A round that warms caches goes before those that count. */
static void race(struct bench *bench, int rounds)
{
	static double us[CONTENDERS][ROUNDS_MAX];
	long add = 0;

	for (int i = -1; i < rounds; i++) {
		for (size_t c = 0; c < CONTENDERS; c++) {
			double begin;

			add = !add;
			want(bench, add);
			begin = now_us();
			contenders[c].run(bench);
			us[c][i < 0 ? 0 : i] = now_us() - begin;
		}
	}
	want(bench, 0);
	loop(bench);
	report(bench, us, rounds);
}

/* Bytes that the kernel holds in its slabs and in mapped areas. */
static long kernel_bytes(void)
{
	char line[128];
	long total = 0, kb;
	FILE *file = fopen("/proc/meminfo", "re");

	if (!file)
		die("/proc/meminfo");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Slab: %ld", &kb) == 1 ||
		    sscanf(line, "VmallocUsed: %ld", &kb) == 1)
			total += kb * 1024;
	fclose(file);
	return total;
}

/* What @n operations take, from when nothing of them is there; they write what is there already. */
static long measure_memory(struct bench *bench, size_t n)
{
	const struct nt_genl_batch batch = { .ops = bench->ops, .count = n };
	struct nt_genl_txn txn;
	long before, during;

	open_all(bench, n);
	before = kernel_bytes();
	if (nt_genl_apply_await(bench->genl, &batch, 1, AWAIT_MS, &txn, NULL) < 0 ||
	    nt_genl_wait(bench->genl, txn.id, NT_GENL_WAIT_MS, &txn) < 0 ||
	    txn.state != NETTUNE_TXN_STATE_AWAITING)
		die("transaction");
	during = kernel_bytes();
	if (nt_genl_confirm(bench->genl, txn.id, 0, &txn, NULL) < 0)
		die("confirm");
	close_all(bench);
	return during - before;
}

static int memory(char **paths, int count, size_t n)
{
	struct bench bench;
	long bytes;

	bench_init(&bench, paths, count, n);
	/* The first takes what caches keep, also those of the files. */
	measure_memory(&bench, bench.count);
	bytes = measure_memory(&bench, n);
	printf("ops=%zu bytes=%ld per_op=%.0f\n", n, bytes, (double)bytes / (double)n);
	bench_free(&bench);
	return 0;
}

int main(int argc, char **argv)
{
	struct bench bench;
	int rounds = argc > 1 ? atoi(argv[1]) : 0;

	if (argc > 3 && !strcmp(argv[1], "memory"))
		return memory(argv + 3, argc - 3, (size_t)atol(argv[2]));
	if (argc < 3 || rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: module_files ROUNDS|memory OPS FILE...\n");
		return 2;
	}
	bench_init(&bench, argv + 2, argc - 2, 0);
	race(&bench, rounds);
	bench_free(&bench);
	return 0;
}
