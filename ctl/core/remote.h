/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines that this host cannot do without, read from text: /proc/self/mountinfo, the variable
 * SSH_CONNECTION, and what sysfs tells of storage over the network. PURE.
 */
#ifndef NT_CORE_REMOTE_H
#define NT_CORE_REMOTE_H

#include <stddef.h>
#include <stdint.h>

#define NT_REMOTE_ADDRESS_MAX 46U

/* Told of each machine's address; 0 to go on, a negative errno to stop with it. */
typedef int (*nt_remote_fn)(const char *address, void *user);

/**
 * nt_remote_mounts() - servers of the network file systems at /, /usr and /var
 * @mountinfo: text of /proc/self/mountinfo, terminated
 *
 * Names cannot be told from here: only addresses in text, which is what the kernel keeps.
 *
 * Return: 0 or what @fn returned.
 */
int nt_remote_mounts(const char *mountinfo, nt_remote_fn fn, void *user);

/**
 * nt_remote_fabric() - the address in what sysfs tells of an NVMe controller
 * @text: "traddr=192.0.2.1,trsvcid=4420"
 *
 * Return: 0; -ENOENT when it has none.
 */
int nt_remote_fabric(const char *text, char ret[NT_REMOTE_ADDRESS_MAX]);

/**
 * struct nt_remote_ssh - a session
 */
struct nt_remote_ssh {
	char client[NT_REMOTE_ADDRESS_MAX];
	char server[NT_REMOTE_ADDRESS_MAX];
	uint16_t client_port;
	uint16_t server_port;
};

/**
 * nt_remote_ssh_find() - SSH_CONNECTION in the text of /proc/PID/environ
 * @environ_text: strings, each ended by a NUL, @len bytes in all
 *
 * Return: 0, -ENOENT when it is not there, -EINVAL when it is not as sshd writes it.
 */
int nt_remote_ssh_find(const char *environ_text, size_t len, struct nt_remote_ssh *ret);

#endif
