// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmod/core and its tests, unchanged, as one KUnit module.
 */
#include <linux/module.h>

#include "../../kmod/core/dedup.c"
#include "../../kmod/core/ethnl.c"

/* Names that files of the module share are told apart here. */
#undef ARRAY_LEN
#define skip frame_skip
#include "../../kmod/core/frame.c"
#undef skip
#include "../../kmod/core/target.c"
#include "../../kmod/core/txn.c"
#include "../../kmod/core/value.c"

/* Each test file has helpers of its own; the names they share are told apart here. */
#include "../core/txn_test.c"

#define check ethnl_test_check
#include "../core/ethnl_test.c"
#undef check

#define match target_test_match
#include "../core/target_test.c"
#undef match

#include "../core/frame_test.c"

#define table dedup_test_table
#define start dedup_test_start
#include "../core/dedup_test.c"
#undef table
#undef start

#define compare value_test_compare
#define fields value_test_fields
#define mask value_test_mask
#include "../core/value_test.c"

MODULE_DESCRIPTION("Tests of nettune's pure code");
MODULE_LICENSE("GPL");
