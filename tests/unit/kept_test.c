// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that are held open can be read and written when their names are gone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/kept.h"

struct fixture {
	char dir[64];
	char kept_path[96];
	char other_path[96];
	struct nt_kept kept;
};

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char absent[] = "/nonesuch";
	char *paths[] = { f->kept_path, absent };

	strcpy(f->dir, "/tmp/nettune-kept-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->kept_path, sizeof(f->kept_path), "%s/kept", f->dir);
	snprintf(f->other_path, sizeof(f->other_path), "%s/other", f->dir);
	put(f->kept_path, "1\n");
	put(f->other_path, "a\n");
	assert_int_equal(nt_kept_init(&f->kept, nt_io_live(), paths, 2), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	nt_kept_close(&f->kept);
	unlink(f->kept_path);
	unlink(f->other_path);
	assert_int_equal(rmdir(f->dir), 0);
	free(f);
	return 0;
}

static void expect(struct fixture *f, const char *path, const char *text)
{
	char buf[16];
	size_t len;

	assert_int_equal(nt_io_read_file(&f->kept.io, path, buf, sizeof(buf), &len), 0);
	assert_string_equal(buf, text);
	assert_int_equal(len, strlen(text));
}

static void what_is_kept_needs_no_name(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->kept.n_files, 1);
	unlink(f->kept_path);
	expect(f, f->kept_path, "1\n");
	assert_int_equal(nt_io_write_file(&f->kept.io, f->kept_path, "2\n", 2), 0);
	expect(f, f->kept_path, "2\n");
	assert_int_equal(f->kept.io.writes, 1);
}

static void everything_else_is_the_hosts(void **state)
{
	struct fixture *f = *state;
	char buf[16];

	expect(f, f->other_path, "a\n");
	assert_int_equal(nt_io_write_file(&f->kept.io, f->other_path, "b\n", 2), 0);
	expect(f, f->other_path, "b\n");
	assert_int_equal(nt_io_read_file(&f->kept.io, "/nonesuch", buf, sizeof(buf), NULL),
			 -ENOENT);
	assert_int_equal(nt_io_access(&f->kept.io, f->other_path, R_OK), 0);
}

static void a_value_too_long_is_refused_whole(void **state)
{
	struct fixture *f = *state;
	char buf[2];

	assert_int_equal(nt_io_read_file(&f->kept.io, f->kept_path, buf, sizeof(buf), NULL),
			 -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_kept_needs_no_name, setup, teardown),
		cmocka_unit_test_setup_teardown(everything_else_is_the_hosts, setup, teardown),
		cmocka_unit_test_setup_teardown(a_value_too_long_is_refused_whole, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
