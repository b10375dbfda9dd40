// SPDX-License-Identifier: GPL-2.0-or-later
/* Machines that this host cannot do without, from text. PURE. See remote.h. */
#include "remote.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLE "SSH_CONNECTION="

/* Without these nothing of ours would run, or our journal would be gone. */
static const char *const needed[] = { "/", "/usr", "/var", "/var/lib" };

/* A word up to one of @stops or the end. */
struct word {
	const char *at;
	size_t len;
};

static struct word take(const char **p, const char *stops)
{
	struct word word = { *p, strcspn(*p, stops) };

	*p += word.len;
	return word;
}

static bool is(struct word word, const char *text)
{
	return word.len == strlen(text) && !memcmp(word.at, text, word.len);
}

static bool starts(struct word word, const char *text)
{
	return word.len >= strlen(text) && !memcmp(word.at, text, strlen(text));
}

/* Digits, dots, colons: whatever else it is, it is no address. */
static bool copy_address(struct word word, char ret[NT_REMOTE_ADDRESS_MAX])
{
	if (word.len == 0 || word.len >= NT_REMOTE_ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (!strchr("0123456789abcdefABCDEF.:", word.at[i]))
			return false;
	memcpy(ret, word.at, word.len);
	ret[word.len] = '\0';
	return strchr(ret, '.') || strchr(ret, ':');
}

static int tell(struct word word, nt_remote_fn fn, void *user)
{
	char address[NT_REMOTE_ADDRESS_MAX];

	return copy_address(word, address) ? fn(address, user) : 0;
}

/* "rw,vers=4.2,addr=192.0.2.1": the server of NFS and CIFS, whatever name was mounted. */
static int tell_option(const char *options, nt_remote_fn fn, void *user)
{
	int r = 0;

	while (r == 0 && *options && *options != '\n') {
		struct word word = take(&options, ",\n");

		if (starts(word, "addr="))
			r = tell((struct word){ word.at + 5, word.len - 5 }, fn, user);
		options += *options == ',';
	}
	return r;
}

/* "192.0.2.1:6789,[2001:db8::1]:6789:/": the monitors of Ceph. */
static int tell_monitors(struct word source, nt_remote_fn fn, void *user)
{
	const char *p = source.at, *end = source.at + source.len;
	int r = 0;

	while (r == 0 && p < end) {
		bool bracket = *p == '[';
		struct word word;

		p += bracket;
		word = take(&p, bracket ? "] \n" : ":, \n");
		r = tell(word, fn, user);
		p += strcspn(p, ", \n");
		p += *p == ',';
		if (*p == ' ' || *p == '\n' || !*p)
			break;
	}
	return r;
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": proc(5) */
static int judge_mount(const char *line, nt_remote_fn fn, void *user)
{
	struct word point = { "", 0 }, type, source;
	bool wanted = false;

	for (unsigned int i = 0; i < 5; i++) {
		line += *line == ' ';
		point = take(&line, " \n");
	}
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		wanted = wanted || is(point, needed[i]);
	while (*line == ' ' && strncmp(line, " - ", 3) != 0) {
		line++;
		take(&line, " \n");
	}
	if (!wanted || strncmp(line, " - ", 3) != 0)
		return 0;
	line += 3;
	type = take(&line, " \n");
	line += *line == ' ';
	source = take(&line, " \n");
	line += *line == ' ';
	if (is(type, "ceph"))
		return tell_monitors(source, fn, user);
	if (is(type, "nfs") || is(type, "nfs4") || is(type, "cifs") || is(type, "smb3"))
		return tell_option(line, fn, user);
	return 0;
}

/* See remote.h. */
int nt_remote_mounts(const char *mountinfo, nt_remote_fn fn, void *user)
{
	int r = 0;

	while (r == 0 && *mountinfo) {
		r = judge_mount(mountinfo, fn, user);
		mountinfo += strcspn(mountinfo, "\n");
		mountinfo += *mountinfo == '\n';
	}
	return r;
}

/* See remote.h. */
int nt_remote_fabric(const char *text, char ret[NT_REMOTE_ADDRESS_MAX])
{
	char address[NT_REMOTE_ADDRESS_MAX];

	while (*text) {
		struct word word = take(&text, ",\n");

		if (starts(word, "traddr=") &&
		    copy_address((struct word){ word.at + 7, word.len - 7 }, address)) {
			memcpy(ret, address, sizeof(address));
			return 0;
		}
		text += *text != '\0';
	}
	return -ENOENT;
}

static bool take_port(const char **p, uint16_t *ret)
{
	unsigned long n = 0;
	const char *start = *p;

	for (; **p >= '0' && **p <= '9'; ++*p) {
		n = n * 10 + (unsigned long)(**p - '0');
		if (n > UINT16_MAX)
			return false;
	}
	*ret = (uint16_t)n;
	return *p != start && n != 0;
}

static bool take_end(const char **p, char address[NT_REMOTE_ADDRESS_MAX], uint16_t *ret_port)
{
	if (!copy_address(take(p, " "), address) || **p != ' ')
		return false;
	++*p;
	return take_port(p, ret_port);
}

/* See remote.h. */
int nt_remote_ssh_find(const char *environ_text, size_t len, struct nt_remote_ssh *ret)
{
	const char *p = environ_text, *end = environ_text + len;
	struct nt_remote_ssh ssh;

	while (p < end) {
		const char *stop = memchr(p, '\0', (size_t)(end - p));

		if (!stop)
			return -ENOENT;
		if (!strncmp(p, VARIABLE, strlen(VARIABLE)))
			break;
		p = stop + 1;
	}
	if (p >= end)
		return -ENOENT;
	p += strlen(VARIABLE);
	if (!take_end(&p, ssh.client, &ssh.client_port) || *p++ != ' ' ||
	    !take_end(&p, ssh.server, &ssh.server_port) || *p)
		return -EINVAL;
	*ret = ssh;
	return 0;
}
