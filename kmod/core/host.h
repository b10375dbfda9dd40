/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between pure code and its three homes: the module, cmocka, libFuzzer.
 */
#ifndef NT_CORE_HOST_H
#define NT_CORE_HOST_H

#ifdef __KERNEL__

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/siphash.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/types.h>
#include <net/netlink.h>

/* Where kernel.h has become smaller. */
#ifdef NT_HAVE_HEX_H
#include <linux/hex.h>
#endif

#else

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define U32_MAX UINT32_MAX
#define U64_MAX UINT64_MAX

#define fallthrough __attribute__((__fallthrough__))

#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), (value), __ATOMIC_RELAXED)

/* As the kernel's, for the one width that is used: returns what @place held. */
static inline u64 cmpxchg(u64 *place, u64 expected, u64 wanted)
{
	__atomic_compare_exchange_n(place, &expected, wanted, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return expected;
}

/* As the kernel's: a hexadecimal digit's value, or -1. */
static inline int hex_to_bin(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Stands in for the kernel's: spreads as well, and keeps nobody out. */
typedef struct {
	u64 key[2];
} hsiphash_key_t;

static inline u32 hsiphash_2u32(u32 first, u32 second, const hsiphash_key_t *secret)
{
	u64 value = (u64)first << 32 | second;

	value = (value ^ secret->key[0]) * 0x9e3779b97f4a7c15ULL;
	value = (value ^ (value >> 32) ^ secret->key[1]) * 0xd6e8feb86659fd93ULL;
	return (u32)(value ^ (value >> 32));
}

/* Attributes of netlink, as the kernel goes through them. */
static inline u32 nla_type(const struct nlattr *attr)
{
	return attr->nla_type & (u32)NLA_TYPE_MASK;
}

static inline void *nla_data(const struct nlattr *attr)
{
	return (char *)attr + sizeof(*attr);
}

static inline int nla_len(const struct nlattr *attr)
{
	return attr->nla_len - (int)sizeof(*attr);
}

static inline bool nla_ok(const struct nlattr *attr, int left)
{
	return left >= (int)sizeof(*attr) && attr->nla_len >= sizeof(*attr) &&
	       attr->nla_len <= left;
}

static inline const struct nlattr *nla_next(const struct nlattr *attr, int *left)
{
	*left -= NLA_ALIGN(attr->nla_len);
	return (const struct nlattr *)((const char *)attr + NLA_ALIGN(attr->nla_len));
}

#define nla_for_each_attr(attr, head, len, left) \
	for (attr = (head), left = (int)(len); nla_ok(attr, left); attr = nla_next(attr, &(left)))

static inline const struct nlattr *nla_find(const struct nlattr *head, size_t len, u32 type)
{
	const struct nlattr *attr;
	int left;

	nla_for_each_attr(attr, head, len, left)
		if (nla_type(attr) == type)
			return attr;
	return NULL;
}

static inline const struct nlattr *nla_find_nested(const struct nlattr *nest, u32 type)
{
	return nla_find((const struct nlattr *)nla_data(nest), (size_t)nla_len(nest), type);
}

static inline u32 nla_get_u32(const struct nlattr *attr)
{
	return *(const u32 *)nla_data(attr);
}

/* As the kernel's, without a @swap of the caller's own; the last parameter is const there. */
static inline void sort_r(void *base, size_t count, size_t size,
			  int (*compare)(const void *, const void *, const void *),
			  const void *swap, const void *priv)
{
	(void)swap;
	if (!count)
		return;
	qsort_r(base, count, size, (int (*)(const void *, const void *, void *))compare,
		(void *)priv);
}

#endif

#endif /* NT_CORE_HOST_H */
