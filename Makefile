# SPDX-License-Identifier: GPL-2.0-or-later
#
# nettune: `make help` lists what can be asked for. Details live in the fragments included below:
# scripts/install.mk (apply, install), tests/tests.mk (check, lint, test, fuzz), kmod/kmod.mk,
# tests/core/core.mk, tests/vm/vm.mk.

# VAR PROFILE=server   what `make apply` applies
# VAR YES=1            apply without asking
# VAR MODULE=1         also the kernel module, which is never touched otherwise
# VAR PARTS="a b"      only these parts of the tests
# VAR SECONDS=5        how long each fuzzer runs
# VAR PREFIX=/usr      where to install, below DESTDIR; compiled in
# VAR FORCE=1          uninstall even when reverting failed
# VAR V=1              show whole commands
VERSION  := $(file <VERSION)
PROFILE  ?= server
MODULE   ?= 0
PREFIX   ?= /usr
YES      ?= 0
module_kernel := $(shell uname -r)
BUILD    ?= build
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
CLANG    ?= $(firstword $(shell command -v clang-14 clang 2>/dev/null) clang-14)
PYTHON   ?= /usr/bin/python3
PKG_CONFIG ?= pkg-config

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
.PRECIOUS: $(BUILD)/.deps-%

# One short line for each step; V=1 shows commands whole.
say = $(if $(filter 1,$(V)),,@printf '  %-6s %s\n' $(1) $(if $(2),$(2),$@);)

libraries := libnl-3.0 libnl-genl-3.0 inih jansson
pkg_cflags := $(shell $(PKG_CONFIG) --cflags $(libraries) 2>/dev/null)
pkg_libs   := $(shell $(PKG_CONFIG) --libs $(libraries) 2>/dev/null)

# What every compilation of ours shares, whatever the compiler and its sanitizers.
NT_CPPFLAGS := -D_GNU_SOURCE -DNT_VERSION='"$(VERSION)"' -DNT_DATADIR='"$(PREFIX)/share/nettune"' -Ictl -Iinclude/uapi $(pkg_cflags)
NT_CFLAGS   := -std=gnu11 -g -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes
NT_LIBS     := $(pkg_libs) -ldl
# Extra warnings for one source: pure code does arithmetic on foreign input.
source_warnings = $(if $(filter ctl/core/%,$(1)),-Wconversion)

hardening_cflags  := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
hardening_ldflags := -pie -Wl,-z,relro,-z,now

ctl_sources := $(sort $(wildcard ctl/*.c ctl/*/*.c))
ctl_objects := $(ctl_sources:%.c=$(BUILD)/obj/%.o)
# The same sources as a library, for tests and fuzzers that bring their own main().
lib_sources := $(filter-out ctl/main.c,$(ctl_sources))

## Building

.PHONY: all
all: $(BUILD)/nettunectl ## build the command line (and with MODULE=1 the module for this kernel)

ifeq ($(MODULE),1)
all: $(BUILD)/kmod/$(module_kernel)/nettune.ko
endif

$(BUILD)/nettunectl: $(ctl_objects)
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(NT_CFLAGS) $(CFLAGS) -O2 $(hardening_ldflags) $(LDFLAGS) -o $@ $^ $(NT_LIBS)

$(BUILD)/obj/%.o: %.c VERSION Makefile $(BUILD)/.prefix | $(BUILD)/.deps-build
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(NT_CPPFLAGS) $(CPPFLAGS) $(NT_CFLAGS) $(call source_warnings,$<) -O2 $(hardening_cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

# Written when it changes only: the folder of the profiles is compiled in.
$(BUILD)/.prefix: force
	@mkdir -p $(@D)
	@printf '%s\n' '$(PREFIX)' | cmp -s - $@ || printf '%s\n' '$(PREFIX)' >$@

.PHONY: force
force:

# Built from a copy, so that one tree serves many kernels and stays clean.
module_sources := $(wildcard kmod/* kmod/*/*) $(wildcard include/uapi/linux/*.h)
$(BUILD)/kmod/$(module_kernel)/nettune.ko: $(module_sources) | $(BUILD)/.deps-module
	@rm -rf $(@D)/src && mkdir -p $(@D)/src && cp -r kmod include $(@D)/src
	$(MAKE) -C /lib/modules/$(module_kernel)/build M=$(abspath $(@D))/src/kmod modules
	@cp $(@D)/src/kmod/nettune.ko $@

# One clear line that names packages, instead of a compiler's complaint about a header.
$(BUILD)/.deps-%: scripts/packages
	@scripts/deps.sh need $*
	@mkdir -p $(@D) && touch $@

-include $(ctl_objects:.o=.d)
# What tests.mk refers to comes first.
-include kmod/kmod.mk tests/core/core.mk
-include tests/tests.mk scripts/install.mk tests/vm/vm.mk

# For linters, which want the flags without the build.
.PHONY: print-cflags
print-cflags:
	@: $(info $(subst ',,$(NT_CPPFLAGS) $(NT_CFLAGS)))

.PHONY: clean
clean: ## remove everything that was built
	rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@scripts/help.sh $(filter-out %.d,$(MAKEFILE_LIST))
