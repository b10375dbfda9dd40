/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RSS contexts of kernels that do not list them: before Linux 6.12 only who made one was told its
 * number, but any number can be asked for.
 */
#ifndef NT_IO_CONTEXTS_H
#define NT_IO_CONTEXTS_H

struct nt_nic_holders;

/*
 * Numbers that are asked for. Drivers that had contexts then give the least free one from 1 on, and
 * have at most 7 (mvpp2, octeontx2) or 15 (mlx5) of them, or what the firmware has room for (sfc).
 */
#define NT_CONTEXTS_PROBED 64U

/* Steering rules that are read, for those with a number beyond. */
#define NT_CONTEXTS_RULES_MAX 1024U

/* nt_ethioctl(), or what a test has in its place. */
typedef int (*nt_contexts_ask_fn)(const char *dev, void *command);

/**
 * nt_contexts_probe() - find the RSS contexts of a device
 * @ask: sends a command to @dev
 * @holders: its contexts, their number and rings are set on success only
 *
 * One that has a number beyond NT_CONTEXTS_PROBED is found when a steering rule names it, without
 * which nothing reaches it.
 *
 * Return: 0, with none also of a driver that cannot have any; -E2BIG for a table larger than
 * NT_NIC_RSS_TABLE_MAX, -EBADMSG, -ENOMEM, or the kernel's negative errno.
 */
int nt_contexts_probe(nt_contexts_ask_fn ask, const char *dev, struct nt_nic_holders *holders);

#endif
