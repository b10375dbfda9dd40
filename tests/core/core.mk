# SPDX-License-Identifier: GPL-2.0-only
# Included by the root Makefile: tests of kmod/core under cmocka, and its fuzzer.

CORE_SOURCES := $(wildcard kmod/core/*.c)
CORE_HEADERS := $(wildcard kmod/core/*.h) include/uapi/linux/nettune.h
CORE_TESTS := $(patsubst tests/core/%.c,build/tests/core_%,$(wildcard tests/core/*_test.c))
CORE_WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Werror
CORE_CFLAGS := -std=gnu11 -g -O1 -Iinclude/uapi $(CORE_WARNINGS)
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all

.PHONY: core-test fuzz_txn nettune_client
core-test: $(CORE_TESTS)
	set -e; for test in $^; do $$test; done

build/tests/core_%: tests/core/%.c tests/core/nt_test.h $(CORE_SOURCES) $(CORE_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) $(SANITIZERS) $< $(CORE_SOURCES) -lcmocka -o $@

fuzz_txn: build/tests/fuzz_txn
build/tests/fuzz_txn: tests/fuzz/fuzz_txn.c $(CORE_SOURCES) $(CORE_HEADERS)
	@mkdir -p $(@D)
	clang-14 $(CORE_CFLAGS) -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		$< $(CORE_SOURCES) -o $@

# Drives the module in guests; needs libnl.
nettune_client: build/tests/nettune_client
build/tests/nettune_client: tests/vm/nettune_client.c ctl/engine/nettune_genl.c \
		ctl/engine/nettune_genl.h include/uapi/linux/nettune.h
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -g -O2 -Wall -Wextra -Werror -Iinclude/uapi \
		$$(pkg-config --cflags libnl-genl-3.0) $(filter %.c,$^) \
		$$(pkg-config --libs libnl-genl-3.0) -o $@
