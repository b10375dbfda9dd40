/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Being told that something happened to a device of the namespace in force; what, asking tells. */
#ifndef NT_IO_LINK_EVENTS_H
#define NT_IO_LINK_EVENTS_H

/* A descriptor that polls readable when something happened, to be closed; a negative errno. */
int nt_link_events_open(void);

/* Takes what there is to read: after that only what happens later wakes anybody. */
void nt_link_events_drain(int fd);

#endif
