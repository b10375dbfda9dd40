# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests that need no root and no network, and the entry to those that do. How results are written
# and counted is told in tests/results.sh.

FUZZ_SECONDS := $(if $(filter command,$(origin SECONDS)),$(SECONDS),5)

asan_flags := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
fuzz_flags := $(asan_flags) -fsanitize=fuzzer-no-link
# Of our own code, unit tests also count the steps: tests/fake/steps.h. The fake host works with nic.c.
count_flags = $(if $(filter-out ctl/core/nic.c,$(filter ctl/%,$(1))),-fsanitize-coverage=trace-pc)
# Test code meets the same warnings, and sees the tree as the code under test does.
test_cppflags := $(NT_CPPFLAGS) -Itests -Ikmod -Ikmod/core

fake_sources := $(sort $(wildcard tests/fake/*.c))
core_sources := $(sort $(wildcard kmod/core/*.c))
unit_tests   := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(sort $(wildcard tests/unit/*_test.c)))
fuzz_targets := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

# System calls that a test has its own way with.
, := ,
wrap_property_test := fdatasync fsync
wrap_reset_test    := fdatasync fsync
wrap_linear_test   := fdatasync fsync
wrap_meanwhile_test := fdatasync fsync
wrap_journal_test  := strdup
wrap_kill_test     := write pwrite fdatasync fsync ftruncate fallocate renameat2 unlinkat mkdirat openat

# What the fuzzers prove about themselves: tests/fuzz/parsers, tests/fuzz/planted/.
parser_sources := $(sort $(filter ctl/% kmod/%,$(shell sed '/^#/d' tests/fuzz/parsers)))
cover_objects  := $(patsubst %.c,$(BUILD)/cover/%.o,$(parser_sources))
cover_targets  := $(fuzz_targets:$(BUILD)/tests/fuzz/%=$(BUILD)/tests/cover/%)
planted        := $(patsubst tests/fuzz/planted/%.def,$(BUILD)/tests/planted/%,$(sort $(wildcard tests/fuzz/planted/*.def)))
cover_flags    := -fprofile-instr-generate -fcoverage-mapping

asan_objects := $(patsubst %.c,$(BUILD)/asan/%.o,$(lib_sources) $(fake_sources))
fuzz_objects := $(patsubst %.c,$(BUILD)/fuzz/%.o,$(lib_sources) $(fake_sources) $(core_sources))

## Testing

.PHONY: check
check: ## everything that needs no root and no network: build, lint, unit, core, the fuzzers, cli
	@NO_INSTALL=1 PARTS="$(or $(PARTS),build lint unit core fuzz cover planted cli)" tests/run.sh

.PHONY: test
test: ## as root: install what tests need, then every test; PARTS="unit cli" selects
	@PARTS="$(PARTS)" tests/run.sh

.PHONY: soak
soak: ## as root: long fuzzing and repeated guest runs, for a night
	@SOAK=1 PARTS="$(PARTS)" tests/run.sh

.PHONY: lint
lint: $(BUILD)/nettunectl ## words, layout, purity, a second compiler's warnings, three analysers
	@tests/lint/run.sh

.PHONY: unit
unit: $(unit_tests) ## build and run the unit tests under ASan and UBSan
	@tests/run_cmocka.sh unit $^

# What scripts in namespaces and guests need besides the module, which tests/vm builds for each kernel.
.PHONY: guest-programs
guest-programs: $(BUILD)/nettunectl $(BUILD)/tests/net/probation_try $(BUILD)/tests/net/nic_client $(if $(wildcard tests/vm/nettune_client.c),nettune_client)

.PHONY: cli
cli: $(BUILD)/nettunectl ## compare the command line with its goldens
	@tests/cli/run.sh

.PHONY: fuzz
fuzz: $(fuzz_targets) ## run every fuzzer for SECONDS=5
	@tests/run_fuzz.sh $(FUZZ_SECONDS) $^

.PHONY: cover
cover: $(cover_targets) ## do the fuzzers reach their parsers? lines covered, at least 80 %
	@tests/run_cover.sh $^

.PHONY: planted
planted: $(planted) ## do the fuzzers find bugs that are planted for them?
	@tests/run_planted.sh $^

.PHONY: bench
bench: bench-planning $(BUILD)/nettunectl ## as root: ratios against a shell script and TuneD (changes sysctls, puts them back)
	@tests/bench/sysctl_apply.sh

.PHONY: bench-planning
bench-planning: $(BUILD)/nettunectl $(BUILD)/tests/bench/plan_time ## how long planning takes for a large host that is modelled
	@tests/bench/planning.py

$(BUILD)/asan/%.o: %.c VERSION Makefile $(BUILD)/.prefix tests/tests.mk | $(BUILD)/.deps-build $(BUILD)/.deps-unit
	@mkdir -p $(@D)
	$(call say,ASAN,$<)$(CC) $(test_cppflags) $(NT_CFLAGS) $(call source_warnings,$<) $(asan_flags) $(call count_flags,$<) -MMD -MP -c -o $@ $<

$(BUILD)/asan/libnettune.a: $(asan_objects)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

$(BUILD)/tests/unit/%: $(BUILD)/asan/tests/unit/%.o $(BUILD)/asan/libnettune.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(asan_flags) $(addprefix -Wl$(,)--wrap=,$(wrap_$(@F))) -o $@ $^ $(NT_LIBS) -lcmocka

$(BUILD)/tests/bench/%: tests/bench/%.c $(filter-out %/ctl/main.o,$(ctl_objects))
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(test_cppflags) $(NT_CFLAGS) $(CFLAGS) -O2 $(hardening_ldflags) -fPIE $(LDFLAGS) -o $@ $^ $(NT_LIBS)

$(BUILD)/tests/net/%: tests/net/%.c $(filter-out %/ctl/main.o,$(ctl_objects))
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(test_cppflags) $(NT_CFLAGS) $(CFLAGS) -O2 $(hardening_ldflags) -fPIE $(LDFLAGS) -o $@ $^ $(NT_LIBS)

$(BUILD)/fuzz/%.o: %.c VERSION Makefile $(BUILD)/.prefix tests/tests.mk | $(BUILD)/.deps-build $(BUILD)/.deps-fuzz
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)$(CLANG) $(test_cppflags) $(NT_CFLAGS) $(fuzz_flags) -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/libnettune.a: $(fuzz_objects)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

$(BUILD)/tests/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%.o $(BUILD)/fuzz/libnettune.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CLANG) $(asan_flags) -fsanitize=fuzzer -o $@ $^ $(NT_LIBS)

# Only the parsers are compiled again; what they call is the fuzzers'.
$(BUILD)/cover/%.o: %.c VERSION Makefile $(BUILD)/.prefix tests/tests.mk | $(BUILD)/.deps-build $(BUILD)/.deps-fuzz
	@mkdir -p $(@D)
	$(call say,COVER,$<)$(CLANG) $(test_cppflags) $(NT_CFLAGS) $(fuzz_flags) $(cover_flags) -MMD -MP -c -o $@ $<

$(BUILD)/tests/cover/%: $(BUILD)/fuzz/tests/fuzz/%.o $(cover_objects) $(BUILD)/fuzz/libnettune.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CLANG) $(asan_flags) $(cover_flags) -fsanitize=fuzzer -o $@ $^ $(NT_LIBS)

# A copy with one line changed takes the place of the original.
$(BUILD)/planted/%.c: tests/fuzz/planted/%.def tests/fuzz/plant.py $(parser_sources)
	@mkdir -p $(@D)
	$(call say,PLANT)tests/fuzz/plant.py $< $@

$(BUILD)/tests/planted/%: $(BUILD)/planted/%.c $(fuzz_targets)
	@mkdir -p $(@D)
	$(call say,LINK)$(CLANG) -I$$(tests/fuzz/plant.py --folder tests/fuzz/planted/$*.def) $(test_cppflags) $(NT_CFLAGS) -w $(fuzz_flags) \
		-fsanitize=fuzzer -o $@ $< $(BUILD)/fuzz/tests/fuzz/fuzz_$$(tests/fuzz/plant.py --target tests/fuzz/planted/$*.def).o \
		$(BUILD)/fuzz/libnettune.a $(NT_LIBS)

.SECONDARY: $(cover_objects) $(planted:$(BUILD)/tests/planted/%=$(BUILD)/planted/%.c)
.SECONDARY: $(unit_tests:$(BUILD)/tests/%=$(BUILD)/asan/tests/%.o) $(fuzz_targets:$(BUILD)/tests/%=$(BUILD)/fuzz/tests/%.o)

-include $(asan_objects:.o=.d) $(fuzz_objects:.o=.d) $(cover_objects:.o=.d)
-include $(wildcard $(BUILD)/asan/tests/unit/*.d $(BUILD)/fuzz/tests/fuzz/*.d)
