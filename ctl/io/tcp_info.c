// SPDX-License-Identifier: GPL-2.0-or-later
/* Progress of a TCP connection. See tcp_info.h. */
#include "tcp_info.h"

#include <linux/tcp.h>
#include <string.h>

#include "path.h"

void nt_tcp_info_read(const void *data, size_t len, struct nt_io_tcp *tcp)
{
	struct tcp_info info = { 0 };

	if (len)
		memcpy(&info, data, len < sizeof(info) ? len : sizeof(info));
	tcp->bytes_acked = info.tcpi_bytes_acked;
	tcp->bytes_received = info.tcpi_bytes_received;
	tcp->unacked = info.tcpi_unacked;
	tcp->retransmits = info.tcpi_retransmits;
}
