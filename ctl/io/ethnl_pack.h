/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests of ethtool netlink as bytes, for nettune.ko to send. Reaches no socket. */
#ifndef NT_IO_ETHNL_PACK_H
#define NT_IO_ETHNL_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "core/nic.h"

/**
 * nt_ethnl_pack_channels() - the attributes of a request that sets channels
 * @ifindex: of the device, which the header names by it
 * @now: what it has; kinds that do not differ are left out
 * @want: what it is to have
 * @ret: attributes, the header first; to be released with free()
 * @ret_len: their bytes
 *
 * Return: 0, -ENODATA when nothing differs, -ENOMEM.
 */
int nt_ethnl_pack_channels(uint32_t ifindex, const struct nt_nic_channels *now,
			   const struct nt_nic_channels *want, void **ret, size_t *ret_len);

#endif
