// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a transaction of the module costs beside a bare loop.
 *
 * usage: module_files ROUNDS FILE…
 *
 * Writes to each FILE its own number and one more, by turns: with open, write,
 * close in a loop, then as one transaction of the module, opening and closing
 * included. Prints the median of the rounds of each, in microseconds.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "../../ctl/engine/nettune_genl.h"

#define ROUNDS_MAX 101
#define TEXT_MAX 24

/**
 * struct bench - files and what to write
 * @paths: @count files
 * @start: what each held
 * @count: how many
 */
struct bench {
	char **paths;
	long *start;
	size_t count;
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

static void read_start(struct bench *bench)
{
	char text[TEXT_MAX] = "";
	size_t i;
	int fd;

	for (i = 0; i < bench->count; i++) {
		fd = open(bench->paths[i], O_RDONLY | O_CLOEXEC);
		if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
			die(bench->paths[i]);
		close(fd);
		bench->start[i] = strtol(text, NULL, 10);
	}
}

static double loop(const struct bench *bench, int add)
{
	double begin = now_us();
	char text[TEXT_MAX];
	size_t i;
	int fd, len;

	for (i = 0; i < bench->count; i++) {
		fd = open(bench->paths[i], O_RDWR | O_CLOEXEC);
		len = snprintf(text, sizeof(text), "%ld", bench->start[i] + add);
		if (fd < 0 || write(fd, text, (size_t)len) != len)
			die(bench->paths[i]);
		close(fd);
	}
	return now_us() - begin;
}

static double transaction(struct nt_genl *genl, const struct bench *bench, int add)
{
	struct nt_genl_op *ops = calloc(bench->count, sizeof(*ops));
	char (*texts)[TEXT_MAX] = calloc(bench->count, sizeof(*texts));
	double begin = now_us();
	struct nt_genl_txn txn;
	size_t i;

	if (!ops || !texts)
		die("memory");
	for (i = 0; i < bench->count; i++) {
		ops[i].fd = open(bench->paths[i], O_RDWR | O_CLOEXEC);
		if (ops[i].fd < 0)
			die(bench->paths[i]);
		ops[i].value = texts[i];
		ops[i].value_len = (size_t)snprintf(texts[i], TEXT_MAX, "%ld",
						    bench->start[i] + add);
	}
	if (nt_genl_apply(genl, ops, bench->count, 1, &txn, NULL) < 0 ||
	    nt_genl_wait(genl, txn.id, NT_GENL_WAIT_MS, &txn) < 0 ||
	    txn.state != NETTUNE_TXN_STATE_COMMITTED || txn.ops_written != bench->count)
		die("transaction");
	for (i = 0; i < bench->count; i++)
		close(ops[i].fd);
	begin = now_us() - begin;
	free(texts);
	free(ops);
	return begin;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), by_size);
	return values[count / 2];
}

int main(int argc, char **argv)
{
	struct rlimit limit = { 16384, 16384 };
	struct bench bench = { .paths = argv + 2, .count = argc > 2 ? (size_t)argc - 2 : 0 };
	double loops[ROUNDS_MAX], txns[ROUNDS_MAX], l, t;
	int rounds = argc > 1 ? atoi(argv[1]) : 0, i;
	struct nt_genl *genl;

	if (!bench.count || rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: module_files ROUNDS FILE...\n");
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &limit);
	bench.start = calloc(bench.count, sizeof(*bench.start));
	if (!bench.start || nt_genl_open(&genl) < 0)
		die("module");
	read_start(&bench);
	for (i = 0; i < rounds; i++) {
		loops[i] = loop(&bench, 1);
		txns[i] = transaction(genl, &bench, 0);
	}
	l = median(loops, rounds);
	t = median(txns, rounds);
	printf("files=%zu loop_us=%.0f module_us=%.0f ratio=%.2f\n", bench.count, l, t, t / l);
	nt_genl_close(genl);
	free(bench.start);
	return 0;
}
