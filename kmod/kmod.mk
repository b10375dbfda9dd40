# SPDX-License-Identifier: GPL-2.0-only
#
# What is generated from the netlink spec, and committed.

uapi_generate := $(PYTHON) include/uapi/generate.py include/uapi/nettune.yaml

.PHONY: uapi
uapi: ## write the uapi header and the module's policy tables anew from the netlink spec
	$(uapi_generate) header >include/uapi/linux/nettune.h
	$(uapi_generate) policy-h >kmod/nettune-nl-gen.h
	$(uapi_generate) policy-c >kmod/nettune-nl-gen.c
