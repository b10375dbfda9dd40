# SPDX-License-Identifier: GPL-2.0-only
# Included by the root Makefile: what is generated from the netlink spec.

UAPI_SPEC := include/uapi/nettune.yaml
UAPI_GENERATE := python3 include/uapi/generate.py $(UAPI_SPEC)

.PHONY: uapi
uapi:
	$(UAPI_GENERATE) header > include/uapi/linux/nettune.h
	$(UAPI_GENERATE) policy-h > kmod/nettune-nl-gen.h
	$(UAPI_GENERATE) policy-c > kmod/nettune-nl-gen.c
