# SPDX-License-Identifier: GPL-2.0-or-later
#
# Getting nettune onto a host and off it again.

DESTDIR ?=

## Using it

.PHONY: apply
apply: ## as root: install what is needed, build, install, show the plan of PROFILE, apply it
	@PROFILE="$(PROFILE)" YES="$(YES)" MODULE="$(MODULE)" PREFIX="$(PREFIX)" scripts/apply.sh

.PHONY: install
install: all ## the command line, profiles, manuals, units and completion, below DESTDIR and PREFIX
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" BUILD="$(BUILD)" MODULE="$(MODULE)" KERNEL="$(module_kernel)" scripts/install.sh install

.PHONY: dkms-install
dkms-install: ## the module for this and every later kernel, through DKMS
	@PREFIX="$(PREFIX)" scripts/install.sh dkms-install

.PHONY: uninstall
uninstall: ## disable and revert what nettune set, then remove what install put there (FORCE=1: even if that fails)
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" FORCE="$(FORCE)" scripts/install.sh uninstall
