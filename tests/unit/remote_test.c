// SPDX-License-Identifier: GPL-2.0-or-later
/* Machines that a host cannot do without, from text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/remote.h"

static char told[256];

static int note(const char *address, void *user)
{
	(void)user;
	snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s ", address);
	return 0;
}

static int stop(const char *address, void *user)
{
	(void)address;
	(void)user;
	return -ECANCELED;
}

static void servers_of_file_systems_that_are_needed_are_told(void **state)
{
	static const struct {
		const char *mountinfo;
		const char *told;
	} rows[] = {
		{ "22 1 0:20 / / rw shared:1 - nfs4 nas:/root rw,vers=4.2,addr=192.0.2.1\n",
		  "192.0.2.1 " },
		{ "22 1 0:20 / /usr rw shared:1 master:2 - nfs nas:/u rw,addr=2001:db8::1\n",
		  "2001:db8::1 " },
		{ "22 1 0:20 / /var rw - cifs //nas/v rw,addr=192.0.2.1,x\n", "192.0.2.1 " },
		{ "22 1 0:20 / / rw - ceph 192.0.2.1:6789,[2001:db8::1]:6789:/a rw\n",
		  "192.0.2.1 2001:db8::1 " },
		/* Not needed, not on the network, not whole, not an address. */
		{ "22 1 0:20 / /mnt rw - nfs4 nas:/root rw,addr=192.0.2.1\n", "" },
		{ "22 1 0:20 / / rw - ext4 /dev/sda1 rw,addr=192.0.2.1\n", "" },
		{ "22 1 0:20 / / rw", "" },
		{ "22 1 0:20 / / rw - ", "" },
		{ "22 1 0:20 / / rw - nfs4", "" },
		{ "22 1 0:20 / / rw - nfs4 nas:/ addr=nas,addr=", "" },
		{ "22 1 0:20 / / rw - ceph [", "" },
		{ "\n\n", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		told[0] = '\0';
		assert_int_equal(nt_remote_mounts(rows[i].mountinfo, note, NULL), 0);
		assert_string_equal(told, rows[i].told);
	}
	assert_int_equal(nt_remote_mounts(rows[0].mountinfo, stop, NULL), -ECANCELED);
}

static void address_of_a_fabric_is_told(void **state)
{
	char address[NT_REMOTE_ADDRESS_MAX] = "untouched";

	(void)state;
	assert_int_equal(nt_remote_fabric("0000:01:00.0\n", address), -ENOENT);
	assert_int_equal(nt_remote_fabric("traddr=nn-0x20:pn-0x10", address), -ENOENT);
	assert_string_equal(address, "untouched");
	assert_int_equal(nt_remote_fabric("traddr=192.0.2.1,trsvcid=4420\n", address), 0);
	assert_string_equal(address, "192.0.2.1");
}

#define FIND(text, ret) nt_remote_ssh_find(text, sizeof(text), ret)

static void session_of_the_environment_is_found(void **state)
{
	struct nt_remote_ssh ssh = { .client_port = 9 };

	(void)state;
	assert_int_equal(FIND("A=1\0XSSH_CONNECTION=1\0", &ssh), -ENOENT);
	assert_int_equal(FIND("SSH_CONNECTION=192.0.2.7 5555 192.0.2.9\0", &ssh), -EINVAL);
	assert_int_equal(FIND("SSH_CONNECTION=192.0.2.7 65536 192.0.2.9 22\0", &ssh), -EINVAL);
	assert_int_equal(FIND("SSH_CONNECTION=192.0.2.7 0 192.0.2.9 22\0", &ssh), -EINVAL);
	assert_int_equal(FIND("SSH_CONNECTION=web1 5555 192.0.2.9 22\0", &ssh), -EINVAL);
	assert_int_equal(FIND("SSH_CONNECTION=192.0.2.7 5555 192.0.2.9 22 x\0", &ssh), -EINVAL);
	assert_int_equal(nt_remote_ssh_find("SSH_CONNECTION=192.0.2.7", 24, &ssh), -ENOENT);
	assert_int_equal(ssh.client_port, 9);
	assert_int_equal(FIND("A=1\0SSH_CONNECTION=192.0.2.7 5555 2001:db8::9 22\0B=2\0", &ssh),
			 0);
	assert_string_equal(ssh.client, "192.0.2.7");
	assert_int_equal(ssh.client_port, 5555);
	assert_string_equal(ssh.server, "2001:db8::9");
	assert_int_equal(ssh.server_port, 22);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers_of_file_systems_that_are_needed_are_told),
		cmocka_unit_test(address_of_a_fabric_is_told),
		cmocka_unit_test(session_of_the_environment_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
