/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folders of tests.
 */
#ifndef TREE_H
#define TREE_H

/* With all that is in it, symbolic links as such; what cannot be removed stays. */
void remove_tree(const char *path);

#endif
