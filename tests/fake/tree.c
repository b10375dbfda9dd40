// SPDX-License-Identifier: GPL-2.0-or-later
/* Folders of tests. See tree.h. */
#include "tree.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void remove_tree(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir))) {
		char below[512];

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (unlink(below) < 0)
			remove_tree(below);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}
