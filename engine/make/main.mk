# Rules of the engine, which the project's Makefile includes. An update of the
# template replaces them; what a project adds or changes is in its own Makefile.

.DEFAULT_GOAL := help

# What is said on the command line is taken as it is written: make expands no $$ in it, and $(call q,…) quotes it for
# the shell, so that names may hold anything but a line break.
q = '$(subst ','\'',$(1))'
define newline


endef
literally = $(if $(findstring $(newline),$(value $(1))),$(error $(1) has a line break in it: write it without))$(eval override $(1) := $$(value $(1)))
$(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(v)))),$(call literally,$(v))))
$(if $(filter environment,$(origin SOURCE)),$(call literally,SOURCE))

include engine/make/stages.mk
include engine/make/tools.mk
include engine/make/project.mk
include engine/make/build.mk
include engine/make/help.mk
