// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding, trusting and joining profile files, on a host made of a table. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "engine/load.h"
#include "engine/trusted_file.h"
#include "io/io.h"
#include "lib/diag.h"

#define NODES_MAX 64U

struct node {
	const char *path;
	const char *text; /* of a link: where it leads; NULL for a folder */
	mode_t mode;
	uid_t uid;
};

struct host {
	struct nt_io io;
	struct node nodes[NODES_MAX];
	size_t n;
};

static struct host host;

static void add(const char *path, mode_t mode, const char *text)
{
	assert_true(host.n < NODES_MAX);
	host.nodes[host.n++] = (struct node){ .path = path, .text = text, .mode = mode };
}

static void add_file(const char *path, const char *text)
{
	add(path, S_IFREG | 0644, text);
}

static void add_folder(const char *path)
{
	add(path, S_IFDIR | 0755, NULL);
}

static struct node *find(const char *path, bool follow)
{
	for (size_t i = host.n; i-- > 0;)
		if (!strcmp(host.nodes[i].path, path)) {
			if (follow && S_ISLNK(host.nodes[i].mode))
				return find(host.nodes[i].text, true);
			return &host.nodes[i];
		}
	return NULL;
}

static int table_read_file(struct nt_io *io, const char *path, char *buf, size_t size,
			   size_t *ret_len)
{
	const struct node *node = find(path, true);

	(void)io;
	if (!node)
		return -ENOENT;
	if (!(node->mode & 0444))
		return -EACCES;
	if (strlen(node->text) >= size)
		return -E2BIG;
	strcpy(buf, node->text);
	*ret_len = strlen(buf);
	return 0;
}

static int table_stat(struct nt_io *io, const char *path, struct nt_io_stat *ret)
{
	const struct node *node = find(path, true);

	(void)io;
	if (!node)
		return -ENOENT;
	*ret = (struct nt_io_stat){
		.mode = node->mode,
		.uid = node->uid,
		.size = node->text ? strlen(node->text) : 0,
	};
	return 0;
}

static int table_list_dir(struct nt_io *io, const char *path, nt_io_name_fn fn, void *user)
{
	size_t len = strlen(path);
	int r = find(path, true) ? 0 : -ENOENT;

	(void)io;
	for (size_t i = 0; r == 0 && i < host.n; i++) {
		const char *rest = host.nodes[i].path + len;

		if (!strncmp(host.nodes[i].path, path, len) && rest[0] == '/' &&
		    !strchr(rest + 1, '/'))
			r = fn(rest + 1, user);
	}
	return r;
}

static int table_read_link(struct nt_io *io, const char *path, char *buf, size_t size)
{
	const struct node *node = find(path, false);

	(void)io;
	if (!node)
		return -ENOENT;
	if (!S_ISLNK(node->mode))
		return -EINVAL;
	snprintf(buf, size, "%s", node->text);
	return 0;
}

static const struct nt_io_ops table_ops = {
	.read_file = table_read_file,
	.stat = table_stat,
	.list_dir = table_list_dir,
	.read_link = table_read_link,
};

/* We are root, both system folders are there, and /own goes before them. */
static int set_up(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	host.io.ops = &table_ops;
	add_folder("/");
	add_folder("/proc/self");
	add_folder("/own");
	add_folder("/etc");
	add_folder("/etc/nettune");
	add_folder("/etc/nettune/profiles");
	add_folder(NT_PROFILE_DIR_BUILTIN);
	setenv("NETTUNE_PROFILE_PATH", "/own", 1);
	unsetenv("NETTUNE_CONFIG_DIR");
	unsetenv("NETTUNE_DATA_DIR");
	unsetenv("SUDO_UID");
	return 0;
}

static void load(const char *name, struct nt_profile *ret)
{
	struct nt_diag diag = { 0 };

	if (nt_load_profile(&host.io, name, ret, &diag) < 0)
		fail_msg("%s", diag.message);
}

static void refuse(const char *name, int err, const char *words)
{
	struct nt_profile profile;
	struct nt_diag diag = { 0 };

	assert_int_equal(nt_load_profile(&host.io, name, &profile, &diag), -err);
	assert_string_equal(diag.message, words);
	assert_int_equal(diag.refused, err == EPERM);
}

static void first_folder_wins(void **state)
{
	struct nt_profile p;

	(void)state;
	add_file(NT_PROFILE_DIR_BUILTIN "/web.conf", "[Profile]\nDescription=built in\n");
	load("web", &p);
	assert_string_equal(p.file, NT_PROFILE_DIR_BUILTIN "/web.conf");
	nt_profile_free(&p);

	add_file("/etc/nettune/profiles/web.conf", "[Profile]\nDescription=admin\n");
	load("web", &p);
	assert_string_equal(p.description, "admin");
	nt_profile_free(&p);

	add_file("/own/web.conf", "[Profile]\nDescription=own\n");
	load("web", &p);
	assert_string_equal(p.description, "own");
	assert_string_equal(p.name, "web");
	nt_profile_free(&p);
}

static void path_is_a_file_without_drop_ins(void **state)
{
	struct nt_profile p;

	(void)state;
	add_folder("/srv");
	add_folder("/srv/x.conf.d");
	add_file("/srv/x.conf", "[Sysctl]\nnet.core.somaxconn=5000\n");
	add_file("/srv/x.conf.d/a.conf", "[Sysctl]\nnet.core.somaxconn=6000\n");
	load("/srv/x.conf", &p);
	assert_string_equal(p.settings[0].value, "5000");
	nt_profile_free(&p);
}

static void missing_profile_names_folders_and_neighbour(void **state)
{
	(void)state;
	add_file("/etc/nettune/profiles/server.conf", "");
	refuse("sevrer", ENOENT,
	       "profile sevrer not found in /own, /etc/nettune/profiles, "
	       NT_PROFILE_DIR_BUILTIN ", did you mean server; see nettunectl profile list");
	refuse("zzz", ENOENT,
	       "profile zzz not found in /own, /etc/nettune/profiles, " NT_PROFILE_DIR_BUILTIN
	       "; see nettunectl profile list");
	refuse("..", EINVAL, ".. cannot be a profile's name");
	refuse("/nowhere/x.conf", ENOENT, "/nowhere/x.conf: No such file or directory");
}

static void drop_ins_are_laid_over_in_order_of_their_names(void **state)
{
	struct nt_profile p;

	(void)state;
	add_file(NT_PROFILE_DIR_BUILTIN "/web.conf",
		 "[Profile]\nOnUnsupported=require\n[Sysctl]\nnet.core.somaxconn=5000\n"
		 "net.core.rmem_max=5000\n");
	add_folder("/etc/nettune/profiles/web.conf.d");
	add_folder("/own/web.conf.d");
	add_file("/etc/nettune/profiles/web.conf.d/20-b.conf",
		 "[Sysctl]\nnet.core.rmem_max=7000\n");
	add_file("/own/web.conf.d/10-a.conf",
		 "[Profile]\nDescription=mine\n[Sysctl]\nnet.core.somaxconn=6000\n"
		 "net.core.rmem_max=6000\n");
	add_file("/own/web.conf.d/README", "[nonsense\n");
	load("web", &p);
	assert_string_equal(p.description, "mine");
	assert_int_equal(p.n_settings, 2);
	assert_string_equal(p.settings[0].value, "6000");
	assert_string_equal(p.settings[0].file, "/own/web.conf.d/10-a.conf");
	assert_string_equal(p.settings[0].profile, "web");
	assert_int_equal(p.settings[0].policy, NT_POLICY_REQUIRE);
	assert_string_equal(p.settings[1].value, "7000");
	nt_profile_free(&p);
}

static void drop_in_of_an_earlier_folder_masks_its_namesake(void **state)
{
	struct nt_profile p;

	(void)state;
	add_file(NT_PROFILE_DIR_BUILTIN "/web.conf", "[Sysctl]\nnet.core.somaxconn=5000\n");
	add_folder("/etc/nettune/profiles/web.conf.d");
	add_folder("/own/web.conf.d");
	add_file("/etc/nettune/profiles/web.conf.d/a.conf", "[Sysctl]\nnet.core.somaxconn=6000\n");
	add_file("/own/web.conf.d/a.conf", "");
	load("web", &p);
	assert_string_equal(p.settings[0].value, "5000");
	nt_profile_free(&p);
}

static void drop_in_cannot_rename_or_inherit(void **state)
{
	(void)state;
	add_file("/own/web.conf", "");
	add_folder("/own/web.conf.d");
	add_file("/own/web.conf.d/a.conf", "[Profile]\nInherits=other\n");
	refuse("web", EINVAL,
	       "/own/web.conf.d/a.conf: Name and Inherits do not belong in a drop-in");
	add_file("/own/web.conf.d/a.conf", "[Profile]\nName=other\n");
	refuse("web", EINVAL,
	       "/own/web.conf.d/a.conf: Name and Inherits do not belong in a drop-in");
}

static void drop_in_policy_holds_for_the_whole_profile(void **state)
{
	struct nt_profile p;

	(void)state;
	add_file("/own/web.conf", "[Sysctl]\nnet.core.somaxconn=5000\n");
	add_folder("/own/web.conf.d");
	add_file("/own/web.conf.d/a.conf", "[Profile]\nOnUnsupported=require\n");
	load("web", &p);
	assert_int_equal(p.settings[0].policy, NT_POLICY_REQUIRE);
	nt_profile_free(&p);
}

static void heir_overrides_what_it_inherits_in_order(void **state)
{
	struct nt_profile p;

	(void)state;
	add_file("/own/a.conf", "[Profile]\nDescription=of a\n[Sysctl]\n"
				"net.core.somaxconn=1000\nnet.core.rmem_max=10000\n"
				"net.core.wmem_max=10000\n");
	add_file("/own/b.conf", "[Match]\nKernel>=6.1\n[Sysctl]\nnet.core.rmem_max=20000\n"
				"net.core.wmem_max=20000\n");
	add_file("/own/c.conf", "[Profile]\nInherits=a b\n[Sysctl]\nnet.core.wmem_max=30000\n");
	load("c", &p);
	assert_string_equal(p.name, "c");
	assert_string_equal(p.description, "");
	assert_string_equal(p.inherits[1], "b");
	assert_int_equal(p.n_settings, 3);
	assert_string_equal(p.settings[0].value, "1000");
	assert_string_equal(p.settings[0].profile, "a");
	assert_string_equal(p.settings[1].value, "20000");
	assert_string_equal(p.settings[2].value, "30000");
	assert_int_equal(p.n_matches, 1);
	nt_profile_free(&p);
}

static void diamond_is_no_cycle(void **state)
{
	struct nt_profile p;

	(void)state;
	add_file("/own/a.conf", "[Sysctl]\nnet.core.somaxconn=1000\n");
	add_file("/own/b.conf", "[Profile]\nInherits=a\n");
	add_file("/own/c.conf", "[Profile]\nInherits=a\n");
	add_file("/own/d.conf", "[Profile]\nInherits=b c\n");
	load("d", &p);
	assert_int_equal(p.n_settings, 1);
	nt_profile_free(&p);
}

static void cycle_is_shown(void **state)
{
	(void)state;
	add_file("/own/a.conf", "[Profile]\nInherits=b\n");
	add_file("/own/b.conf", "[Profile]\nInherits=c\n");
	add_file("/own/c.conf", "[Profile]\nInherits=b\n");
	refuse("a", ELOOP, "/own/c.conf:2: b inherits c inherits b");
	add_file("/own/s.conf", "[Profile]\nInherits=s\n");
	refuse("s", ELOOP, "/own/s.conf:2: s inherits s");
	add_file("/own/m.conf", "[Profile]\nInherits=missing\n");
	refuse("m", ENOENT,
	       "/own/m.conf:2: profile missing not found in /own, /etc/nettune/profiles, "
	       NT_PROFILE_DIR_BUILTIN "; see nettunectl profile list");
}

static void inheritance_is_bounded_in_depth_and_files(void **state)
{
	static char paths[17][32], texts[17][64];

	(void)state;
	for (unsigned int i = 0; i < 17; i++) {
		snprintf(paths[i], sizeof(paths[i]), "/own/p%u.conf", i);
		snprintf(texts[i], sizeof(texts[i]), "[Profile]\nInherits=p%u\n", i + 1);
		add_file(paths[i], texts[i]);
	}
	refuse("p0", ELOOP, "p16: inherited over more than 16 profiles");

	/* Each reads the two that follow: 2^16 files if nobody counted. */
	for (unsigned int i = 0; i < 14; i++)
		snprintf(texts[i], sizeof(texts[i]), "[Profile]\nInherits=p%u p%u\n", i + 1, i + 2);
	texts[14][0] = texts[15][0] = '\0';
	assert_int_equal(nt_load_profile(&host.io, "p0", &(struct nt_profile){ 0 }, NULL), -E2BIG);
}

static void root_refuses_files_that_others_could_write(void **state)
{
	struct node *file, *folder;
	struct nt_profile p;

	(void)state;
	add_file("/own/web.conf", "");
	file = find("/own/web.conf", false);
	folder = find("/own", false);

	file->uid = 1000;
	refuse("web", EPERM,
	       "/own/web.conf: belongs to uid 1000, not to root: give it to root with chown");
	file->uid = 0;
	file->mode = S_IFREG | 0664;
	refuse("web", EPERM,
	       "/own/web.conf: mode 0664 lets others than its owner write it: "
	       "take that away with chmod go-w");
	file->mode = S_IFREG | 0646;
	refuse("web", EPERM,
	       "/own/web.conf: mode 0646 lets others than its owner write it: "
	       "take that away with chmod go-w");
	file->mode = S_IFREG | 0600;
	folder->mode = S_IFDIR | 0777;
	refuse("web", EPERM,
	       "/own: mode 0777 lets others than its owner write it: "
	       "take that away with chmod go-w");
	folder->mode = S_IFDIR | S_ISVTX | 0777;
	load("web", &p);
	nt_profile_free(&p);
	folder->mode = S_IFDIR | 0755;
	folder->uid = 1000;
	refuse("web", EPERM,
	       "/own: belongs to uid 1000, not to root: give it to root with chown");
	folder->uid = 0;
	find("/", false)->mode = S_IFDIR | 0775;
	refuse("web", EPERM,
	       "/: mode 0775 lets others than its owner write it: "
	       "take that away with chmod go-w");
}

static void caller_of_sudo_is_trusted_like_root(void **state)
{
	struct nt_profile p;

	(void)state;
	add_file("/own/web.conf", "");
	find("/own/web.conf", false)->uid = 1000;
	find("/own", false)->uid = 1000;
	setenv("SUDO_UID", "1000", 1);
	load("web", &p);
	nt_profile_free(&p);
	setenv("SUDO_UID", "1001", 1);
	refuse("web", EPERM,
	       "/own/web.conf: belongs to uid 1000, not to root: give it to root with chown");
	setenv("SUDO_UID", "1000x", 1);
	refuse("web", EPERM,
	       "/own/web.conf: belongs to uid 1000, not to root: give it to root with chown");
	setenv("SUDO_UID", "1000", 1);
	find("/own/web.conf", false)->mode = S_IFREG | 0664;
	refuse("web", EPERM,
	       "/own/web.conf: mode 0664 lets others than its owner write it: "
	       "take that away with chmod go-w");
}

static void relative_path_is_judged_from_the_root_folder(void **state)
{
	struct nt_profile p;

	(void)state;
	add_folder("/srv");
	add_folder("/srv/here");
	add_file("./x.conf", "");
	add("/proc/self/cwd", S_IFLNK | 0777, "/srv/here");
	load("./x.conf", &p);
	nt_profile_free(&p);
	find("/srv", false)->mode = S_IFDIR | 0775;
	refuse("./x.conf", EPERM,
	       "/srv: mode 0775 lets others than its owner write it: "
	       "take that away with chmod go-w");
}

static void folder_that_is_a_link_is_followed_too(void **state)
{
	(void)state;
	add_folder("/srv");
	add_folder("/srv/profiles");
	add("/etc/nettune/profiles", S_IFLNK | 0777, "/srv/profiles");
	add_file("/etc/nettune/profiles/web.conf", "");
	find("/srv", false)->uid = 1001;
	refuse("web", EPERM,
	       "/srv: belongs to uid 1001, not to root: give it to root with chown");
}

static void links_are_followed_up_to_a_limit(void **state)
{
	static char paths[NT_TRUSTED_LINKS_MAX + 2][16];
	struct nt_profile p;
	unsigned int i;

	(void)state;
	for (i = 0; i < NT_TRUSTED_LINKS_MAX; i++) {
		snprintf(paths[i], sizeof(paths[i]), "/own/l%u.conf", i);
		snprintf(paths[i + 1], sizeof(paths[i + 1]), "/own/l%u.conf", i + 1);
		add(paths[i], S_IFLNK | 0777, paths[i + 1]);
	}
	add_file(paths[i], "");
	load("l0", &p);
	nt_profile_free(&p);

	add(paths[i], S_IFLNK | 0777, "/own/end.conf");
	add_file("/own/end.conf", "");
	refuse("l0", ELOOP, "/own/l16.conf: Too many levels of symbolic links");
}

static void others_than_root_read_what_they_like(void **state)
{
	struct nt_profile p;

	(void)state;
	find("/proc/self", false)->uid = 1000;
	find("/own", false)->mode = S_IFDIR | 0777;
	add("/own/web.conf", S_IFREG | 0666, "");
	load("web", &p);
	nt_profile_free(&p);
	find("/own/web.conf", false)->mode = S_IFREG;
	refuse("web", EACCES, "/own/web.conf: Permission denied");
}

static void link_is_trusted_as_far_as_the_folders_it_leads_through(void **state)
{
	struct nt_profile p;

	(void)state;
	add_folder("/srv");
	add_folder("/srv/eve");
	add_file("/srv/eve/web.conf", "");
	add("/own/web.conf", S_IFLNK | 0777, "/srv/eve/web.conf");
	load("web", &p);
	nt_profile_free(&p);
	find("/srv/eve", false)->uid = 1001;
	refuse("web", EPERM,
	       "/srv/eve: belongs to uid 1001, not to root: give it to root with chown");
}

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	add("/own/web.conf", S_IFCHR | 0666, "");
	refuse("web", EPERM, "/own/web.conf: is not a regular file");
	add_folder("/own/dir.conf");
	refuse("dir", EPERM, "/own/dir.conf: is not a regular file");
}

static void settings_are_judged_by_their_domain(void **state)
{
	struct nt_diag diag = { 0 };
	struct nt_profile p;

	(void)state;
	add_file("/own/web.conf", "[Sysctl]\n\nnet.core.somaxcon = 5\n");
	assert_int_equal(nt_load_profile(&host.io, "web", &p, &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "/own/web.conf:3:1: "));
	assert_non_null(strstr(diag.message, "net.core.somaxconn"));
}

static void profiles_side_by_side_must_agree(void **state)
{
	static const char *const names[] = { "a", "b" };
	struct nt_profile *parts;
	struct nt_diag diag = { 0 };

	(void)state;
	add_file("/own/a.conf", "[Sysctl]\nnet.core.somaxconn=5000\n");
	add_file("/own/b.conf", "[Sysctl]\nnet.core.somaxconn=5000\n");
	assert_int_equal(nt_load_profiles(&host.io, names, 2, &parts, &diag), 0);
	assert_string_equal(parts[1].name, "b");
	nt_profiles_free(parts, 2);

	add_file("/own/b.conf", "[Sysctl]\nnet.core.somaxconn>=5000\n");
	assert_int_equal(nt_load_profiles(&host.io, names, 2, &parts, &diag), -EINVAL);
	assert_string_equal(diag.message, "/own/b.conf:2:1: net.core.somaxconn >= 5000 conflicts "
					  "with = 5000 at /own/a.conf:2:1");

	/* With a [Match] they may exclude each other: judged later. */
	add_file("/own/b.conf", "[Match]\nKernel<6\n[Sysctl]\nnet.core.somaxconn=6000\n");
	assert_int_equal(nt_load_profiles(&host.io, names, 2, &parts, NULL), 0);
	nt_profiles_free(parts, 2);
}

static void list_shows_every_name_once_with_what_is_wrong(void **state)
{
	struct nt_profile_entry *entries;
	size_t n;

	(void)state;
	add_file(NT_PROFILE_DIR_BUILTIN "/server.conf", "[Profile]\nDescription=built in\n");
	add_file("/etc/nettune/profiles/server.conf", "[Profile]\nDescription=admin\n");
	add_file("/own/broken.conf", "[Sysctl\n");
	add_file("/own/.hidden.conf", "");
	add_file("/own/notes.txt", "");
	assert_int_equal(nt_list_profiles(&host.io, &entries, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_string_equal(entries[0].name, "broken");
	assert_string_equal(entries[0].error, "/own/broken.conf:1:8: missing ']'");
	assert_string_equal(entries[1].name, "server");
	assert_string_equal(entries[1].file, "/etc/nettune/profiles/server.conf");
	assert_string_equal(entries[1].description, "admin");
	assert_null(entries[1].error);
	nt_profile_entries_free(entries, n);
}

static void search_path_is_split_and_may_be_empty(void **state)
{
	struct nt_profile p;

	(void)state;
	add_folder("/b");
	add_file("/b/x.conf", "");
	setenv("NETTUNE_PROFILE_PATH", ":/nowhere::/b:", 1);
	load("x", &p);
	assert_string_equal(p.file, "/b/x.conf");
	nt_profile_free(&p);
	unsetenv("NETTUNE_PROFILE_PATH");
	refuse("x", ENOENT,
	       "profile x not found in /etc/nettune/profiles, " NT_PROFILE_DIR_BUILTIN
	       "; see nettunectl profile list");
}

static void variables_move_the_system_folders(void **state)
{
	(void)state;
	unsetenv("NETTUNE_PROFILE_PATH");
	setenv("NETTUNE_CONFIG_DIR", "/a", 1);
	setenv("NETTUNE_DATA_DIR", "/b", 1);
	refuse("x", ENOENT, "profile x not found in /a/profiles, /b/profiles"
	       "; see nettunectl profile list");
	setenv("NETTUNE_DATA_DIR", "", 1);
	refuse("x", ENOENT, "profile x not found in /a/profiles, " NT_PROFILE_DIR_BUILTIN
	       "; see nettunectl profile list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(first_folder_wins, set_up),
		cmocka_unit_test_setup(path_is_a_file_without_drop_ins, set_up),
		cmocka_unit_test_setup(missing_profile_names_folders_and_neighbour, set_up),
		cmocka_unit_test_setup(drop_ins_are_laid_over_in_order_of_their_names, set_up),
		cmocka_unit_test_setup(drop_in_of_an_earlier_folder_masks_its_namesake, set_up),
		cmocka_unit_test_setup(drop_in_cannot_rename_or_inherit, set_up),
		cmocka_unit_test_setup(drop_in_policy_holds_for_the_whole_profile, set_up),
		cmocka_unit_test_setup(heir_overrides_what_it_inherits_in_order, set_up),
		cmocka_unit_test_setup(diamond_is_no_cycle, set_up),
		cmocka_unit_test_setup(cycle_is_shown, set_up),
		cmocka_unit_test_setup(inheritance_is_bounded_in_depth_and_files, set_up),
		cmocka_unit_test_setup(root_refuses_files_that_others_could_write, set_up),
		cmocka_unit_test_setup(caller_of_sudo_is_trusted_like_root, set_up),
		cmocka_unit_test_setup(relative_path_is_judged_from_the_root_folder, set_up),
		cmocka_unit_test_setup(folder_that_is_a_link_is_followed_too, set_up),
		cmocka_unit_test_setup(links_are_followed_up_to_a_limit, set_up),
		cmocka_unit_test_setup(others_than_root_read_what_they_like, set_up),
		cmocka_unit_test_setup(link_is_trusted_as_far_as_the_folders_it_leads_through,
				       set_up),
		cmocka_unit_test_setup(what_is_no_file_is_refused, set_up),
		cmocka_unit_test_setup(settings_are_judged_by_their_domain, set_up),
		cmocka_unit_test_setup(profiles_side_by_side_must_agree, set_up),
		cmocka_unit_test_setup(list_shows_every_name_once_with_what_is_wrong, set_up),
		cmocka_unit_test_setup(search_path_is_split_and_may_be_empty, set_up),
		cmocka_unit_test_setup(variables_move_the_system_folders, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
