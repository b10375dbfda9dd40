/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work, counted: so that a test can tell linear from quadratic on any machine, however busy.
 */
#ifndef FAKE_STEPS_H
#define FAKE_STEPS_H

#include <stdint.h>

/*
 * Basic blocks of ctl/ that have run in this process: sources below ctl/ are compiled for unit
 * tests to count them (tests/tests.mk). What libraries do, and what tests do, does not count.
 */
extern uint64_t fake_steps;

#endif
