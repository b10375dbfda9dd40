# Tests in guests of other kernels; see tests/vm/README.

VM_KERNELS ?= 6.1 6.12 7.3 uml
KERNEL ?= 6.1

.PHONY: vm vm-cache vm-shell vm-selftest

vm:				## build the module for, and test it in, every kernel
	tests/vm/all.sh $(VM_KERNELS)

vm-cache:			## fetch and build what those tests need, for later
	tests/vm/cache.sh $(VM_KERNELS)

vm-shell:			## a guest to try things in: KERNEL=6.1|6.12|7.3|uml
	tests/vm/shell.sh $(KERNEL)

vm-selftest:			## prove that the guests' failures are seen
	tests/vm/selftest.sh
