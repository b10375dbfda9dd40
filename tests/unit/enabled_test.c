// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of what boot applies, its file, and the mark of a boot on trial. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/enabled.h"
#include "engine/enabled_file.h"
#include "engine/state.h"
#include "io/io.h"
#include "lib/diag.h"

static int parse(const char *text, struct nt_enabled *ret, struct nt_diag *diag)
{
	return nt_enabled_parse(text, strlen(text), "enabled", ret, diag);
}

static void names_and_the_option_are_read(void **state)
{
	struct nt_enabled enabled;
	struct nt_diag diag = { 0 };

	(void)state;
	assert_int_equal(parse("# words\n\nserver\n--allow-disruptive\nweb-2.0\n", &enabled, &diag),
			 0);
	assert_int_equal(enabled.n, 2);
	assert_string_equal(enabled.names[0], "server");
	assert_string_equal(enabled.names[1], "web-2.0");
	assert_true(enabled.allow_disruptive);
}

static void damage_is_told_with_its_line_and_never_guessed_at(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} bad[] = {
		{ "", "enabled: names no profile" },
		{ "# nothing\n", "enabled: names no profile" },
		{ "server", "enabled:1: the last line is cut off" },
		{ "a\nb\na\n", "enabled:3: this profile stands here twice" },
		{ "a\n--allow-disruptive\n--allow-disruptive\n", "enabled:3:" },
		{ "a\n--force\n", "enabled:2: neither" },
		{ "/etc/shadow\n", "enabled:1: neither" },
		{ "../a\n", "enabled:1: neither" },
		{ "a \n", "enabled:1: neither" },
		{ "a\r\n", "enabled:1: neither" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct nt_enabled enabled = { .n = 7 };
		struct nt_diag diag = { 0 };

		assert_int_equal(parse(bad[i].text, &enabled, &diag), -EINVAL);
		if (!strstr(diag.message, bad[i].words))
			fail_msg("%s: %s", bad[i].text, diag.message);
		/* Written only on success. */
		assert_int_equal(enabled.n, 7);
	}
}

static void bytes_that_are_no_text_are_damage(void **state)
{
	struct nt_enabled enabled;
	struct nt_diag diag = { 0 };
	char big[NT_ENABLED_BYTES_MAX + 1];

	(void)state;
	assert_int_equal(nt_enabled_parse("a\0b\n", 4, "enabled", &enabled, &diag), -EINVAL);
	memset(big, '\n', sizeof(big));
	assert_int_equal(nt_enabled_parse(big, sizeof(big), "enabled", &enabled, NULL), -E2BIG);
	memset(big, 'a', NT_PROFILE_LINE_MAX + 1);
	assert_int_equal(nt_enabled_parse(big, NT_ENABLED_BYTES_MAX, "enabled", &enabled, NULL),
			 -EINVAL);
}

static void what_is_printed_is_read_again_up_to_the_limit(void **state)
{
	char name[NT_PROFILE_NAME_MAX + 2], text[NT_ENABLED_BYTES_MAX];
	struct nt_enabled enabled = { .allow_disruptive = true }, again;
	struct nt_diag diag = { 0 };

	(void)state;
	for (unsigned int i = 0; i < NT_ENABLED_MAX; i++) {
		memset(name, 'x', sizeof(name));
		snprintf(name + NT_PROFILE_NAME_MAX - 2, 3, "%02u", i);
		assert_int_equal(nt_enabled_add(&enabled, name), 1);
		assert_int_equal(nt_enabled_add(&enabled, name), 0);
	}
	assert_int_equal(nt_enabled_add(&enabled, "one-more"), -E2BIG);
	assert_int_equal(nt_enabled_add(&enabled, "a/b"), -EINVAL);
	assert_int_equal(nt_enabled_parse(text, nt_enabled_print(&enabled, text, sizeof(text)),
					  "enabled", &again, &diag), 0);
	assert_memory_equal(&enabled, &again, sizeof(again));
}

static void removing_one_leaves_the_others(void **state)
{
	struct nt_enabled enabled;

	(void)state;
	assert_int_equal(parse("a\nb\nc\n", &enabled, NULL), 0);
	assert_true(nt_enabled_remove(&enabled, "b"));
	assert_false(nt_enabled_remove(&enabled, "b"));
	assert_int_equal(enabled.n, 2);
	assert_string_equal(enabled.names[1], "c");
	assert_false(nt_enabled_has(&enabled, "b"));
}

static char dir[64];

static int make_folder(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/nettune-enabled-XXXXXX");
	assert_non_null(mkdtemp(dir));
	setenv("NETTUNE_STATE_DIR", dir, 1);
	setenv("NETTUNE_CONFIG_DIR", dir, 1);
	return 0;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void the_file_is_replaced_whole_and_goes_with_its_names(void **state)
{
	struct nt_enabled enabled, read;
	struct nt_diag diag = { 0 };
	char path[128], fresh[160];
	struct stat st;

	(void)state;
	assert_int_equal(nt_enabled_path(path, sizeof(path)), 0);
	assert_int_equal(nt_enabled_read(nt_io_live(), &read, &diag), 0);
	assert_int_equal(read.n, 0);
	assert_int_equal(parse("a\nb\n", &enabled, &diag), 0);
	/* What a killed one left is in nobody's way. */
	snprintf(fresh, sizeof(fresh), "%s/.enabled.new", dir);
	assert_true(mknod(fresh, S_IFREG | 0600, 0) == 0);
	umask(077);
	assert_int_equal(nt_enabled_write(nt_io_live(), &enabled, &diag), 0);
	umask(022);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(nt_enabled_read(nt_io_live(), &read, &diag), 0);
	assert_int_equal(read.n, 2);
	assert_int_equal(access(fresh, F_OK), -1);
	enabled.n = 0;
	assert_int_equal(nt_enabled_write(nt_io_live(), &enabled, &diag), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(nt_enabled_write(nt_io_live(), &enabled, &diag), 0);
}

static void only_another_boot_can_have_died(void **state)
{
	struct nt_diag diag = { 0 };
	struct nt_state folder;

	(void)state;
	assert_int_equal(nt_state_open(true, &folder, &diag), 0);
	assert_false(nt_boot_died(&folder, "one"));
	assert_int_equal(nt_boot_mark(&folder, "one", &diag), 0);
	assert_false(nt_boot_died(&folder, "one"));
	assert_true(nt_boot_died(&folder, "two"));
	assert_int_equal(nt_boot_unmark(&folder, &diag), 0);
	assert_false(nt_boot_died(&folder, "two"));
	assert_int_equal(nt_boot_unmark(&folder, &diag), 0);
	/* One that was damaged by the crash counts. */
	assert_int_equal(nt_boot_mark(&folder, "", &diag), 0);
	assert_true(nt_boot_died(&folder, "one"));
	nt_state_close(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_the_option_are_read),
		cmocka_unit_test(damage_is_told_with_its_line_and_never_guessed_at),
		cmocka_unit_test(bytes_that_are_no_text_are_damage),
		cmocka_unit_test(what_is_printed_is_read_again_up_to_the_limit),
		cmocka_unit_test(removing_one_leaves_the_others),
		cmocka_unit_test_setup_teardown(the_file_is_replaced_whole_and_goes_with_its_names,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(only_another_boot_can_have_died, make_folder,
						remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
