// SPDX-License-Identifier: GPL-2.0-or-later
/* What gcc's -fsanitize-coverage=trace-pc calls in every basic block. See steps.h. */
#include "steps.h"

uint64_t fake_steps;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	fake_steps++;
}
