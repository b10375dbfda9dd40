# SPDX-License-Identifier: GPL-2.0-only
#
# Tests of kmod/core under cmocka, and what drives the module in guests.

core_tests := $(patsubst tests/core/%.c,$(BUILD)/tests/core/%,$(sort $(wildcard tests/core/*_test.c)))

.PHONY: core
core: $(core_tests) ## build and run the tests of the module's pure code under ASan and UBSan
	@tests/run_cmocka.sh core $^

$(BUILD)/tests/core/%: tests/core/%.c tests/core/nt_test.h $(wildcard kmod/core/*.[ch]) include/uapi/linux/nettune.h tests/core/core.mk | $(BUILD)/.deps-build $(BUILD)/.deps-unit
	@mkdir -p $(@D)
	$(call say,CORE,$<)$(CC) $(test_cppflags) $(NT_CFLAGS) -Wconversion $(asan_flags) -o $@ $< $(core_sources) -lcmocka

.PHONY: nettune_client
nettune_client: $(BUILD)/tests/nettune_client $(BUILD)/tests/genl_fuzz $(BUILD)/tests/bench/module_files $(BUILD)/tests/slb_client $(BUILD)/tests/limits $(BUILD)/tests/frames ## the programs that drive the module in guests

$(BUILD)/tests/nettune_client: $(BUILD)/obj/tests/vm/nettune_client.o $(BUILD)/obj/tests/vm/client_op.o $(BUILD)/obj/ctl/engine/nettune_genl.o $(BUILD)/obj/ctl/engine/genl_parse.o
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(NT_CFLAGS) $(CFLAGS) $(hardening_ldflags) $(LDFLAGS) -o $@ $^ $(pkg_libs)

$(BUILD)/tests/genl_fuzz: $(BUILD)/obj/tests/vm/genl_fuzz.o
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(NT_CFLAGS) $(CFLAGS) $(hardening_ldflags) $(LDFLAGS) -o $@ $^ $(pkg_libs)

$(BUILD)/tests/slb_client: $(BUILD)/obj/tests/vm/slb_client.o
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(NT_CFLAGS) $(CFLAGS) $(hardening_ldflags) $(LDFLAGS) -o $@ $^ $(pkg_libs)

$(BUILD)/tests/limits: $(BUILD)/obj/tests/vm/limits.o
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(NT_CFLAGS) $(CFLAGS) $(hardening_ldflags) $(LDFLAGS) -o $@ $^ $(pkg_libs)

$(BUILD)/tests/frames: $(BUILD)/obj/tests/vm/frames.o
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(NT_CFLAGS) $(CFLAGS) $(hardening_ldflags) $(LDFLAGS) -o $@ $^
