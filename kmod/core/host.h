/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between pure code and its three homes: the module, cmocka, libFuzzer.
 */
#ifndef NT_CORE_HOST_H
#define NT_CORE_HOST_H

#ifdef __KERNEL__

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>

#else

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define U32_MAX UINT32_MAX
#define U64_MAX UINT64_MAX

#endif

#endif /* NT_CORE_HOST_H */
