// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For tests that wrap fdatasync() and fsync() (tests/tests.mk): disks are slow, and what survives a
 * power cut is not what these are about.
 */
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);

int __wrap_fdatasync(int fd)
{
	(void)fd;
	return 0;
}

int __wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}
