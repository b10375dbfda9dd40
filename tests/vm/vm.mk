# SPDX-License-Identifier: GPL-2.0-or-later
#
# Included by the root Makefile: guests of other kernels. How it works is told in tests/vm/README.

# VAR KERNEL=6.1       the guest of vm-shell: 6.1, 6.12, 7.3 or uml
KERNEL ?= 6.1
VM_KERNELS ?= 6.1 6.12 7.3 uml

.PHONY: vm
vm: ## as root: the module's tests in guests of Debian 12's, 13's and a debug kernel
	@tests/vm/all.sh $(VM_KERNELS)

.PHONY: vm-shell
vm-shell: $(BUILD)/nettunectl ## as root: a guest to try things in, KERNEL=6.1, 6.12, 7.3 or uml
	@tests/vm/kbuild.sh $(KERNEL)
	@tests/vm/shell.sh $(KERNEL)

.PHONY: bench-module
bench-module: ## as root: a transaction of 1000 files against loops, in a guest, KERNEL=6.1, 6.12, 7.3 or uml
	@NETTUNE_VM_ICOUNT=1 tests/vm/run.sh --only $(KERNEL) tests/bench/module_files.sh
	@grep -aE '^(files=|[a-z]+/[a-z]+=|ops=)' $(BUILD)/test/vm-$(KERNEL).log

.PHONY: docs-slb
docs-slb: ## as root: write the table of docs/balance-slb.md as the test in UML sees it
	@tests/vm/docs_slb.sh

.PHONY: bench-slb
bench-slb: $(BUILD)/tests/bench/slb_frames ## as root: what balance-slb adds to a frame's cost, in a guest, KERNEL=6.1, 6.12 or 7.3
	@NETTUNE_VM_ICOUNT=1 tests/vm/run.sh --only $(KERNEL) tests/bench/slb_frames.sh
	@grep -aE '^(in|out|dropped|all|table)[-a-z0-9]* .*=' $(BUILD)/test/vm-$(KERNEL).log

.PHONY: vm-cache
vm-cache: ## as root: fetch and build now what guests need, for work without network
	@tests/vm/cache.sh $(VM_KERNELS)

.PHONY: vm-selftest
vm-selftest: ## as root: prove that what goes wrong in a guest is seen
	@tests/vm/selftest.sh
