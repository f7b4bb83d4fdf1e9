# Rules of the engine, which the project's Makefile includes. An update of the
# template replaces them; what a project adds or changes is in its own Makefile.

.DEFAULT_GOAL := help

include engine/make/stages.mk
include engine/make/tools.mk
include engine/make/project.mk
include engine/make/build.mk
include engine/make/help.mk
